"""Files are matched by their prints: exit codes, numbers for names, lists of what is not meant, going on."""

import json

import numpy as np
import pytest

from amanat.cli.main import main
from amanat.fingerprint.pdq import pdq
from amanat.fingerprint.value import format_hex
from fingerprint.makers import film as film_of
from fingerprint.makers import image_file, scene
from matching.makers import random_prints, turned

PRINTS = random_prints(40)
HEX = format_hex(PRINTS)
NEAR = format_hex(turned(PRINTS, 20))
SCENE = scene()


@pytest.fixture
def match(tmp_path, capsys):
    """Run `amanat match` with a list of the first ten prints; the exit code and what it said."""
    key = str(tmp_path / "key")
    main(["exchange", "identity", key])
    (tmp_path / "a").write_text("\n".join(HEX[:10]))
    (tmp_path / "not").write_text(NEAR[3])
    main(["list", "build", str(tmp_path / "ours"), str(tmp_path / "a"), "--identity", key])
    main(["list", "build", str(tmp_path / "negative"), str(tmp_path / "not"), "--identity", key])
    capsys.readouterr()

    def run(lines: list[str], *arguments: str, held: str = "ours") -> tuple[int, list[str], str]:
        (tmp_path / "asked").write_text("\n".join(lines))
        code = main(["match", str(tmp_path / held), str(tmp_path / "asked"), "--identity", key, *arguments])
        out, errors = capsys.readouterr()
        assert not any(text in out + errors for text in (*HEX, *NEAR))
        return code, out.splitlines(), errors

    run.folder = tmp_path
    return run


def test_a_match_ends_with_0_and_none_with_1(match):
    assert match([NEAR[1], HEX[30]])[:2] == (
        0,
        ["1 match, 20 of 256 bits apart", "2 no match", "1 of 2 match"],
    )
    assert match([HEX[30]])[:2] == (1, ["1 no match", "0 of 1 match"])


def test_a_line_that_cannot_be_used_outranks_a_match(match):
    code, out, _ = match([HEX[1], "0" * 64, '{"number": 2, "refused": "too large"}'])
    assert code == 65
    assert out[1:] == [
        "2 cannot be used: all bits are zero",
        "3 cannot be used: too large",
        "1 of 3 match; 2 could not be used",
    ]


def test_the_distance_is_the_list_s_or_that_of_the_command(match):
    assert match([NEAR[1]], "--distance", "19")[0] == 1
    arguments = ["--identity", str(match.folder / "key"), "--distance", "19"]
    main(["list", "index", str(match.folder / "ours"), str(match.folder / "index"), *arguments])
    assert match([NEAR[1]], held="index")[0] == 1
    assert match([NEAR[1]], "--distance", "20", held="index")[0] == 0


def test_what_is_nearer_to_a_list_of_what_is_not_meant_does_not_match(match):
    code, out, _ = match([NEAR[3], HEX[3]], "--not", str(match.folder / "negative"))
    assert (code, out) == (
        0,
        ["1 no match (on a list of what is not meant)", "2 match, 0 of 256 bits apart", "1 of 2 match"],
    )


def test_an_index_of_what_is_not_meant_is_no_list_to_match_with(match):
    index, key = str(match.folder / "index"), str(match.folder / "key")
    main(["list", "index", str(match.folder / "negative"), index, "--negative", "--identity", key])
    code, _, errors = match([NEAR[3]], held="index")
    assert code == 65
    assert "Give it as --not" in errors
    assert match([NEAR[3]], "--not", index)[1][0].endswith("(on a list of what is not meant)")


def film(*prints: str) -> str:
    return json.dumps({"number": 1, "vpdq": [f"{n},90,{text},{n}.000" for n, text in enumerate(prints)]})


def test_of_a_film_four_fifths_must_match_one_item(match):
    (match.folder / "film").write_text(film(*HEX[20:25]))
    key = str(match.folder / "key")
    main(["list", "add", str(match.folder / "ours"), str(match.folder / "film"), "--identity", key])
    assert match([film(*NEAR[20:24], HEX[39])])[0] == 0
    assert match([film(*NEAR[20:23], *HEX[38:40])])[0] == 1
    assert match([film(*NEAR[20:23], *HEX[38:40])], "--percent", "60")[0] == 0
    assert match([NEAR[22]])[0] == 0


def test_json_lines_say_which_item_and_names_only_when_asked(match):
    row = json.dumps({"number": 7, "name": "amna.jpg", "quality": 90, "pdq": NEAR[1]})
    _, out, _ = match([row], "--json")
    [told] = map(json.loads, out)
    assert (told["number"], told["match"], told["matches"][0]["distance"]) == (1, True, 20)
    assert "amna" not in out[0]
    assert "amna" in match([row], "--names")[1][0]


def test_a_command_that_was_stopped_goes_on_after_its_last_whole_row(match):
    out = match.folder / "rows"
    lines = [NEAR[1], HEX[30], NEAR[2], HEX[31]]
    match(lines, "--out", str(out))
    whole = out.read_bytes()
    assert out.stat().st_mode & 0o77 == 0
    for cut in (0, 5, len(whole.splitlines()[0]) + 1, len(whole) - 3, len(whole)):
        out.write_bytes(whole[:cut])
        code, said, _ = match(lines, "--out", str(out))
        assert (code, said, out.read_bytes()) == (0, ["2 of 4 match"], whole)
    out.write_text("something else\n")
    assert match(lines, "--out", str(out))[0] == 75
    assert out.read_text() == "something else\n"


def test_a_list_without_a_key_and_a_file_that_is_not_there_are_not_found(match, capsys):
    assert match([HEX[0]], held="nothing")[0] == 66
    assert main(["match", str(match.folder / "ours"), str(match.folder / "asked")]) == 66
    assert "--identity" in capsys.readouterr().err
    assert main(["match", str(match.folder / "ours"), str(match.folder / "gone")]) == 66


@pytest.mark.slow
def test_pictures_and_films_are_matched_as_they_are(match, capsys):
    folder = match.folder / "secret"
    folder.mkdir()
    (folder / "a.png").write_bytes(image_file(SCENE, "PNG"))
    (folder / "b.png").write_bytes(b"not a picture")
    (folder / "c.mp4").write_bytes(film_of([np.asarray(SCENE)] * 2))
    key = str(match.folder / "key")
    (match.folder / "print").write_text(pdq(np.asarray(SCENE)).print.hex())
    assert (
        main(["list", "add", str(match.folder / "ours"), str(match.folder / "print"), "--identity", key]) == 0
    )
    capsys.readouterr()
    code = main(["match", str(match.folder / "ours"), str(folder), "--identity", key, "--workers", "1"])
    out = capsys.readouterr().out.splitlines()
    assert (code, out[-1]) == (65, "2 of 3 match; 1 could not be used")
    assert [line.split()[1] for line in out[:3]] == ["match,", "cannot", "match,"]
    assert "secret" not in "".join(out)
