"""What the surroundings decide: folders, address, and whether this is a Hugging Face Space."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from core import files, kept_corrections

ROOT = files.ROOT
MODELS = files.MODELS
READER, RECOGNIZER = MODELS / "reader.onnx", MODELS / "recognizer.onnx"
READ_WITH = [READER, RECOGNIZER]  # what the page opens at once: its measurements are stale when one has changed
RECORDS = ROOT / "docs" / "records"
STATIC = Path(__file__).resolve().parent / "static"
OWN_MODELS = ROOT / "own-models"  # where `digits space --models` puts them into a Space


def ask_nobody() -> None:
    """Keep Gradio and ONNX Runtime from sending usage data; they read this when they are imported."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")  # of its figures, of which it keeps 10,000 by default
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")


def host() -> str:
    """The address to listen on: DIGITS_HOST, or every interface on a Space, or this machine alone."""
    return os.environ.get("DIGITS_HOST") or ("0.0.0.0" if on_space() else "127.0.0.1")


def port() -> int:
    """The port to listen on: DIGITS_PORT or 7860; SystemExit with a sentence when that is no port."""
    text = os.environ.get("DIGITS_PORT", "7860")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SystemExit(f"DIGITS_PORT is {text!r}; give a whole number from 1 to 65535")
    return int(text)


def root_path() -> str | None:
    """The path under which a proxy serves the page: DIGITS_ROOT_PATH, such as /digits; None at the top."""
    return os.environ.get("DIGITS_ROOT_PATH") or None


def hosts() -> list[str]:
    """Names under which the page is reached besides its own: DIGITS_HOSTS, and a proxy's in DIGITS_ROOT_PATH."""
    named = os.environ.get("DIGITS_HOSTS", "").replace(",", " ").lower().split()
    proxy = urlsplit(root_path() or "").hostname
    return [*named, *filter(None, [proxy, os.environ.get("SPACE_HOST", "").lower()])]


def cache_folder() -> Path:
    """Where predictions are kept between starts: DIGITS_CACHE, or a folder of the user's; it may be unwritable."""
    chosen = os.environ.get("DIGITS_CACHE")
    return Path(chosen) if chosen else files.own_temporary("digits")


def temporary_folder() -> Path:
    """Below which each server makes a folder for what visitors upload: GRADIO_TEMP_DIR, or one of the user's."""
    chosen = os.environ.get("GRADIO_TEMP_DIR")
    return Path(chosen) if chosen else files.own_temporary("digits-files")


def on_space() -> bool:
    """Whether Hugging Face runs this process; it sets SPACE_ID."""
    return "SPACE_ID" in os.environ


def models_folder() -> Path | None:
    """A folder of further models to read with: DIGITS_MODELS, or OWN_MODELS where it is there; None without."""
    chosen = os.environ.get("DIGITS_MODELS")
    if chosen:
        return Path(chosen)
    return OWN_MODELS if OWN_MODELS.is_dir() else None


def corrections_file() -> Path | None:
    """Where people's corrections are kept: DIGITS_CORRECTIONS, or beside app.py; None when that is `off`."""
    return kept_corrections.file_of_page()


def dataset() -> tuple[str | None, str | None]:
    """(DIGITS_DATASET, HF_TOKEN): the Hugging Face data set that corrections are pushed to, and what allows it."""
    return os.environ.get("DIGITS_DATASET") or None, os.environ.get("HF_TOKEN") or None
