"""`python -m core.train`, alone or under torchrun: train, go on, or fine-tune; everything lands in the run folder."""

import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence

import torch

from core.refusals import in_a_sentence
from core.train.allocator import keep_freed_memory
from core.train.command_line import parse
from core.train.config import TrainConfig
from core.train.loop import Run
from core.train.measure.finetune_report import report
from core.train.presets import PRESETS
from core.train.processes import Processes, joined
from core.train.progress import beginning


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Train, or go on; returns the exit status."""
    out = "the run's"
    try:
        config, arguments = parse(argv, PRESETS)
        out = config.out
        with joined(config) as processes:
            train(config, arguments, processes)
    except KeyboardInterrupt:
        print(f"\nstopped; go on with the same command and --resume (folder {out})", file=sys.stderr)
        return 130
    return 0


def train(config: TrainConfig, arguments: Namespace, processes: Processes) -> None:
    """Train to the end and say where the results are."""
    if config.threads:
        torch.set_num_threads(config.threads)
    keep_freed_memory()
    run = Run(config, processes, go_on=arguments.resume is not None)
    if processes.is_first:
        print(beginning(run.config, run.set, run.device), flush=True)
    run.train()
    weights = run.finish()
    if processes.is_first:
        if config.extra:
            print(report(run))
        print(f"wrote {weights}, metrics.json and curves.png")
        print(f"next: `digits export {shlex.quote(config.out)}` makes a file of it that reads pictures")


if __name__ == "__main__":
    sys.exit(main())
