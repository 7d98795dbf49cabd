"""Files are grouped and counted by their prints, and named by numbers."""

import json

import pytest

from amanat.cli.main import main
from amanat.fingerprint.value import format_hex
from matching.makers import random_prints, turned

PRINTS = random_prints(10)
HEX = format_hex(PRINTS)
NEAR = format_hex(turned(PRINTS, 15))


@pytest.fixture
def group(tmp_path, capsys):
    """Run `amanat group` on lines; the exit code and what it said."""

    def run(lines: list[str], *arguments: str) -> tuple[int, list[str]]:
        (tmp_path / "asked").write_text("\n".join(lines))
        code = main(["group", str(tmp_path / "asked"), *arguments])
        out, errors = capsys.readouterr()
        assert not any(text in out + errors for text in (*HEX, *NEAR))
        return code, out.splitlines()

    run.folder = tmp_path
    return run


def test_the_count_is_told_at_each_distance_and_the_groups_by_number(group):
    code, out = group([HEX[0], NEAR[0], HEX[1], HEX[0]])
    assert (code, out[:5]) == (
        0,
        [
            "4 files with prints",
            "at 0 bits: 3 different recordings",
            "at 10 bits: 3 different recordings",
            "at 20 bits: 2 different recordings",
            "at 31 bits: 2 different recordings",
        ],
    )
    assert [line.partition(": ")[2] for line in out[5:]] == ["1, 2, 4"]


def test_a_chain_of_copies_gives_an_interval(group):
    chain = [PRINTS[:1]]
    for seed in range(4):
        chain.append(turned(chain[-1], 25, seed=seed))
    _, out = group([format_hex(each)[0] for each in chain])
    assert out[4].startswith("at 31 bits: 1 to ")


def test_json_has_every_group_and_the_pairs_that_justify_it(group):
    _, out = group([HEX[0], NEAR[0], HEX[1]], "--json", "--pairs")
    *rows, last = map(json.loads, out)
    groups = [row for row in rows if "group" in row]
    assert sorted(row["files"] for row in groups) == [[1, 2], [3]]
    assert [row["pairs"] for row in groups if row["files"] == [1, 2]] in ([[[1, 2, 15]]], [[[2, 1, 15]]])
    assert last == {"files": 3, "refused": 0}


def test_names_of_groups_are_the_same_the_next_time_only_with_a_key(group):
    key = group.folder / "key"
    key.write_bytes(bytes(32))
    lines = [HEX[0], NEAR[0]]
    assert group(lines, "--key", str(key)) == group(lines[::-1], "--key", str(key))
    assert group(lines)[1][-1] != group(lines)[1][-1]
    assert group(lines, "--key", str(group.folder / "gone"))[0] == 66


def test_what_cannot_be_used_is_not_counted_and_ends_with_65(group):
    code, out = group([HEX[0], '{"number": 2, "refused": "too large"}'])
    assert (code, out[0]) == (65, "1 files with prints; 1 could not be used and are not counted")
