"""Weights or an .onnx file, of either contract or of somebody else's, as one call from pictures to answers."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from core.layout import MNIST_PX
from core.net import checkpoint
from core.net.recognizer import answers, load_recognizer
from core.picture_model import PictureModel, open_picture_model, wrong_size
from core.session import ModelError
from core.train.measure.metrics import predict

ONNX = (".onnx", ".ort")

# pictures (N, H, W) uint8, ink of either polarity -> probabilities (N, 10) and digit scores (N,)
Answer = Callable[[Tensor], tuple[Tensor, Tensor]]


def open_model(path: Path) -> Answer:
    """A weights file or .onnx file of either contract, or any .onnx file with one picture in and ten numbers out.

    A plain net is given MNIST's pictures as they are, has no digit score (1 is returned) and reads no other size.
    errors: CheckpointError for weights that cannot be used, ModelError for an .onnx file or a size of picture.
    """
    if path.suffix in ONNX:
        return of_picture_model(open_picture_model(path))
    net, history = checkpoint.load_net(path)
    if history["config"]["ink"] == "mnist":
        return of_bare_net(net, path)
    recognizer = load_recognizer(path)
    return lambda images: answers(recognizer, images)


def of_picture_model(model: PictureModel) -> Answer:
    """An .onnx file's answers as tensors."""

    def answer(images: Tensor) -> tuple[Tensor, Tensor]:
        told = model(images.numpy())
        return torch.from_numpy(told.probabilities), torch.from_numpy(told.digit_score)

    return answer


def of_bare_net(net: torch.nn.Module, path: Path) -> Answer:
    """The answers of weights that were trained on MNIST's own pictures; ModelError for pictures of another size."""

    def answer(images: Tensor) -> tuple[Tensor, Tensor]:
        if images.shape[1:] != (MNIST_PX, MNIST_PX):
            raise ModelError(wrong_size(str(path), MNIST_PX, (images.shape[1], images.shape[2])))
        return torch.softmax(predict(net, images), dim=1), torch.ones(len(images))

    return answer
