"""`python -m proof.handed.run`: one digit as other programs hand it over, read by the reader and by the recogniser."""

from pathlib import Path

import numpy as np
from numpy.random import default_rng
from tqdm import tqdm

from core import mnist, verbs
from core.files import MODELS, write_json
from core.session import Session, open_session
from core.stamp import stamp
from core.train.data import hold_out, load
from core.train.synthetic.scenes.sheet import HELD_OUT
from proof.handed.kinds import KINDS, Grey

RECORD = Path(__file__).with_name("record.json")
PACKAGES = ("onnxruntime", "numpy", "pillow")
SEED = 5  # of which of them


def main() -> None:
    """Read as many digits of each kind as asked for, and write what came of them."""
    parser = verbs.parser("proof.handed.run", __doc__)
    parser.add_argument("--n", type=int, default=1000, help="digits of each kind (default: %(default)s)")
    parser.add_argument("--model", type=Path, default=MODELS / "reader.onnx", help="a reader")
    parser.add_argument("--beside", type=Path, default=MODELS / "recognizer.onnx", help="a recogniser")
    parser.add_argument("--out", type=Path, default=RECORD, help="where the record goes")
    chosen = parser.parse_args()
    files = [chosen.model, chosen.beside]
    record = stamp(f"python -m proof.handed.run --n {chosen.n}", [*files, *mnist.files("train")], PACKAGES)
    record |= {"models": [path.name for path in files], "n": chosen.n, "seed": SEED}
    images, labels = (part.numpy() for part in hold_out(load("train"), HELD_OUT)[1])
    index = default_rng(SEED).permutation(len(images))[: chosen.n]
    reader, recognizer = map(open_session, files)
    record["kinds"] = {}
    for name, kind in KINDS.items():
        shown = tqdm(images[index], name, leave=False, disable=None)
        handed = [*zip((np.ascontiguousarray(kind(image)) for image in shown), labels[index], strict=True)]
        record["kinds"][name] = {
            "reader": sum(read_otherwise(reader, *one) for one in handed),
            "recognizer": sum(recognised_otherwise(recognizer, *one) for one in handed),
        }
        print(f"{name:40s} {record['kinds'][name]}", flush=True)
    write_json(chosen.out, record)


def read_otherwise(reader: Session, picture: Grey, label: int) -> bool:
    """Whether a reader says anything but this one digit: another, several, none, or that it is no digit."""
    (digits,) = reader.run(["digits"], {"image": picture[None]})
    return digits[0][digits[0] >= 0].tolist() != [label]


def recognised_otherwise(recognizer: Session, picture: Grey, label: int) -> bool:
    """Whether another digit is a recogniser's likeliest."""
    (shares,) = recognizer.run(["probabilities"], {"image": picture[None]})
    return bool(shares[0].argmax() != label)


if __name__ == "__main__":
    main()
