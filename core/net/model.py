"""The nets."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

CLASSES = 10
FEATURES, HIDDEN = 64 * 7 * 7, 256  # what ConvNet's first linear layer takes and gives


class ConvNet(nn.Module):
    """LeNet-5 with dropout, 856,586 parameters, 5.1 M multiply-adds an image.

    image:   (N, 1, 28, 28) float32 in [0, 1]; 1 is ink, 0 is paper.
    returns: (N, 10) float32 logits.
    source:  LeCun et al. 1998 (the topology), Srivastava et al. 2014 (dropout).
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=5, padding="same")
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3, padding="same")
        self.pool = nn.MaxPool2d(2)
        self.relu = nn.ReLU()
        self.dropout1 = nn.Dropout(0.35)
        self.fc1: nn.Module = nn.Linear(FEATURES, HIDDEN)
        self.dropout2 = nn.Dropout(0.2)
        self.fc2 = nn.Linear(HIDDEN, 128)
        self.dropout3 = nn.Dropout(0.2)
        self.fc3 = nn.Linear(128, CLASSES)

    def forward(self, image: Tensor) -> Tensor:
        x = self.dropout1(self.features(image))
        x = self.dropout2(self.relu(self.fc1(x)))  # (N, 256)
        x = self.dropout3(self.relu(self.fc2(x)))  # (N, 128)
        return self.fc3(x)

    def features(self, image: Tensor) -> Tensor:
        """What the convolutions see in pictures (N, 1, 28, 28): (N, 3136) float32, at least 0."""
        # ReLU commutes with the maximum: behind the pool it gives the same numbers for a quarter of the work
        x = self.relu(self.pool(self.conv1(image)))  # (N, 32, 14, 14)
        x = self.relu(self.pool(self.conv2(x)))  # (N, 64, 7, 7)
        return x.flatten(1)


class FactoredConvNet(ConvNet):
    """ConvNet with its first linear layer as the product of two: 487,946 parameters, 4.7 M multiply-adds an image.

    That layer holds nine tenths of ConvNet's weights, and one picture alone waits for each of them to be read.
    `digits factor` makes it from a trained ConvNet.

    image:   (N, 1, 28, 28) float32 in [0, 1]; 1 is ink, 0 is paper.
    returns: (N, 10) float32 logits.
    source:  Denton et al. 2014, Exploiting Linear Structure Within Convolutional Networks for Efficient Evaluation.
    """

    RANK = 128

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Sequential(nn.Linear(FEATURES, self.RANK, bias=False), nn.Linear(self.RANK, HIDDEN))


