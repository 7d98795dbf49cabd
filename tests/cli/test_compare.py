"""`amanat compare` as a stranger runs it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from amanat.cli.main import main
from amanat.fingerprint.film import hash_film
from amanat.fingerprint.vpdq import format_json, format_text
from fingerprint.makers import film, image_file, scene

pytestmark = pytest.mark.slow
ONE, TWO, FLAT = scene(61), scene(62), Image.new("RGB", (90, 90), "grey")


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], str]:
    def write(name: str, data: bytes) -> str:
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return write


def compared(capsys: Any, *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["compare", "--json", "--workers", "1", *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_a_turned_picture_is_a_match_unless_plain_is_asked(put: Any, capsys: Any) -> None:
    a = put("a.png", image_file(ONE, "PNG"))
    b = put("b.jpg", image_file(ONE.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90))
    code, found = compared(capsys, a, b)
    assert (code, found["match"], found["how"]) == (0, True, "A rotate-90, B upright")
    assert found["distance"] <= 10
    assert main(["compare", "--plain", a, b]) == 1
    assert capsys.readouterr().out.startswith("No match: A upright, B upright\nNearest: ")


def test_bars_do_not_hide_a_match(put: Any, capsys: Any) -> None:
    plain = put("a.png", image_file(ONE, "PNG"))
    barred = put(
        "b.png", image_file(Image.fromarray(np.pad(np.asarray(ONE), ((60, 60), (0, 0), (0, 0)))), "PNG")
    )
    assert compared(capsys, plain, barred)[1]["how"] == "A upright, B trimmed"


def test_two_pictures_are_no_match_and_a_distance_may_be_asked_for(put: Any, capsys: Any) -> None:
    a, b = put("a.png", image_file(ONE, "PNG")), put("b.png", image_file(TWO, "PNG"))
    code, found = compared(capsys, a, b)
    assert (code, found["match"]) == (1, False)


def test_a_flat_picture_matches_only_the_same_bytes(put: Any, capsys: Any) -> None:
    a, b = put("a.png", image_file(FLAT, "PNG")), put("b.bmp", image_file(FLAT, "BMP"))
    assert compared(capsys, a, b) == (1, {"match": False, "how": "too little to see in one of them"})
    assert compared(capsys, a, a) == (0, {"match": True, "how": "the same bytes"})


def test_films_pictures_and_files_of_vpdq_are_compared_with_each_other(
    put: Any, capsys: Any, tmp_path: Path
) -> None:
    pictures = [np.asarray(scene(seed)) for seed in (61, 62, 63)]
    whole = put("whole.mp4", film(pictures))
    part = put("part.mkv", film(pictures[1:], container="matroska"))
    code, found = compared(capsys, part, whole)
    assert (code, found["percent_of_a"]) == (0, 100.0)
    assert found["percent_of_b"] == pytest.approx(66.7)
    assert [(one["start_ms"], one["other_start_ms"], one["frames"]) for one in found["segments"]] == [
        (0, 1000, 2)
    ]
    code, found = compared(capsys, "--percent", "67", whole, part)
    assert (code, found["match"]) == (1, False)
    code, found = compared(capsys, put("a.png", image_file(TWO, "PNG")), whole)
    assert (code, found["times_ms"]) == (0, [1000])
    with Path(whole).open("rb") as stream:
        frames = hash_film(stream).frames
    texts = put("v.txt", format_text(frames)), put("v.json", format_json(frames[1:]))
    assert compared(capsys, texts[1], texts[0])[1]["percent_of_a"] == 100.0
    assert main(["compare", "--names", part, whole]) == 0
    told = capsys.readouterr().out
    assert f"A: {part}" in told
    assert "A 0:00:00.000 to 0:00:01.000 is B 0:00:01.000 to 0:00:02.000 (2 frames)" in told


def test_a_refused_side_outranks_everything(put: Any, capsys: Any, tmp_path: Path) -> None:
    a, b = put("a.png", image_file(ONE, "PNG")), put("b", b"neither")
    code, found = compared(capsys, a, b)
    assert (code, list(found["refused"])) == (65, ["b"])
    assert main(["compare", a, str(tmp_path / "gone")]) == 66
    assert main(["compare", a, str(tmp_path)]) in (65, 66)


@pytest.mark.parametrize("bits", ["-1", "257", "x", "١"])
def test_a_distance_is_a_number_of_bits(bits: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["compare", "--distance", bits, "a", "b"])
    assert stopped.value.code == 2
