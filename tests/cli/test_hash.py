"""`amanat hash` as a stranger runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from amanat.cli.main import main
from amanat.fingerprint.file import fingerprint_bytes
from amanat.fingerprint.pdq import pdq
from fingerprint.makers import film, image_file, scene

pytestmark = pytest.mark.slow
SCENE = scene()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A picture, a broken one and a film, with names that must not be told."""
    place = tmp_path / "secret-name"
    place.mkdir()
    (place / "a.png").write_bytes(image_file(SCENE, "PNG"))
    (place / "b.png").write_bytes(image_file(SCENE, "PNG")[:900])
    (place / "c.mp4").write_bytes(film([np.asarray(SCENE)] * 2))
    return place


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_text_has_a_fact_a_line_and_the_code_says_that_a_file_was_refused(folder: Path, capsys: Any) -> None:
    assert main(["hash", str(folder)]) == 65
    out = capsys.readouterr().out
    assert f"1 pdq {pdq(np.asarray(SCENE)).print.hex()}" in out.splitlines()
    assert "1 quality 100" in out
    assert "2 refused picture: damaged, cut off, or too large to decode" in out
    assert "2 sha256 " in out
    assert out.count("3 vpdq ") == 2
    assert "secret" not in out


def test_json_has_a_row_a_file_in_the_order_of_names(folder: Path, capsys: Any) -> None:
    assert (
        main(
            [
                "hash",
                "--json",
                "--names",
                "--turned",
                "--trimmed",
                str(folder / "a.png"),
                str(folder / "c.mp4"),
            ]
        )
        == 0
    )
    picture, moving = rows(capsys.readouterr().out)
    assert picture["name"].endswith("secret-name/a.png")
    assert len(picture["variants"]) == 7
    assert (picture["width"], picture["height"], picture["quality"]) == (320, 240, 100)
    assert (moving["number"], moving["kind"], len(moving["vpdq"])) == (2, "film", 2)
    data = (folder / "c.mp4").read_bytes()
    assert moving["sha256"] == fingerprint_bytes(data).digests.sha256.hex()


def test_keyframes_say_what_they_skip(folder: Path, capsys: Any) -> None:
    assert main(["hash", "--keyframes", str(folder / "c.mp4")]) == 0
    assert "1 skipped 49 of 50 frames, at most 2.0 s in a row" in capsys.readouterr().out


def test_a_missing_file_is_told_by_its_number_before_anything_is_done(folder: Path, capsys: Any) -> None:
    assert main(["hash", str(folder / "a.png"), str(folder / "gone")]) == 66
    told = capsys.readouterr()
    assert told.out == ""
    assert "file 2: no such file" in told.err
    assert "gone" not in told.err


def test_an_empty_folder_is_not_there(tmp_path: Path) -> None:
    assert main(["hash", str(tmp_path)]) == 66


def test_an_output_is_for_its_owner_and_goes_on_after_its_last_whole_row(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    assert main(["hash", "--out", str(out), str(folder)]) == 65
    assert out.stat().st_mode & 0o077 == 0
    whole = out.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in (first - 20, len(whole) - 1, len(whole)):
        out.write_bytes(whole[:cut])
        assert main(["hash", "--out", str(out), str(folder)]) == 65
        assert out.read_bytes() == whole


@pytest.mark.parametrize(
    "text", ['{"number": 1, "bytes": 5}\n', "{}\n", "no json\n", '{"number": 2}\n', '{"number": 1}\n' * 4]
)
def test_an_output_of_other_files_is_left_alone(text: str, folder: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text(text)
    assert main(["hash", "--out", str(out), str(folder)]) == 75
    assert out.read_text() == text
    assert "rows of other files" in capsys.readouterr().err


def test_ctrl_c_stops_it_and_the_same_command_goes_on(folder: Path, tmp_path: Path) -> None:
    picture = (folder / "a.png").read_bytes()
    for number in range(200):
        (folder / f"d{number:03}.png").write_bytes(picture)
    # The last take long, so that it is still at work when it is stopped.
    SCENE.resize((4000, 3000)).save(folder / "z0.png", compress_level=1)
    for number in range(1, 6):
        os.link(folder / "z0.png", folder / f"z{number}.png")
    out = tmp_path / "out.jsonl"
    command = [
        sys.executable,
        "-m",
        "amanat.cli.main",
        "hash",
        "--workers",
        "1",
        "--out",
        str(out),
        str(folder),
    ]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while running.poll() is None and (not out.exists() or out.stat().st_size < 2000):
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert told == "amanat: stopped\n"
    before = out.read_bytes()
    assert 0 < before.count(b"\n") < 209
    assert main(["hash", "--out", str(out), str(folder)]) == 65
    after = out.read_bytes()
    assert after.startswith(before)
    assert [row["number"] for row in rows(after.decode())] == list(range(1, 210))