class EdgeNet(nn.Module):
    """A net for microcontrollers: 19,514 parameters, 1.2 M multiply-adds an image, nothing but 3x3 and 5x5 kernels.

    image:   (N, 1, 28, 28) float32 in [0, 1]; 1 is ink, 0 is paper.
    returns: (N, 10) float32 logits.
    source:  Springenberg et al. 2014, Striving for Simplicity (strides in the place of pools).
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=5, stride=2, padding=2)
        self.conv2 = nn.Conv2d(16, 16, kernel_size=3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, kernel_size=3, stride=2, padding=1)
        self.conv4 = nn.Conv2d(32, 32, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(3, stride=2)
        self.relu = nn.ReLU()
        self.fc = nn.Linear(32 * 3 * 3, CLASSES)

    def forward(self, image: Tensor) -> Tensor:
        x = self.relu(self.conv1(image))  # (N, 16, 14, 14)
        x = self.relu(self.conv2(x))  # (N, 16, 14, 14)
        x = self.relu(self.conv3(x))  # (N, 32, 7, 7)
        x = self.relu(self.pool(self.conv4(x)))  # (N, 32, 3, 3)
        return self.fc(x.flatten(1))


class TeacherNet(nn.Module):
    """A deeper net whose ensemble teaches the small ones and is not shipped: 298,250 parameters, 27 M multiply-adds.

    image:   (N, 1, 28, 28) float32 in [0, 1]; 1 is ink, 0 is paper.
    returns: (N, 10) float32 logits.
    source:  Simonyan and Zisserman 2014 (stacked 3x3 kernels), Lin et al. 2013 (mean over places before the output).
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(64, 64, kernel_size=3, padding=1)
        self.conv3 = nn.Conv2d(64, 64, kernel_size=3, padding=1)
        self.conv4 = nn.Conv2d(64, 128, kernel_size=3, padding=1)
        self.conv5 = nn.Conv2d(128, 128, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.relu = nn.ReLU()
        self.dropout1 = nn.Dropout(0.2)
        self.dropout2 = nn.Dropout(0.4)
        self.fc = nn.Linear(128, CLASSES)

    def forward(self, image: Tensor) -> Tensor:
        x = self.relu(self.pool(self.conv1(image)))  # (N, 64, 14, 14)
        x = self.relu(self.conv2(x))
        x = self.dropout1(self.relu(self.pool(self.conv3(x))))  # (N, 64, 7, 7)
        x = self.relu(self.conv4(x))
        x = self.relu(self.conv5(x))  # (N, 128, 7, 7)
        return self.fc(self.dropout2(x.mean((2, 3))))


class DeepNet(nn.Module):
    """Seven convolutions and no pool, for ensembles that teach; not shipped: 325,578 parameters, 15 M multiply-adds.

    image:   (N, 1, 28, 28) float32 in [0, 1]; 1 is ink, 0 is paper.
    returns: (N, 10) float32 logits.
    source:  Springenberg et al. 2014 (strides in the place of pools); C. Deotte 2018, 25 Million Images! (the sizes).
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=3)
        self.conv2 = nn.Conv2d(32, 32, kernel_size=3)
        self.conv3 = nn.Conv2d(32, 32, kernel_size=5, stride=2, padding=2)
        self.conv4 = nn.Conv2d(32, 64, kernel_size=3)
        self.conv5 = nn.Conv2d(64, 64, kernel_size=3)
        self.conv6 = nn.Conv2d(64, 64, kernel_size=5, stride=2, padding=2)
        self.conv7 = nn.Conv2d(64, 128, kernel_size=4)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(0.4)
        self.fc = nn.Linear(128, CLASSES)

    def forward(self, image: Tensor) -> Tensor:
        x = self.relu(self.conv2(self.relu(self.conv1(image))))  # (N, 32, 24, 24)
        x = self.dropout(self.relu(self.conv3(x)))  # (N, 32, 12, 12)
        x = self.relu(self.conv5(self.relu(self.conv4(x))))  # (N, 64, 8, 8)
        x = self.dropout(self.relu(self.conv6(x)))  # (N, 64, 4, 4)
        x = self.dropout(self.relu(self.conv7(x)))  # (N, 128, 1, 1)
        return self.fc(x.flatten(1))


NETS: dict[str, type[nn.Module]] = {
    "ConvNet": ConvNet,
    "FactoredConvNet": FactoredConvNet,
    "EdgeNet": EdgeNet,
    "TeacherNet": TeacherNet,
    "DeepNet": DeepNet,
}


class Ensemble(nn.Module):
    """Several nets beside one another, with one last layer over the features of all: the mean of their answers.

    image:   (N, 1, 28, 28) float32 in [0, 1]; 1 is ink, 0 is paper.
    returns: (N, 10) float32 logits.
    source:  Lakshminarayanan et al. 2017, Simple and Scalable Predictive Uncertainty Estimation using Deep Ensembles.

    A weighted mean of the members' logits is one linear layer over their features, so to runtimes, quantisers and
    everything that looks into a net this is a net as any other.
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.members = nn.ModuleList(NETS[name]() for name in names)
        features = 0
        for member in self.members:
            name, last = last_layer(member)
            features += last.in_features
            setattr(member, name, nn.Identity())
        self.fc = nn.Linear(features, CLASSES)

    def forward(self, image: Tensor) -> Tensor:
        return self.fc(torch.cat([member(image) for member in self.members], dim=1))


def last_layer(net: nn.Module) -> tuple[str, nn.Linear]:
    """The linear layer that makes a net's logits, with its name: the one that is defined last."""
    name, layer = list(net.named_children())[-1]
    assert isinstance(layer, nn.Linear)
    return name, layer


def is_known(name: str) -> bool:
    """Whether `build` knows a net of this name."""
    return all(part in NETS for part in name.split("+"))


def build(name: str) -> nn.Module:
    """The net called `name` with fresh weights, an ensemble for names with a plus; ValueError when there is none."""
    if not is_known(name):
        raise ValueError(f"no net is called {name!r}; known: {', '.join(sorted(NETS))}, and several joined by +")
    parts = name.split("+")
    return Ensemble(parts) if len(parts) > 1 else NETS[name]()


def xavier(net: nn.Module, generator: torch.Generator) -> None:
    """Draw every weight from Glorot's uniform distribution and set every bias to 0, in place.

    source: Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward networks.
    """
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
