"""All releases together, as a stranger checks them: against the log, without believing the server."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from amanat.errors import Malformed, NotFound, Unverified
from amanat.receipt.leaf import statement_leaf
from amanat.receipt.statement import FiguresRelease
from amanat.receipt.statements import statements
from amanat.server.public.rules.lines import to_lines
from amanat.server.public.rules.release import Release, definitions, format_release, statement_text
from amanat.server.public.rules.series import check_series, falls, stated_releases
from amanat.server.public.rules.tally import Tally
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.note import parse_note
from amanat.tlog.sequencer import write_tiles
from amanat.tlog.store import FolderStore
from server.public.test_figures_rules import COVERED
from tlog.makers import ORIGIN, entries, signed

NONE = {"open": 0, "closed": 0, "merged": 0, "out_of_scope": 0}


def release_of(number: int, received: int, **given) -> Release:
    """A release of so many open reports; without a correction unless one is given."""
    tally = Tally(received, received, {**NONE, "open": received})
    plain = {"number": number, "corrects": 0, "note": "", "made": f"2026-05-0{number}T14:37:00Z"}
    fixed = {**COVERED, "districts": {}, "definitions": definitions(), "lines": tuple(to_lines(tally))}
    return Release(**{**plain, **fixed, **given})


def log_of(folder: Path, releases: list[Release], *, cover: int = 300) -> FolderStore:
    """A published log of cover and of the statements of these releases."""
    store, leaves = FolderStore(folder), [*entries(cover)]
    leaves += [statement_leaf(statement_text(release)) for release in releases]
    write_tiles(store, 0, leaves)
    store.write("checkpoint", signed(leaves))
    return store


def tree_of(store: FolderStore) -> Checkpoint:
    return parse_checkpoint(parse_note(store.read("checkpoint")).text)


def checked(folder: Path, releases: list[Release], files: Mapping[int, bytes] | None = None) -> list[Release]:
    store = log_of(folder, releases)
    tree = tree_of(store)
    known = files or {release.number: format_release(release) for release in releases}

    def file_of(number: int) -> bytes:
        if number not in known:
            raise NotFound("no such file", where="figures")
        return known[number]

    return check_series(stated_releases(statements(store, tree)), file_of, origin=ORIGIN)


def test_releases_that_grow_and_are_all_there_hold_in_whatever_order_the_log_has_them(tmp_path: Path) -> None:
    one, two, three = release_of(1, 5), release_of(2, 5), release_of(3, 20)
    assert checked(tmp_path, [two, one, three]) == [one, two, three]
    assert checked(tmp_path / "none", []) == []


def test_a_release_that_exists_twice_is_found(tmp_path: Path) -> None:
    with pytest.raises(Unverified, match="release 1 twice"):
        checked(tmp_path, [release_of(1, 5), release_of(1, 10)])


def test_a_release_that_is_left_out_is_found(tmp_path: Path) -> None:
    with pytest.raises(Unverified, match="no release 2"):
        checked(tmp_path / "log", [release_of(1, 5), release_of(3, 10)])
    first, second = release_of(1, 5), release_of(2, 5)
    with pytest.raises(Unverified, match="release 2: the log states it, and its file is not there"):
        checked(tmp_path / "files", [first, second], {1: format_release(first)})


def test_another_file_than_the_one_stated_is_found(tmp_path: Path) -> None:
    with pytest.raises(Unverified, match="not the one that the log states"):
        checked(tmp_path, [release_of(1, 10)], {1: format_release(release_of(1, 15))})


def test_a_fall_is_found_unless_it_is_a_correction_with_a_note(tmp_path: Path) -> None:
    first, second = release_of(1, 15), release_of(2, 10)
    assert falls(first.lines, second.lines) == [("reports.received", 15, 10)]
    with pytest.raises(Unverified, match="received fell from 15 to 10"):
        checked(tmp_path / "fall", [first, second])
    corrected = replace(second, corrects=1, note="Five were counted twice.")
    assert checked(tmp_path / "corrected", [first, corrected]) == [first, corrected]


@pytest.mark.parametrize(("change", "what"), [({"tree_size": 400}, "after it"), ({"origin": "x"}, "another")])
def test_what_a_file_says_of_the_log_must_fit_the_log(tmp_path: Path, change, what: str) -> None:
    with pytest.raises(Unverified, match=what):
        checked(tmp_path, [release_of(1, 5, **change)])


def test_a_release_may_not_cover_less_than_the_one_before(tmp_path: Path) -> None:
    with pytest.raises(Unverified, match="fewer entries"):
        checked(tmp_path, [release_of(1, 5, tree_size=9), release_of(2, 5, tree_size=8)])


def test_a_false_or_missing_bundle_never_looks_like_silence(tmp_path: Path) -> None:
    log_of(tmp_path, [release_of(1, 5)])
    bundle = tmp_path / "tile" / "entries" / "001.p" / "45"
    bundle.write_bytes(bundle.read_bytes().replace(b"amanat-figures", b"amanat-Figures"))
    tree = tree_of(FolderStore(tmp_path))
    with pytest.raises(Unverified):
        list(statements(FolderStore(tmp_path), tree))
    bundle.unlink()
    with pytest.raises(NotFound):
        list(statements(FolderStore(tmp_path), tree))


def test_a_statement_of_release_zero_is_none() -> None:
    with pytest.raises(Malformed):
        FiguresRelease(0, bytes(32))
