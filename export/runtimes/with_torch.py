"""The torch module itself: the answer that every other runtime is held against."""

import torch
from torch import nn

from export.contracts import Contract
from export.runtimes.run import Array, Outputs, Run


def wrap(module: nn.Module, contract: Contract) -> Run:
    """Call `module` with numpy arrays; its outputs get the contract's names."""

    def run(image: Array) -> Outputs:
        with torch.inference_mode():
            result = module(torch.from_numpy(image))
        tensors = result if isinstance(result, tuple) else (result,)
        return {port.name: tensor.numpy() for port, tensor in zip(contract.outputs, tensors, strict=True)}

    return run
