"""`amanat read` as a stranger runs it: readable, offline, with decided exit codes."""

import csv
import json
import socket
import subprocess
import sys
from io import StringIO

import pytest

from amanat.cli.main import main
from record_makers import docx_of, paragraph, pdf_of

TEXT = """PORT KESH, 6 October 2018

The weir fell on 14 April 2011. The next day the army closed the bridge. At least 34 people were injured.

The union said that about 280 files were lost. The board asked the Water Office for a list. The office refused, because it
had none.
"""  # noqa: E501


@pytest.fixture
def read(tmp_path, capsys):
    """Run `amanat read` on documents; the exit code, standard output and standard error."""

    def run(*documents: str | bytes, more: tuple[str, ...] = ()) -> tuple[int, str, str]:
        names = []
        for number, document in enumerate(documents):
            path = tmp_path / f"document-{number}"
            path.write_bytes(document if isinstance(document, bytes) else document.encode())
            names.append(str(path))
        code = main(["read", *names, *more])
        return code, *capsys.readouterr()

    return run


def test_every_part_is_printed_with_its_words_and_place(read):
    code, told, errors = read(TEXT)
    assert (code, errors) == (0, "")
    for part in (
        "text/plain, utf-8, SHA-256 ",
        "nobody has confirmed them",
        "TIMELINE\n  2011-04-14   “The weir fell on 14 April 2011” [27-57]",
        "counted from “14 April 2011”",
        "STATEMENTS BY SPEAKER\n  The union\n    asserts: “The union said that about 280 files were lost”",
        "FIGURES BY WHAT THEY COUNT\n  files\n    280 (about)",
        "HARM\n  injured    34 or more people",
        "REFERRALS\n  The board asked the Water Office, what: a list",
        "    answer: The office: refused, reason given: it had none",
    ):
        assert part in " ".join(told.split("\0")).replace("\nhad none", " had none"), part


def test_json_carries_hashes_offsets_and_values(read):
    code, told, _ = read(TEXT, more=("--as", "json"))
    (source,) = json.loads(told)["sources"]
    assert code == 0
    for item in source["items"]:
        (place,) = item["quote"]["places"]
        assert TEXT[place["start"] : place["end"]].split() == item["quote"]["exact"].split()
        assert item["quote"]["source_sha256"] == source["sha256"]
    refused = next(item for item in source["items"] if item["labels"].get("outcome") == "refused")
    assert refused["answers"]["exact"] == "The board asked the Water Office for a list"


def test_csv_has_the_columns_of_the_export(read):
    _, told, _ = read(TEXT, TEXT.replace("280", "300"), more=("--as", "csv"))
    rows = list(csv.DictReader(StringIO(told)))
    assert {row["low"] for row in rows if row["kind"] == "figure"} == {"280", "300"}
    assert {row["state"] for row in rows} == {"pending"}


@pytest.mark.parametrize(
    "document", [pdf_of(TEXT), docx_of(paragraph(TEXT)), f"<p>{TEXT}</p>", f"= Weir =\n{TEXT}"]
)
def test_every_format_is_read(read, document):
    code, told, _ = read(document)
    assert code == 0
    assert "The board asked the Water Office" in told


def test_the_date_of_the_document_and_the_bare_rules_can_be_chosen(read):
    text = "On Friday the weir fell.\n\nThe union said that it was old.\n"
    assert "2018-10-05" in read(text, more=("--published", "2018-10-06"))[1]
    code, told, errors = read(text, more=("--no-parse",))
    assert code == 0
    assert "The union" in told
    assert "pip install" in errors


@pytest.mark.parametrize(
    ("document", "code", "part"),
    [
        (b"\x89PNG\r\n\x1a\n", 65, "OCR"),
        (pdf_of(""), 65, "ocrmypdf"),
        (b"", 65, "right file"),
        (b"\x81\x8d caf\xe9", 65, "--encoding"),
    ],
)
def test_what_cannot_be_read_ends_with_65_and_what_to_do(read, document, code, part):
    found, told, errors = read(document)
    assert (found, told) == (code, "")
    assert part in errors
    assert "document-0" not in errors
    assert "file 2" in read(TEXT, document)[2]


def test_a_missing_file_ends_with_66_and_a_foreign_model_with_78(read, tmp_path, capsys):
    assert main(["read", str(tmp_path / "nothing")]) == 66
    assert "file 1" in capsys.readouterr().err
    assert read(TEXT, more=("--language-model", "http://192.0.2.7/v1"))[0] == 78
    with pytest.raises(SystemExit):
        main(["read", "x", "--published", "yesterday"])


def test_terminal_codes_of_a_document_are_shown_and_not_obeyed(read):
    _, told, _ = read("The union \x1b[2J said that 12 files were lost on 3 May 2011.")
    assert "\x1b" not in told
    assert "\\x1b[2J" in told


def test_another_language_is_read_and_said(read):
    code, told, _ = read("کمیشن نے ۱۴ اپریل کو رپورٹ شائع کی۔ وزیر نے جواب نہیں دیا۔")
    assert code == 0
    assert "The rules read English only" in told
    assert "The rules read English only" not in read(TEXT)[1]


def test_nothing_leaves_the_machine(read, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert read(TEXT)[0] == 0


def test_a_reader_that_stops_early_is_no_error(tmp_path):
    (tmp_path / "a").write_text(TEXT * 40)
    command = [
        sys.executable,
        "-m",
        "amanat.cli.main",
        "read",
        str(tmp_path / "a"),
        "--as",
        "json",
        "--no-parse",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b"" or b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
