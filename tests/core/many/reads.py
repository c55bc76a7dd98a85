"""A program like `digits read` whose reader needs no model: what it says of a picture is how many bytes it has.

`python -m tests.core.many.reads OUT JOBS NAME...` reads; with `work` it is the process that reads for it. A picture
whose content is `end` ends its process; PAUSE_S is how long each takes.
"""

import os
import sys
import time
from functools import partial
from pathlib import Path

from core.many import rows, worker
from core.reading import Reading
from core.reading_lines import FORMS

COMMAND = [sys.executable, "-m", "tests.core.many.reads", "work"]
PAUSE_S = float(os.environ.get("PAUSE_S", "0"))
ENDS = b"end"


def read_many(contents):
    """What each says; a sentence stays one."""
    return [content if isinstance(content, str) else read(content) for content in contents]


def read(content):
    if content == ENDS:
        os._exit(1)
    time.sleep(PAUSE_S)
    return Reading(str(len(content)), "", ())


def asked(names, path, jobs=2, **settings):
    """A call with these words."""
    from core.many import out, run

    form = None if path is None else out.FORM_OF.get(path.suffix, "csv")
    return run.Asked([*map(str, names)], form, False, path, jobs, settings)


def main(words):
    if words == ["work"]:
        worker.work(partial(rows.rows, read_many, FORMS["csv", False]))
        return 0
    from core.many import out, run

    out.TEXT_EVERY_S, run.FEW = 0.05, 0
    path, jobs, *names = words
    return run.run(asked(names, Path(path), int(jobs)), read_many, COMMAND)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
