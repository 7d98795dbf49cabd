"""Archives are listed and read in memory, within limits; broken and hostile ones are refused."""

import io
import random
import tarfile
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.scan.archive import DEFAULT_BOUNDS, Bounds, list_members, read_member
from scan.makers import tarred, zipped

MEMBERS = [("a", b"one"), ("../b", b"two" * 999), ("c", b"")]


def members_of(data, bounds=DEFAULT_BOUNDS):
    stream = io.BytesIO(data)
    return [
        (one.position, read_member(stream, one, bounds)) for one in list_members(stream, len(data), bounds)
    ]


@pytest.mark.parametrize(
    "data",
    [
        zipped(MEMBERS),
        zipped(MEMBERS, zipfile.ZIP_DEFLATED),
        *(tarred(MEMBERS, mode) for mode in ("w", "w:gz", "w:bz2", "w:xz")),
    ],
)
def test_every_member_is_read_by_its_position(data):
    assert members_of(data) == [(at, body) for at, (_, body) in enumerate(MEMBERS, 1)]


def test_members_are_read_in_any_order():
    stream = io.BytesIO(tarred(MEMBERS, "w:gz"))
    found = list(list_members(stream, 10_000))
    assert [read_member(stream, found[at]) for at in (1, 0)] == [MEMBERS[1][1], MEMBERS[0][1]]


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_members_larger_than_any_buffer_are_read_one_after_another(mode):
    bodies = [random.Random(seed).randbytes(90_000) for seed in range(4)]
    assert [body for _, body in members_of(tarred([("x", body) for body in bodies], mode))] == bodies


def test_links_devices_and_folders_are_no_members():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo("x")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert members_of(out.getvalue()) == []


@pytest.mark.parametrize("make", [lambda m: zipped(m, zipfile.ZIP_DEFLATED), lambda m: tarred(m, "w:gz")])
def test_a_bomb_is_refused_before_it_grows(make):
    bomb = make([("a", bytes(3_000_000))])
    with pytest.raises(Malformed, match="grow too much"):
        members_of(bomb, Bounds(free_bytes=1_000_000, ratio=2))


@pytest.mark.parametrize("make", [zipped, tarred])
def test_too_many_members_and_too_large_ones_are_refused(make):
    with pytest.raises(Malformed, match="too many members"):
        members_of(make(MEMBERS), Bounds(members=2))
    with pytest.raises(Malformed, match="larger than a member"):
        members_of(make(MEMBERS), Bounds(member_bytes=100))


def test_a_damaged_member_is_refused_alone():
    data = bytearray(zipped([("a", b"A" * 50), ("b", b"B" * 50)]))
    data[data.index(b"A" * 50)] ^= 1
    stream = io.BytesIO(bytes(data))
    first, second = list_members(stream, len(data))
    with pytest.raises(Malformed):
        read_member(stream, first)
    assert read_member(stream, second) == b"B" * 50


STARTS = [zipped(MEMBERS), tarred(MEMBERS), tarred(MEMBERS, "w:gz")]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(STARTS), st.integers(0, 4000), st.binary(max_size=40), st.integers(0, 12_000))
def test_any_bytes_give_members_or_malformed(start, at, dirt, length):
    data = (start[:at] + dirt + start[at + len(dirt) :])[:length]
    with suppress(Malformed):
        members_of(data)
