"""Malformed and odd data sets and models, made from a seed: zip, npz, csv, IDX, safetensors, onnx."""

import gzip
import io
import json
import os
import struct
import zipfile
from collections.abc import Callable, Iterator

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.demo import hostile
from tests.demo.hostile import DAMAGES, Rng

SCRIPT = "<img src=x onerror=document.title='hacked'>"
# Resolves once a picture like SCRIPT's has failed to load: what was begun before it has had its time too.
FAILED_PICTURE = "() => new Promise((told) => Object.assign(new Image(), { onerror: told, src: 'x?' + Math.random() }))"
NAMES = (
    *("7/a.png", "3_b.png", "../../9.png", "/etc/9.png", "..\\..\\9.png", "C:\\9.png", "7/../../../../tmp/9.png"),
    *(f"5/{SCRIPT}.png", f"{SCRIPT}/5.png", "=cmd|' /C calc'!A0/5.png", "@SUM(1)/5.png", "+1/5.png", "5/\x00.png"),
    *(
        "5/" + "x" * 3000 + ".png",
        "5/\N{RIGHT-TO-LEFT OVERRIDE}gnp.png",
        "5/\ud83d.png".encode("utf-8", "replace").decode(),
    ),
)


class Canary:
    """Runs a command when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.path}",)


def zipped(rng: Rng, canary: str) -> bytes:  # noqa: ARG001 (called like its neighbours)
    """Pictures under names that would climb, run or break something."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(
        buffer, "w", int(rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]))
    ) as archive:
        for name in rng.choice(NAMES, int(rng.integers(1, 4)), replace=False):
            archive.writestr(str(name), hostile.sound(rng)[1])
    return buffer.getvalue()


def npz(rng: Rng, canary: str) -> bytes:
    """Arrays of the right and of wrong names, shapes and types; some hold objects that would run a command."""
    count = int(rng.integers(0, 4))
    shape = (count, 28, 28) if rng.random() < 0.7 else tuple(rng.integers(0, 9, int(rng.integers(0, 5))))
    kind = rng.choice(["u1", "f4", "i8", "c16", "U3", "M8[s]"])
    images = np.zeros(shape, kind) if rng.random() < 0.5 else rng.integers(0, 256, shape).astype(np.uint8)
    labels = np.array([Canary(canary)] * count, object) if rng.random() < 0.3 else rng.integers(-1, 11, count)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{"images" if rng.random() < 0.9 else "../images": images, "labels": labels})
    return buffer.getvalue()


def csv(rng: Rng, canary: str) -> bytes:  # noqa: ARG001
    """Rows of digits, with formulas, numbers without end, script, other separators and odd encodings among them."""
    odd = ("=1+1", "=cmd|' /C calc'!A0", "9" * 5000, "-1", "1e9", "nan", SCRIPT, '"', "\x00", "", "٣", "0x10", "1_0")
    rows = []
    for _ in range(int(rng.integers(1, 4))):
        values = [str(value) for value in rng.integers(0, 256, 785)]
        values[0] = str(rng.integers(10))
        if rng.random() < 0.6:
            values[int(rng.integers(785))] = str(rng.choice(odd))
        rows.append(str(rng.choice([",", ",", ",", ";", "\t"])).join(values))
    head = "label," + ",".join(f"p{pixel}" for pixel in range(784)) if rng.random() < 0.5 else rows[0]
    return "\n".join([head, *rows]).encode(str(rng.choice(["utf-8", "utf-8", "utf-16", "utf-32"])))


MAKERS = {"zip": zipped, "npz": npz, "csv": csv}


def data_sets(count: int, seed: int, canary: str) -> Iterator[tuple[str, str, bytes]]:
    """(what it is, file name, bytes) of `count` data sets; what is unpickled from one makes the file `canary`."""
    kinds = list(MAKERS)
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        kind = kinds[number % len(kinds)]
        damage = DAMAGES[number // len(kinds) % len(DAMAGES)]
        content = damage(MAKERS[kind](rng, canary), rng)
        yield f"seed {seed}, number {number}: {damage.__name__} {kind}", f"set.{kind}", content


def idx(rng: Rng) -> bytes:
    """A label file of MNIST's format, packed."""
    count = int(rng.integers(0, 50))
    return gzip.compress(struct.pack(">II", 2049, count) + rng.integers(0, 10, count).astype(np.uint8).tobytes())


def weights(rng: Rng) -> bytes:
    """A safetensors file of the shape that training writes, with one small tensor."""
    record = json.dumps({"format": 1, "net": "ConvNet", "history": {}})
    header = {
        "__metadata__": {"record": record},
        "conv1.bias": {"dtype": "F32", "shape": [8], "data_offsets": [0, 32]},
    }
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + rng.bytes(32)


def graph(rng: Rng) -> bytes:
    """A small .onnx that would open."""
    bias = helper.make_tensor("bias", TensorProto.FLOAT, [10], rng.random(10))
    nodes = [helper.make_node("Add", ["image", "bias"], ["sum"]), helper.make_node("Relu", ["sum"], ["logits"])]
    around = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", 10]) for name in ("image", "logits")]
    made = helper.make_graph(nodes, "small", around[:1], around[1:], [bias])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    return bytes(onnx.ModelProto.SerializeToString(model, deterministic=True))


def damaged(make: Callable[[Rng], bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` damaged files of one kind, with names that say how to make each again."""
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        damage = DAMAGES[number % (len(DAMAGES) - 1)]  # all but the last, which changes nothing
        yield f"seed {seed}, number {number}: {damage.__name__} {make.__name__}", damage(make(rng), rng)
