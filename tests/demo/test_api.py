"""The public endpoints, called as programs call them, and that there are no others."""

import base64
import io
import json
import urllib.error
import urllib.request

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

# The client leaves its sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*unclosed.*:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def client(page_address):
    return Client(page_address, verbose=False)


def data_url(image):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture(scope="module")
def one():
    image = np.full((280, 280), 255, np.uint8)
    image[40:240, 130:150] = 0
    return image


def test_one_picture_is_answered_as_the_model_does(client, one, recognizer):
    told, answer = client.predict(data_url(one), api_name="/recognise"), recognizer(one)
    assert told["digit"] == answer.label == 1
    np.testing.assert_allclose(told["probabilities"], answer.probabilities, atol=1e-5)
    np.testing.assert_allclose(told["seen"], answer.seen, atol=1e-4)


def test_a_batch_answers_each_picture_and_names_what_it_cannot_read(client, one):
    told = client.predict(
        [data_url(one), data_url(one.T), "data:image/png;base64,aGVsbG8="], api_name="/recognise_batch"
    )
    assert [answer.get("digit") for answer in told[:1]] == [1]
    assert "not a picture" in told[2]["error"]


def test_a_number_is_read_digit_by_digit(client, one):
    told = client.predict(data_url(np.hstack([one[:, 80:200], one[:, 80:200]])), api_name="/recognise_number")
    assert (told["digits"], told["more"]) == ("11", 0)
    assert told.keys() == {"digits", "parts", "more"}
    assert [part["digit"] for part in told["parts"]] == [1, 1]
    (_, left, _, right), (_, other_left, _, _) = (part["box"] for part in told["parts"])
    assert left < right < other_left


def test_a_number_is_answered_as_the_reader_does(client, one, reader):
    image = np.hstack([one[:, 80:200], one[:, 80:200]])
    told = client.predict(data_url(image), api_name="/recognise_number")
    for part, expected in zip(told["parts"], reader(image).parts, strict=True):
        assert (part["box"], part["line"]) == (list(expected.box), expected.line)
        np.testing.assert_allclose(part["probabilities"], expected.answer.probabilities, atol=1e-5)
        np.testing.assert_allclose(part["seen"], expected.answer.seen, atol=1e-4)


def test_a_number_of_one_digit_or_none_has_as_many_parts(client, one):
    told = client.predict(data_url(one), api_name="/recognise_number")
    assert (told["digits"], [part["digit"] for part in told["parts"]]) == ("1", [1])
    told = client.predict(data_url(np.zeros((9, 9), np.uint8)), api_name="/recognise_number")
    assert told == {"digits": "", "parts": [], "more": 0}


def test_a_blank_has_no_digit(client):
    assert client.predict(data_url(np.zeros((9, 9), np.uint8)), api_name="/recognise")["digit"] is None


REFUSED = {
    "no picture": ("/recognise", "data:image/png;base64,aGVsbG8=", "That is not a picture"),
    "a path of the server": ("/recognise", "/etc/passwd", "Expected a picture as a data URL"),
    "a number": ("/recognise", 7, "Expected a picture as a data URL"),
    "an empty batch": ("/recognise_batch", [], "1 to 64 pictures"),
    "a long batch": ("/recognise_batch", ["x"] * 65, "1 to 64 pictures"),
}


@pytest.mark.parametrize(("endpoint", "given", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_errors_are_sentences(client, endpoint, given, words):
    with pytest.raises(AppError, match=words) as caught:
        client.predict(given, api_name=endpoint)
    assert "Traceback" not in str(caught.value)


def test_curl_works_too(page_address, one):
    start = urllib.request.Request(
        f"{page_address}/gradio_api/call/recognise",
        json.dumps({"data": [data_url(one)]}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(start) as reply:
        event = json.load(reply)["event_id"]
    with urllib.request.urlopen(f"{page_address}/gradio_api/call/recognise/{event}") as reply:
        lines = reply.read().decode().splitlines()
    assert lines[0] == "event: complete"
    assert json.loads(lines[1].removeprefix("data: "))[0]["digit"] == 1


def test_nothing_else_is_public(client):
    named = client.view_api(return_format="dict", print_info=False)
    assert set(named["named_endpoints"]) == {"/recognise", "/recognise_batch", "/recognise_number"}
    assert named["unnamed_endpoints"] == {}


def picture_file(folder, image):
    path = folder / "one.png"
    Image.fromarray(image).save(path)
    return path


def test_a_file_of_ones_own_is_read_by_every_endpoint(client, one, tmp_path):
    """As gradio_client sends files: it uploads them, and names them in the question."""
    file = handle_file(str(picture_file(tmp_path, one)))
    assert client.predict(file, api_name="/recognise")["digit"] == 1
    assert client.predict([file, file], api_name="/recognise_batch")[1]["digit"] == 1
    assert client.predict(file, api_name="/recognise_number")["digits"] == "1"


FILES_OF_OTHERS = {
    "of the server": {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
    "of another host": {"path": "http://127.0.0.1:1/x.png", "meta": {"_type": "gradio.FileData"}},
    "inside a list": [{"path": "http://127.0.0.1:1/x.png", "meta": {"_type": "gradio.FileData"}}],
    "of nobody": {"path": 7},
}


@pytest.mark.parametrize("given", FILES_OF_OTHERS.values(), ids=FILES_OF_OTHERS.keys())
@pytest.mark.parametrize("endpoint", ["recognise", "recognise_batch", "recognise_number", "v2/recognise"])
def test_no_other_file_is_read_and_no_other_host_asked(page_address, endpoint, given):
    body = {"picture": given} if endpoint.startswith("v2") else {"data": [given]}
    start = urllib.request.Request(
        f"{page_address}/gradio_api/call/{endpoint}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(start)
    with refused.value:
        assert refused.value.code == 400
        assert b"handle_file with a path of yours" in refused.value.read()
