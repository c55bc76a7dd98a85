"""The front door: `python app.py` serves the page, and so does Hugging Face Spaces."""

import sys

from core.refusals import RefusalError, sentence
from demo.__main__ import build, serve

try:
    demo = build()
except RefusalError as error:
    sys.exit(sentence(error))

if __name__ == "__main__":
    sys.exit(serve(demo))
