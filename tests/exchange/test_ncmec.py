from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.exchange import ncmec
from amanat.exchange.changes import Gone, collect
from amanat.exchange.hashlist import Category
from amanat.fingerprint.value import Kind
from exchange.lists import MOMENTS, NOW

MD5, SHA1, PDQ = "A1" * 16, "b2" * 20, "C3" * 32
PAGE = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<queryResult xmlns="{ncmec.NAMESPACE}">
  <images count="2" maxTimestamp="2026-05-03T15:10:00Z">
    <image>
      <member id="42">An Invented Member</member>
      <timestamp>2026-05-03T15:00:00Z</timestamp>
      <id>one</id>
      <classification>A1</classification>
      <fingerprints>
        <md5>{MD5}</md5><sha1>{SHA1}</sha1><pdna>x.y.z</pdna><pdq>{PDQ}</pdq>
        <tmk-pdqf rel="self" href="/v2/entries/42/one/tmk-pdqf"/><fax>1</fax>
      </fingerprints>
      <feedback lastUpdateTimestamp="2026-05-03T15:00:00Z">
        <affirmativeFeedback type="Md5"><members><member id="43"/></members></affirmativeFeedback>
      </feedback>
    </image>
    <deletedImage>
      <member id="43">Another</member><id>four</id><timestamp>2026-05-03T15:10:00Z</timestamp>
    </deletedImage>
  </images>
  <videos count="1" maxTimestamp="2026-05-03T15:20:00Z">
    <video><member id="42">x</member><id>one</id><fingerprints><md5>{MD5}</md5></fingerprints></video>
    <deletedVideo><member id="42">x</member><id>nine</id></deletedVideo>
  </videos>
  <paging><next>/v2/entries?from=2026-05-01T00%3A00%3A00Z&amp;to=2026-05-09T00%3A00%3A00Z&amp;start=2001</next></paging>
</queryResult>""".encode()


def read(page: bytes):
    return collect(ncmec.read(BytesIO(page), now=NOW))


def test_every_type_of_fingerprint_is_kept_and_upper_case_is_no_obstacle() -> None:
    batch = read(PAGE)
    image = [one for one in batch.items if one.source_id == "image/one"]
    assert {one.kind for one in image} == {Kind.MD5, Kind.SHA1, Kind.PDNA, Kind.PDQ}
    assert {one.source for one in image} == {"ncmec/42"}
    assert {one.category for one in image} == {Category("ncmec", "A1")}
    assert image[0].first_seen == datetime(2026, 5, 3, 15, tzinfo=UTC)


def test_a_picture_and_a_film_of_one_id_are_two_entries() -> None:
    assert {one.source_id for one in read(PAGE).items} == {"image/one", "video/one"}


def test_deleted_entries_are_taken_back() -> None:
    assert read(PAGE).gone == (Gone("ncmec/43", "image/four"), Gone("ncmec/42", "video/nine"))


def test_what_cannot_be_kept_is_counted() -> None:
    assert sum(read(PAGE).refused.values()) == 2


def test_the_next_page_is_relative_and_below_the_same_base() -> None:
    (following,) = [line for line in ncmec.read_page(BytesIO(PAGE), now=NOW) if isinstance(line, ncmec.Next)]
    address = ncmec.next_address("https://hashsharing.example/npo/", following)
    assert address.startswith("https://hashsharing.example/npo/v2/entries?from=2026")
    assert "&start=2001" in address
    assert "amp;" not in address


@pytest.mark.parametrize(
    "following",
    [
        "https://dan.example/v2/entries?a=1",
        "//dan.example/v2/entries?a",
        "/v2/../x?",
        "/v2/entries?a=1\n",
        "",
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(following: str) -> None:
    with pytest.raises(Malformed):
        ncmec.next_address("https://hashsharing.example/npo", following)


@given(MOMENTS, st.integers(-14, 14))
def test_a_window_is_written_in_utc_whatever_zone_it_came_in(moment: datetime, hours: int) -> None:
    moment = moment.replace(year=2026, day=15)
    local = moment.astimezone(timezone(timedelta(hours=hours)))
    assert ncmec.first_address("https://x.example", start=local, end=local) == ncmec.first_address(
        "https://x.example", start=moment, end=moment
    )


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE queryResult SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE queryResult [<!ENTITY a "b">]>',
        '<!DOCTYPE queryResult [<!ENTITY % a SYSTEM "http://dan.example/"> %a;]>',
    ],
)
def test_document_types_and_entities_are_refused(head: str) -> None:
    body = PAGE.split(b"\n", 1)[1].decode()
    with pytest.raises(Malformed, match="document types"):
        read(f'<?xml version="1.0"?>{head}{body}'.encode())


def test_another_namespace_is_another_format() -> None:
    with pytest.raises(Malformed):
        read(PAGE.replace(b"/v2", b"/v3"))


def test_feedback_says_right_or_why_not() -> None:
    assert b"<affirmative/>" in ncmec.feedback_body()
    guid = "01234567-abcd-0123-4567-012345678900"
    assert f"<negative><reasonIds><guid>{guid}</guid></reasonIds></negative>".encode() in ncmec.feedback_body(
        reasons=[guid]
    )
    with pytest.raises(Malformed):
        ncmec.feedback_body(reasons=["<x/>"])
