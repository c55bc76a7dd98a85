"""The front door: `python app.py` serves the page, and so does Hugging Face Spaces."""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read by Gradio when it is imported
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read by ONNX Runtime, which else keeps usage data for Microsoft

from demo.page import build, launch_options

demo = build()

if __name__ == "__main__":
    demo.launch(**launch_options())
