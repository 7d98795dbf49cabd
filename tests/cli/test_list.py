"""Lists of prints are made, changed and indexed; they lie encrypted on the disk, and no print is shown."""

import pytest

from amanat.cli.main import main
from amanat.fingerprint.value import format_hex
from amanat.matching.index import Index
from matching.makers import random_prints, turned

PRINTS = random_prints(40)
HEX = format_hex(PRINTS)


class Desk:
    """A folder with a key, and the commands run in it."""

    def __init__(self, folder, capsys) -> None:
        self.folder, self.capsys = folder, capsys
        assert main(["exchange", "identity", str(folder / "key")]) == 0
        capsys.readouterr()

    def file(self, name: str, lines: list[str]) -> str:
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines))
        return str(self.folder / name)

    def list(self, verb: str, *arguments: str) -> tuple[int, str, str]:
        code = main(["list", verb, *arguments, "--identity", str(self.folder / "key")])
        out, errors = self.capsys.readouterr()
        assert not any(text in out + errors for text in HEX)
        return code, out, errors


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


@pytest.fixture
def ours(desk):
    code, out, _ = desk.list("build", str(desk.folder / "ours"), desk.file("a", HEX[:10]))
    assert (code, out) == (0, "added 10, withdrawn 0, changed 0\nversion 1: 10 active of 10\n")
    return str(desk.folder / "ours")


def test_a_list_lies_on_the_disk_encrypted_and_for_its_owner_only(desk, ours):
    data = (desk.folder / "ours").read_bytes()
    assert data.startswith(b"age-encryption.org/")
    assert HEX[0].encode() not in data
    assert (desk.folder / "ours").stat().st_mode & 0o77 == 0


def test_prints_are_added_once_and_removed_and_the_difference_is_told(desk, ours):
    before = desk.folder / "before"
    before.write_bytes((desk.folder / "ours").read_bytes())
    assert desk.list("add", ours, desk.file("b", HEX[8:14]))[1].startswith("added 4, withdrawn 0")
    assert desk.list("add", ours, desk.file("b", HEX[8:14]))[0] == 1
    code, out, _ = desk.list("remove", ours, desk.file("c", HEX[:3]))
    assert (code, out.splitlines()[0]) == (0, "added 0, withdrawn 3, changed 0")
    assert desk.list("remove", ours, desk.file("c", HEX[30:31]))[0] == 1
    code, out, _ = desk.list("diff", str(before), ours)
    assert out == "version 1 to version 5\nadded 4, withdrawn 3, changed 0\n"
    assert desk.list("diff", ours, ours)[0] == 1


def test_merging_takes_what_others_list_and_takes_back_what_they_withdrew(desk, ours):
    theirs = str(desk.folder / "theirs")
    desk.list("build", theirs, desk.file("b", HEX[5:20]), "--source", "north.example")
    assert desk.list("merge", ours, theirs)[1].startswith("added 15,")
    desk.list("remove", theirs, desk.file("c", HEX[15:20]))
    assert desk.list("merge", ours, theirs)[1].startswith("added 0, withdrawn 5")


def test_what_says_nothing_and_what_floods_is_left_out_with_the_reason(desk):
    benign = desk.file("benign", [*HEX[20:], *format_hex(turned(PRINTS[:1], 9))])
    lines = [*HEX[:2], "0" * 64, "5" * 64, '{"number": 3, "refused": "cannot be read"}']
    made = desk.file("a", [*lines, f'{{"number": 4, "quality": 12, "pdq": "{HEX[4]}"}}'])
    code, out, errors = desk.list("build", str(desk.folder / "ours"), made, "--calibration", benign)
    assert (code, out.splitlines()[0]) == (0, "added 1, withdrawn 0, changed 0")
    for reason in (
        "all bits are zero",
        "it repeats itself",
        "cannot be read",
        "quality below 50",
        "it matches too many benign prints",
    ):
        assert f"left out 1: {reason}" in errors


def test_an_index_follows_its_list(desk, ours):
    folder = desk.folder / "index"
    assert desk.list("index", ours, str(folder), "--distance", "20")[:2] == (
        0,
        "index: 10 prints; entries added 10, removed 0\n",
    )
    index = Index(folder)
    desk.list("add", ours, desk.file("b", HEX[10:12]))
    desk.list("remove", ours, desk.file("c", HEX[:1]))
    assert "added 2, removed 1" in desk.list("index", ours, str(folder), "--check")[1]
    assert len(index.search(PRINTS)) == 11
    assert index.terms.distance == 20
    assert desk.list("index", ours, str(folder))[0] == 1


@pytest.mark.parametrize(
    ("lines", "code"), [([HEX[0], "not a print"], 65), (['{"number": 1}'], 65), (['{"pdq": 3}'], 65)]
)
def test_a_line_that_is_none_is_refused_by_its_number_and_nothing_is_written(desk, lines, code):
    made = desk.file("a", lines)
    found, _, errors = desk.list("build", str(desk.folder / "ours"), made)
    assert found == code
    assert f"file 1, line {len(lines)}" in errors
    assert not (desk.folder / "ours").exists()


def test_a_list_is_never_built_over_another_nor_opened_with_another_key(desk, ours):
    assert desk.list("build", ours, desk.file("a", HEX[:1]))[0] == 75
    main(["exchange", "identity", str(desk.folder / "other")])
    assert main(["list", "diff", ours, ours, "--identity", str(desk.folder / "other")]) == 3
    assert desk.list("add", str(desk.folder / "nothing"), desk.file("a", HEX[:1]))[0] == 66
