"""onnx's own reference evaluator: plain numpy, the specification made runnable."""

from pathlib import Path

from onnx.reference import ReferenceEvaluator

from export.runtimes.run import Array, Outputs, Run


def open_model(path: Path) -> Run:
    evaluator = ReferenceEvaluator(str(path))
    image = evaluator.input_names[0]

    def run(batch: Array) -> Outputs:
        return dict(zip(evaluator.output_names, evaluator.run(None, {image: batch}), strict=True))

    return run
