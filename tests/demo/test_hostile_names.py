"""Script in the names of files that people send is shown as text, and never run."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.demo.hostile_sets import FAILED_PICTURE, SCRIPT
from tests.demo.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def page(guest, page_address):
    return guest(page_address)


def png():
    buffer = io.BytesIO()
    Image.fromarray(np.pad(np.full((60, 8), 255, np.uint8), 16)).save(buffer, "PNG")
    return buffer.getvalue()


def packed(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def nothing_ran(page):
    page.wait_for_timeout(300)  # a picture that cannot be loaded needs a moment to say so
    page.evaluate(FAILED_PICTURE)  # and on a busy machine as long as another one
    return "hacked" not in page.title()


def test_the_script_would_run_if_it_were_not_text(page):
    page.evaluate("script => document.body.insertAdjacentHTML('beforeend', script)", SCRIPT)
    page.wait_for_function("document.title.includes('hacked')")
    assert not nothing_ran(page)


def test_among_pictures_to_read(page):
    Visitor(page).upload_all({f"1{SCRIPT}.png": png(), f"2{SCRIPT}.png": b"no picture"})
    rows = page.locator("table.batch tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text(f"2{SCRIPT}.png")
    assert nothing_ran(page)


def test_in_a_data_set_to_analyse(page):
    page.get_by_role("tab", name="Error analysis").click()
    page.get_by_text("Analyse your own pictures").click()
    files = {"1/a.png": png(), f"1/{SCRIPT}.png": png(), f"{SCRIPT}/b.png": png(), f"2/{SCRIPT}.png": b"no picture"}
    sent = {"name": f"{SCRIPT}.zip", "mimeType": "application/zip", "buffer": packed(files)}
    page.locator("#analysis-upload input[type=file]").set_input_files([sent])
    report = page.locator("#analysis-upload-report")
    expect(report).to_contain_text("2 pictures are read")
    expect(report).to_contain_text(f"2/{SCRIPT}.png")
    assert nothing_ran(page)
