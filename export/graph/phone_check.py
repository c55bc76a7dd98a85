"""ONNX Runtime's own check for phones, as numbers: in how many pieces their accelerators take a graph."""

from pathlib import Path

import onnx
from onnx.shape_inference import infer_shapes
from onnxruntime.tools.mobile_helpers.usability_checker import check_coreml_partitions, check_nnapi_partitions

ML_PROGRAM = "coreml_supported_mlprogram_ops.md"  # the list of operators of CoreML's newer format


def checked(file: Path) -> dict[str, dict[str, int]]:
    """For CoreML's ML programs and for NNAPI: pieces, nodes in them, and nodes of the graph; of a file of one size."""
    model = infer_shapes(onnx.load(file))
    found = {
        "coreml": check_coreml_partitions(model, True, ML_PROGRAM),
        "nnapi": check_nnapi_partitions(model, True),
    }
    return {
        name: {"pieces": told.num_partitions, "taken": told.num_supported_nodes, "nodes": told.num_nodes}
        for name, told in found.items()
    }
