from pathlib import Path

import pytest

from amanat.errors import Misconfigured, NotFound
from amanat.sealing.field import FieldAddress
from amanat.sealing.unseal import open_field
from amanat.server.accounts.actions import deactivate
from amanat.server.intake import queries
from amanat.server.intake.models import Report
from amanat.server.ledger.jobs import sequence
from amanat.strict import decode_base64
from server.makers import NOW, found, make_person, received

pytestmark = pytest.mark.django_db


def test_without_a_reader_nobody_can_be_reported_to(data_folder: Path) -> None:
    found()
    make_person("erum", "administrator")
    make_person("farah", "worker", with_key=False)
    assert queries.intake(now=NOW)["recipients"] == []


def test_reports_are_sealed_to_active_readers_and_the_recovery_recipient(data_folder: Path) -> None:
    recovery = found()
    bilal, chandni = make_person("bilal"), make_person("chandni", "supervisor")
    erum = make_person("erum", "administrator")
    recipients = [bilal.recipient, chandni.recipient, str(recovery.to_public())]
    assert queries.intake(now=NOW)["recipients"] == recipients
    deactivate(by=erum.member, now=NOW, member=bilal.member)
    assert queries.intake(now=NOW)["recipients"] == recipients[1:]


def test_a_thread_is_found_by_its_locator_and_its_leaves_by_their_index(data_folder: Path) -> None:
    chain = received()
    thread = queries.thread(chain.keys.locator)
    assert thread["report_id"] == chain.report_id
    assert [(event["seq"], event["index"]) for event in thread["events"]] == [(0, None)]
    address = FieldAddress(chain.report_id, "event", "record", "0", 0)
    assert open_field(chain.keys.thread_key, address, decode_base64(thread["events"][0]["sealed"]))
    sequence(now=NOW.replace(hour=15))
    index = queries.thread(chain.keys.locator)["events"][0]["index"]
    assert index in range(8)


def test_an_unknown_locator_is_answered_in_the_same_shape(data_folder: Path) -> None:
    chain = received()
    known, unknown = queries.thread(chain.keys.locator), queries.thread(bytes(16))
    assert unknown == queries.thread(bytes(16))
    assert unknown.keys() == known.keys()
    assert unknown["events"][0].keys() == known["events"][0].keys()
    assert len(unknown["events"][0]["sealed"]) == len(known["events"][0]["sealed"])
    assert len(unknown["report_id"]) == len(known["report_id"])
    assert not Report.objects.filter(pk=queries.report_at(bytes(16)).pk).exists()


def test_an_unknown_report_is_not_found(data_folder: Path) -> None:
    with pytest.raises(NotFound):
        queries.report("0" * 32)


def test_helplines_are_read_from_the_file_that_is_named(settings, tmp_path: Path) -> None:
    assert queries.helplines() == []
    file = tmp_path / "helplines.toml"
    file.write_text('[[helpline]]\nname = "مددگار"\nnumber = "000"\nhours = "always"\n', encoding="utf-8")
    settings.AMANAT_HELPLINES = str(file)
    assert queries.helplines() == [queries.Helpline("مددگار", "000", "always")]


@pytest.mark.parametrize(
    "text",
    ["[[helpline", '[[helpline]]\nname = "x"', '[[helpline]]\nname = "x"\nnumber = 1', "helpline = 3",
     '[[helpline]]\nname = "x"\nnumber = "1"\ncolour = "red"'],
)  # fmt: skip
def test_a_file_of_helplines_that_is_not_one_is_named_as_a_wrong_setting(
    settings, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "helplines.toml"
    file.write_text(text)
    settings.AMANAT_HELPLINES = str(file)
    with pytest.raises(Misconfigured, match="AMANAT_HELPLINES"):
        queries.helplines()
