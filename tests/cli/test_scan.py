"""A folder with archives becomes a table: positions for names, reasons for bad files, and it goes on."""

import json
import os
import signal
import subprocess
import time

import pytest

from amanat.cli.main import main
from scan.makers import MATCHED, PICTURES, REFUSED, ROWS, command, listed, rows_of, source


@pytest.fixture
def place(tmp_path, capsys):
    """A source and the options of a list."""
    options = [str(source(tmp_path / "source")), *listed(tmp_path), "--workers", "1"]
    capsys.readouterr()
    return options


def test_every_file_and_member_has_a_row(place, tmp_path, capsys):
    out = tmp_path / "table"
    assert main(["scan", *place, "--out", str(out), "--part", "3"]) == 65
    assert capsys.readouterr().out == "2 of 8 match; 2 could not be used\n"
    rows = rows_of(out)
    assert [(row["number"], row["member"]) for row in rows] == ROWS
    assert [(row["number"], row["member"]) for row in rows if row["match"]] == MATCHED
    assert [(row["number"], row["member"]) for row in rows if row["refused"]] == REFUSED
    assert rows[4]["matches"][0]["distance"] == 0
    assert {row["name"] for row in rows} == {None}
    assert (out.stat().st_mode & 0o777, out.with_name("table.parts").exists()) == (0o600, False)
    assert not (tmp_path / "out.jpg").exists()


def test_names_are_there_when_asked_for_and_an_index_gives_the_same(place, tmp_path, capsys):
    index = str(tmp_path / "index")
    main(["list", "index", place[2], index, "--identity", place[4]])
    capsys.readouterr()
    arguments = ["--list", index, "--names", "--json", "--out", str(tmp_path / "t"), "--workers", "1"]
    assert main(["scan", place[0], *arguments]) == 65
    assert json.loads(capsys.readouterr().out) == {"rows": 8, "matched": 2, "refused": 2}
    assert rows_of(tmp_path / "t")[4]["name"].endswith("source/a.zip/in.zip/n.jpg")


def test_what_is_as_near_to_a_list_of_what_is_not_meant_does_not_match(place, tmp_path, capsys):
    (tmp_path / "not").write_text((tmp_path / "prints").read_text().splitlines()[0])
    negative, index = str(tmp_path / "negative"), str(tmp_path / "negative-index")
    main(["list", "build", negative, str(tmp_path / "not"), "--identity", place[4]])
    main(["list", "index", negative, index, "--negative", "--identity", place[4]])
    for number, held in enumerate((negative, index)):
        out = tmp_path / str(number)
        assert main(["scan", *place, "--out", str(out), "--not", held]) == 65
        rows = rows_of(out)
        assert [(row["number"], row["member"]) for row in rows if row["match"]] == MATCHED[1:]
        assert [(row["number"], row["member"]) for row in rows if row["suppressed"]] == MATCHED[:1]
    assert main(["scan", place[0], "--list", index, "--out", str(tmp_path / "none")]) == 65
    assert "Give it as --not" in capsys.readouterr().err
    assert not (tmp_path / "none.parts").exists()


def test_nothing_there_and_something_else_there(place, tmp_path, capsys):
    out = ["--out", str(tmp_path / "t")]
    assert main(["scan", str(tmp_path / "nowhere"), *place[1:], *out]) == 66
    (tmp_path / "t").write_text("mine")
    assert main(["scan", *place, *out]) == 75
    assert (tmp_path / "t").read_text() == "mine"
    assert "0.jpg" not in capsys.readouterr().err


def stopped(options, out, how, *, at):
    """The exit code of a scan that was sent a signal once so many parts were done."""
    process = subprocess.Popen(command(options, out), stderr=subprocess.DEVNULL)
    while len(list(out.parent.glob(f"{out.name}.parts/part-*"))) < at and process.poll() is None:
        time.sleep(0.01)
    os.kill(process.pid, how)
    return process.wait(30)


@pytest.mark.slow
def test_stopped_twice_in_the_middle_and_started_again_it_makes_the_same_table(place, tmp_path, capsys):
    for number in range(160):
        (tmp_path / "source" / f"z{number:03}.jpg").write_bytes(PICTURES[number % 8])
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    options = [*place, "--part", "2"]
    assert stopped(options, torn, signal.SIGINT, at=1) == 130
    first = tmp_path / "torn.parts" / "part-00000001.parquet"
    before = first.stat().st_mtime_ns, first.stat().st_ino
    assert stopped(options, torn, signal.SIGKILL, at=5) == -signal.SIGKILL
    assert not torn.exists()
    (tmp_path / "torn.parts" / ".part-00000009.parquet").write_bytes(b"half")
    assert (first.stat().st_mtime_ns, first.stat().st_ino) == before
    for out in (torn, whole):
        assert main(["scan", *options, "--out", str(out)]) == 65
    assert torn.read_bytes() == whole.read_bytes()


def test_a_scan_does_not_go_on_with_what_has_changed(place, tmp_path, capsys):
    parts = tmp_path / "t.parts"
    parts.mkdir()
    (parts / "plan").write_text("another")
    assert main(["scan", *place, "--out", str(tmp_path / "t")]) == 75
    assert "begun with something else" in capsys.readouterr().err
