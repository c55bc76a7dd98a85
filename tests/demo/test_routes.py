"""What Gradio serves beside the page: no file of ours, no file of another visitor, no room to fill the disk."""

import json
import urllib.error
import urllib.request

import pytest

from demo import settings
from tests.demo.browsing import ROOT


def ask(url: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
    """Status and first kilobyte of an answer."""
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind} if kind else {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read(1024)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(1024)


CLOSED = {
    "a file of the system": "/gradio_api/file=/etc/passwd",
    "a file by climbing": "/gradio_api/file=../../../../etc/passwd",
    "a source": f"/gradio_api/file={ROOT}/app.py",
    "a source, relative": "/gradio_api/file=app.py",
    "the repository": f"/gradio_api/file={ROOT}/.git/config",
    "weights": f"/gradio_api/file={ROOT}/models/convnet.safetensors",
    "a static file by climbing": "/static/../../app.py",
    "an escaped climb": "/static/%2e%2e/%2e%2e/app.py",
    "another server through this one": "/gradio_api/proxy=http://127.0.0.1:22/",
    "usage figures": "/monitoring",
    "the editor": "/gradio_api/vibe-code/",
    "the interactive documentation": "/docs",
}


@pytest.mark.parametrize("path", CLOSED.values(), ids=CLOSED.keys())
def test_a_stranger_gets_nothing(page_address, path):
    status, body = ask(page_address + path)
    assert 400 <= status < 500
    assert b"root:" not in body
    assert b"import" not in body
    assert b"Traceback" not in body


def upload(page_address: str, name: str, content: bytes) -> tuple[int, bytes]:
    head = f'--edge\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
    return ask(
        f"{page_address}/gradio_api/upload", head + content + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"
    )


def test_gradios_own_upload_takes_no_large_file(page_address):
    status, _ = upload(page_address, "large.bin", bytes(settings.GRADIO_UPLOAD_BYTES + 1))
    assert status == 413


def test_an_uploaded_name_cannot_climb(page_address):
    status, body = upload(page_address, "../../../climber.html", b"<script>alert(1)</script>")
    assert status == 200
    [path] = json.loads(body)
    assert ".." not in path
    assert path.endswith("/climber.html")


def test_settings_are_not_told(page_address):
    """The page's configuration is public; the environment and folders of the server are not in it."""
    with urllib.request.urlopen(f"{page_address}/config", timeout=20) as answer:
        config = answer.read()
    assert str(ROOT).encode() not in config
    assert b"DIGITS_" not in config
