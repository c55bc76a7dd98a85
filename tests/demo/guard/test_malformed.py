"""No malformed question ends in a server error: each gets a sentence, and none leaves a traceback in the log."""

import http.client
import subprocess
import sys
from collections import Counter
from urllib.parse import urlsplit

import pytest

from tests.demo.browsing import ROOT
from tests.demo.malformed import FORM, JSON, Question, questions
from tests.demo.site import Server, bar

COUNT, SEED = 400, 1


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("malformed")
    with (folder / "log.txt").open("wb") as log, Server(folder, log=log) as server:
        yield server


def ask(server: Server, question: Question) -> tuple[int, bytes]:
    """Status and the beginning of the answer; a stream is not waited for."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)
    try:
        connection.putrequest(question.method, question.path, skip_host="Host" in question.headers)
        for name, value in (question.headers | {"Content-Length": str(len(question.body))}).items():
            connection.putheader(name, value)
        connection.endheaders(question.body)
        with connection.getresponse() as answer:
            return answer.status, b"" if answer.headers.get_content_type() == "text/event-stream" else answer.read(1000)
    finally:
        connection.close()


def log(server: Server) -> str:
    """What the server has written."""
    return (server.folder / "log.txt").read_text(errors="replace")


@pytest.mark.timeout(400)
def test_no_malformed_question_ends_in_a_server_error(server):
    statuses: Counter[int] = Counter()
    failed = []
    for question in questions(COUNT, SEED, list(server.components.values())):
        status, answer = ask(server, question)
        statuses[status] += 1
        if status >= 500 and status != 503:
            failed.append((status, answer[:200], question))
    assert not failed, failed[:3]
    assert set(statuses) >= {200, 400, 403, 404, 405, 414, 415}
    assert "Traceback" not in log(server)
    assert server.call("recognise", "recognise", bar())["digits"] == "1"


FORMS = ("/gradio_api/call/recognise", "/gradio_api/queue/join", "/gradio_api/component_server/", "/gradio_api/cancel")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_where_json_belongs_is_refused_with_a_sentence(server, path):
    body = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="img.png"\r\n\r\nx\r\n--edge--\r\n'
    status, answer = ask(server, Question("POST", path, FORM, body))
    assert (status, b"Please send JSON" in answer) == (415, True)
    assert "Traceback" not in log(server)


def test_the_log_has_an_end():
    code = (
        "import sys, logging\nfrom demo.guard import log\nlogging.basicConfig()\nlog.bound()\n"
        "for _ in range(100_000):\n    print('x' * 100, file=sys.stderr)\n    logging.error('y' * 100)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert 10_000 < len(done.stderr) < 100_000


def test_a_question_in_json_is_answered(server):
    """So that what is refused above is refused for its form."""
    status, _ = ask(server, Question("POST", "/gradio_api/call/recognise", JSON, b'{"data": ["data:,"]}'))
    assert status == 200
