"""The laws that hold for every format."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed, NotFound
from amanat.exchange.changes import Batch, Gone, Item, collect
from amanat.exchange.formats import FORMATS, Format, format_named
from amanat.fingerprint.value import Kind
from exchange.lists import NOW, fingerprints, items

WRITTEN = [each for each in FORMATS.values() if each.write]
CARRIED = {
    "csv": set(Kind),
    "threatexchange": {Kind.PDQ, Kind.MD5, Kind.SHA1, Kind.SHA256},
    "lines": set(Kind),
    "ncmec": set(Kind) - {Kind.VPDQ, Kind.SHA256},
    "stopncii": {Kind.PDQ, Kind.MD5, Kind.TMK_PDQF},
    "vics": {Kind.PDQ, Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDNA},
    "arachnid": {Kind.PDQ, Kind.SHA1, Kind.SHA256},
    "hma": {Kind.PDQ, Kind.VPDQ, Kind.MD5, Kind.SHA1, Kind.SHA256},
}


def read(form: Format, data: bytes) -> Batch:
    return collect(form.lines(BytesIO(data), now=NOW))


def kept(lines, form: Format) -> set:
    """The active prints that a format carries; NCMEC knows no entry without an id."""
    return {
        one.fingerprint
        for one in lines
        if isinstance(one, Item)
        and one.active
        and one.kind in CARRIED[form.name]
        and (one.source_id or form.name != "ncmec")
    }


@pytest.mark.parametrize("form", WRITTEN, ids=lambda form: form.name)
@settings(max_examples=25)
@given(
    st.lists(
        items(source_id=st.text("abc12", max_size=5), category=st.none(), withdrawn=st.none()),
        max_size=5,
        unique_by=lambda one: one.fingerprint,
    )
)
def test_what_is_written_is_read_again(form: Format, held: list[Item]) -> None:
    batch = read(form, form.write(held))
    assert batch.refused == {}
    assert {one.fingerprint for one in batch.items} == kept(held, form)
    again = read(form, form.write(batch.lines))
    assert {(one.fingerprint, one.category) for one in again.items} == {
        (one.fingerprint, one.category) for one in batch.items
    }


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
@settings(max_examples=25)
@given(st.data())
def test_any_bytes_are_read_or_malformed_and_what_was_read_can_be_written(form: Format, data) -> None:
    sample = form.write(data.draw(st.lists(items(), max_size=2))) if form.write else b"a,b,c,d\n"
    at = data.draw(st.integers(0, len(sample)))
    sample = sample[:at] + data.draw(st.binary(max_size=4)) + sample[at + data.draw(st.integers(0, 3)) :]
    try:
        batch = read(form, sample)
    except Malformed:
        return
    assert all(isinstance(line, Item | Gone) for line in batch.lines)
    if form.write:
        form.write(batch.lines)


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
@settings(max_examples=25)
@given(st.binary(max_size=60))
def test_no_bytes_break_a_reader(form: Format, data: bytes) -> None:
    with suppress(Malformed):
        read(form, data)


@given(fingerprints(Kind.PDNA, Kind.SSVH_PDNA, Kind.VIDENTIFIER, Kind.NETCLEAN))
def test_prints_that_we_do_not_compute_pass_through_unread(fingerprint) -> None:
    form = format_named("ncmec")
    one = Item(fingerprint=fingerprint, source="ncmec/42", source_id="image/7", first_seen=NOW)
    assert read(form, form.write([one])).items == (one,)


def test_a_format_that_is_not_known_is_named() -> None:
    with pytest.raises(NotFound):
        format_named("fax")
