from pathlib import Path

import pytest

from amanat.errors import Misconfigured, Unverified
from amanat.fingerprint.value import Fingerprint, Kind
from amanat.server.hashbank import vault
from server.hashbank.lists import make_bank, pdq

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.AMANAT_DATA = tmp_path
    return tmp_path


def test_a_print_is_opened_where_it_was_sealed_and_nowhere_else(folder: Path) -> None:
    sealed = vault.seal_print(pdq(1), "row")
    assert vault.open_print(sealed, Kind.PDQ, "row") == pdq(1)
    assert pdq(1).data not in sealed
    for other in ((sealed, Kind.PDQ, "other"), (sealed, Kind.SHA256, "row"), (sealed[:-1], Kind.PDQ, "row")):
        with pytest.raises(Unverified):
            vault.open_print(*other)
    with pytest.raises(Unverified):
        vault.open_print(b"", Kind.PDQ, "row")


def test_equal_prints_have_equal_marks_and_kinds_do_not_mix(folder: Path) -> None:
    assert vault.mark(pdq(1)) == vault.mark(pdq(1)) != vault.mark(pdq(2))
    assert vault.mark(pdq(1)) != vault.mark(Fingerprint(Kind.SHA256, pdq(1).data))


def test_the_key_is_made_once_and_closed_to_others(folder: Path) -> None:
    vault.mark(pdq(1))
    file = folder / "keys" / "hashbank"
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_text()
    vault._key.cache_clear()
    vault.mark(pdq(1))
    assert file.read_text() == before


def test_a_lost_key_is_not_replaced_by_one_that_opens_nothing(folder: Path) -> None:
    make_bank("DESK", pdq(1))
    (folder / "keys" / "hashbank").unlink()
    vault._key.cache_clear()
    with pytest.raises(Misconfigured):
        vault.mark(pdq(1))
    vault._key.cache_clear()
