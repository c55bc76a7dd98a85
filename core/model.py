"""The nets, and the recogniser that wraps one of them: raw pixels in, answer out."""

import torch
from torch import Tensor, nn

CLASSES = 10


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
        self.fc1 = nn.Linear(64 * 7 * 7, 256)
        self.dropout2 = nn.Dropout(0.2)
        self.fc2 = nn.Linear(256, 128)
        self.dropout3 = nn.Dropout(0.2)
        self.fc3 = nn.Linear(128, CLASSES)

    def forward(self, image: Tensor) -> Tensor:
        # ReLU commutes with the maximum: behind the pool it gives the same numbers for a quarter of the work
        x = self.relu(self.pool(self.conv1(image)))  # (N, 32, 14, 14)
        x = self.relu(self.pool(self.conv2(x)))  # (N, 64, 7, 7)
        x = self.dropout1(x.flatten(1))  # (N, 3136)
        x = self.dropout2(self.relu(self.fc1(x)))  # (N, 256)
        x = self.dropout3(self.relu(self.fc2(x)))  # (N, 128)
        return self.fc3(x)


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
    "EdgeNet": EdgeNet,
    "TeacherNet": TeacherNet,
    "DeepNet": DeepNet,
}


def build(name: str) -> nn.Module:
    """The net called `name` with fresh weights; ValueError when there is no such net."""
    if name not in NETS:
        raise ValueError(f"no net is called {name!r}; known: {', '.join(sorted(NETS))}")
    return NETS[name]()


def xavier(net: nn.Module, generator: torch.Generator) -> None:
    """Draw every weight from Glorot's uniform distribution and set every bias to 0, in place.

    source: Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward networks.
    """
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
