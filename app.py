"""The front door: `python app.py` serves the page, and so does Hugging Face Spaces."""

import os
import sys

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read by Gradio when it is imported
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")  # of its figures, of which it keeps 10,000 by default
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read by ONNX Runtime, which else keeps usage data for Microsoft

from demo import zero_gpu
from demo.page import build, serve
from demo.recognizer import ModelError
from demo.records import RecordError

try:
    demo = build()
except (ModelError, RecordError) as error:
    sys.exit(str(error))
zero_gpu.declare()

if __name__ == "__main__":
    serve(demo)
