"""OpenCV's dnn module."""

from pathlib import Path

from export.runtimes.run import Array, Outputs, Run, UnsupportedError


def open_model(path: Path) -> Run:
    import cv2

    cv2.setNumThreads(1)
    try:
        net = cv2.dnn.readNetFromONNX(str(path))
    except cv2.error as error:
        raise UnsupportedError(" ".join(str(error).split())) from error
    names = net.getUnconnectedOutLayersNames()

    def run(batch: Array) -> Outputs:
        net.setInput(batch)
        return {name: array.copy() for name, array in zip(names, net.forward(names), strict=True)}

    return run
