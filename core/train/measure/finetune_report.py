"""The report of a fine-tuning: what the net reads better and worse than the weights that it began with."""

from pathlib import Path
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from core.files import sha256
from core.net import checkpoint
from core.train.data import Pictures
from core.train.loop import Run
from core.train.measure.change import Change, change, is_improvement
from core.train.measure.finetune_sheet import Compared, changed_sheet
from core.train.measure.metrics import count_wrong, predict
from core.train.pictures.extra import Extra
from core.train.pictures.training_set import MNISTS

OWN = "held-out pictures of your own"
SHEET = "finetune.png"
LISTED = 20  # pictures named a line of text; the JSON names all


def report(run: Run) -> str:
    """Write finetune.json and finetune.txt of a finished run into its folder; returns the text.

    Where the run began with --from, finetune.png shows each picture that is read otherwise than before.
    """
    extra = run.set.extra
    assert extra is not None, "only a run with --extra has such a report"
    not_used = [f"not used: {sentence}" for sentence in extra.not_used]
    val = tuple(part[: run.config.val_count] for part in run.set.val)  # behind them come the ones drawn anew
    sets: dict[str, Pictures] = {MNISTS: (val[0], val[1]), OWN: extra.held_out}
    record: dict[str, Any] = {"format": 1, **extra.record, "not_used": extra.not_used}
    if run.config.from_:
        compared = {name: measured(run, name, pictures) for name, pictures in sets.items()}
        own, mnist = compared[OWN].change, compared[MNISTS].change
        record |= {
            "from_sha256": sha256(Path(run.config.from_)),
            "improvement": is_improvement(own, mnist),
            "changes": [one.change.record() for one in compared.values()],
            "held_out_names": extra.held_out_names,
        }
        lines = [*change_lines(own, mnist, extra), f"each picture that is read otherwise: {SHEET}"]
        run.folder.write_bytes(SHEET, changed_sheet(conclusion(own, mnist), [compared[OWN], compared[MNISTS]]))
    else:
        lines = [f"{name}: {count_wrong(logits(run, pictures[0]), pictures[1])}" for name, pictures in sets.items()]
        lines += ["nothing to compare with: name the weights to start from with --from"]
    text = "\n".join([*not_used, *lines])
    run.folder.write_json("finetune.json", record)
    run.folder.write_text("finetune.txt", text + "\n")
    return text


def measured(run: Run, name: str, pictures: Pictures) -> Compared:
    """The answers to pictures (N, 28, 28) of the weights of --from and of those of the run."""
    images, labels = pictures
    first, _ = checkpoint.load_net(Path(run.config.from_))
    before = with_no_digit(predict(first, images), run.config.ink).argmax(1)
    after = logits(run, images).argmax(1)
    return Compared(images, before, after, change(name, before, after, labels))


def logits(run: Run, images: Tensor) -> Tensor:
    """What the run's kept net says to pictures (N, 28, 28) uint8."""
    return with_no_digit(predict(run.kept(), images.to(run.device)).cpu(), run.config.ink)


def with_no_digit(logits: Tensor, ink: str) -> Tensor:
    """Logits (N, 10), or (N, 11) where "no digit" is a class, whose logit is 0."""
    return F.pad(logits, (0, 1)) if ink == "people" else logits


def change_lines(own: Change, mnist: Change, extra: Extra) -> list[str]:
    """Both changes, the pictures that changed, and whether this may be called an improvement."""
    lines = [str(own)]
    for what, indexes in (("fixed", own.fixed), ("broken", own.broken)):
        names = [extra.held_out_names[index] for index in indexes[:LISTED]]
        lines += [f"  {what}: {', '.join(names)}{' ...' if len(indexes) > LISTED else ''}"] if names else []
    return [*lines, str(mnist), conclusion(own, mnist)]


def conclusion(own: Change, mnist: Change) -> str:
    """One sentence."""
    if is_improvement(own, mnist):
        return "An improvement: better on your own held-out pictures, not shown to be worse on MNIST."
    if mnist.verdict == "worse":
        return f"NOT an improvement: it reads MNIST worse ({len(mnist.broken)} broken, {len(mnist.fixed)} fixed)."
    if own.verdict == "worse":
        return "NOT an improvement: it reads your own held-out pictures worse."
    return (
        f"NOT shown to be an improvement: {len(own.fixed)} fixed and {len(own.broken)} broken of {own.after.n} "
        f"held-out pictures can be chance; keep the old weights, or collect more pictures."
    )
