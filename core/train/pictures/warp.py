"""Perspective-warped copies of training pictures, as the reference recipe adds them."""

import torch
from torch import Generator, Tensor
from torchvision.transforms import RandomPerspective
from torchvision.transforms import functional as transforms


def warped_copies(images: Tensor, labels: Tensor, count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Warp `count` different pictures once each, as torchvision's RandomPerspective(p=1) does.

    images:  (N, 28, 28) uint8; labels: (N,) int64; count <= N.
    returns: (count, 28, 28) uint8 and (count,) int64.
    """
    chosen = torch.randperm(len(images), generator=Generator().manual_seed(seed))[:count]
    with torch.random.fork_rng(devices=[]):  # RandomPerspective draws from the global generator
        torch.manual_seed(seed)
        warped = [warp(images[index][None].float() / 255) for index in chosen]
    return (torch.cat(warped) * 255).round().to(torch.uint8), labels[chosen]


def warp(picture: Tensor, distortion: float = 0.5, tries: int = 10) -> Tensor:
    """Warp one picture (1, H, W) float32; draws again when the corners it drew are degenerate.

    torchvision's map divides by zero for about one draw in 30,000, and one NaN picture turns every weight into NaN.
    """
    height, width = picture.shape[-2:]
    for _ in range(tries):
        corners = RandomPerspective.get_params(width, height, distortion)
        result = transforms.perspective(picture, *corners)
        if torch.isfinite(result).all():
            return result
    return picture
