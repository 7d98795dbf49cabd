"""A language model on this machine labels and links, writes nothing, and is believed only within the lists."""  # noqa: E501

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from amanat.errors import Misconfigured
from amanat.record.gate import Gate, Item
from amanat.record.model import LocalModel
from amanat.record.propose import RuleProposer
from amanat.record.reading import read_source
from record_makers import source_of

SOURCE = source_of(
    "The board wrote to the Water Office. The council asked the Road Office for a list. "
    "The director refused. The union said that the list was lost.",
    "text/plain",
)
DOC = read_source(SOURCE)
PROPOSALS = RuleProposer(model=False).propose(DOC)
FIRST, SECOND, REFUSED, SAID = range(4)


@pytest.fixture
def stub():
    """A server that answers each request with the next of the given texts."""
    answers: list = []
    asked: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(
                {"path": self.path, **json.loads(self.rfile.read(int(self.headers["Content-Length"])))}
            )
            answer = answers.pop(0)
            status, body = answer if isinstance(answer, tuple) else (200, answer)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://192.0.2.1/")
            self.end_headers()
            content = (
                body
                if isinstance(body, bytes)
                else json.dumps({"choices": [{"message": {"content": body}}]}).encode()
            )
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", answers, asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_rules_find_what_the_model_is_asked_about():
    assert [proposal.kind for proposal in PROPOSALS] == ["referral", "referral", "referral", "statement"]
    assert PROPOSALS[SAID].labels["stance"] == "asserts"


def test_a_label_and_a_link_are_taken_with_where_they_come_from(stub):
    address, answers, asked = stub
    answers.append(json.dumps({"stances": {str(SAID): "alleges"}, "answers": {str(REFUSED): FIRST}}))
    found = LocalModel(address, "small").label(DOC, PROPOSALS)
    assert found[SAID].labels == {"stance": "alleges"}
    assert found[REFUSED].answers == PROPOSALS[FIRST].quote
    author = found[SAID].author
    assert (author.name, author.model, author.host) == ("model:small", True, address.split("/")[2])
    assert len(author.prompt_sha256) == len(author.answer_sha256) == 64
    assert found[FIRST] == PROPOSALS[FIRST]
    assert [proposal.spans for proposal in found] == [proposal.spans for proposal in PROPOSALS]
    assert (asked[0]["path"], asked[0]["temperature"]) == ("/v1/chat/completions", 0)
    gate = Gate(SOURCE, DOC)
    assert all(isinstance(gate.check(proposal), Item) for proposal in found)


@pytest.mark.parametrize(
    "answer",
    [
        "nonsense", "[]", '{"stances": []}', '{"stances": {"3": "lies"}}', '{"stances": {"0": "asserts"}}',
        '{"stances": {"99": "asserts"}}', '{"answers": {"2": 3}}', '{"answers": {"2": "0"}}', '{"answers": {"2": true}}',  # noqa: E501
        '{"answers": {"0": 1}}', '{"stances": {"x": "asserts"}}', "[" * 5000, (500, "x"), (302, "x"), (200, b"not json"),  # noqa: E501
        (200, b'{"choices": []}'), (200, b"x" * (2 << 20)), (200, b'{"choices": [{"message": {"content": 5}}]}'),  # noqa: E501
    ],
)  # fmt: skip
def test_anything_else_is_asked_once_more_and_then_left(stub, answer):
    address, answers, asked = stub
    answers.extend([answer, answer])
    assert LocalModel(address, "small").label(DOC, PROPOSALS) == PROPOSALS
    assert len(asked) == 2


def test_a_good_answer_after_a_bad_one_is_taken(stub):
    address, answers, _ = stub
    answers.extend(["nonsense", json.dumps({"stances": {str(SAID): "denies"}})])
    assert LocalModel(address, "small").label(DOC, PROPOSALS)[SAID].labels == {"stance": "denies"}


def test_no_server_is_no_error():
    assert LocalModel("http://127.0.0.1:9/v1", "small", timeout_seconds=1).label(DOC, PROPOSALS) == PROPOSALS


@pytest.mark.parametrize(
    "address",
    ["http://192.0.2.1/v1", "https://127.0.0.1/v1", "http://0.0.0.0/v1", "ftp://127.0.0.1", "127.0.0.1:80", "", "http://[::2]/",  # noqa: E501
     "http://127.0.0.1:99999/", "http://10.0.0.1:80/v1"],
)  # fmt: skip
def test_an_address_on_another_machine_is_refused(address):
    with pytest.raises(Misconfigured) as caught:
        LocalModel(address, "small")
    assert "Nothing is ever sent" in caught.value.hint
