from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from amanat.cli.main import main
from amanat.errors import Unavailable
from amanat.server.ledger import queries
from amanat.server.ledger.jobs import sequence
from amanat.server.ledger.timestamps import timestamp
from tlog.authority import authority, make_authority

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_first_checkpoint_of_each_day_is_stamped_published_and_checked_offline(
    client: Client, data_folder: Path, settings, tmp_path: Path, capsys
) -> None:
    root = make_authority(tmp_path / "authority")
    with authority(tmp_path / "authority") as settings.AMANAT_TIMESTAMP_URL:
        assert timestamp(now=START) == 0
        sequence(now=START)
        assert [timestamp(now=START), timestamp(now=START), timestamp(now=START + DAY)] == [1, 0, 1]
    files = []
    for ending in ("tsr", "checkpoint"):
        answer = client.get(f"/log/timestamps/2026-05-03.{ending}")
        assert answer.status_code == 200
        files.append(tmp_path / f"day.{ending}")
        files[-1].write_bytes(answer.content)
    assert files[1].read_bytes() == queries.checkpoint_note()
    assert main(["timestamp", "verify", *map(str, files), "--roots", str(root)]) == 0
    assert "size 8 existed at" in capsys.readouterr().out
    files[1].write_bytes(files[1].read_bytes().replace(b"\n8\n", b"\n9\n"))
    assert main(["timestamp", "verify", *map(str, files), "--roots", str(root)]) == 3


def test_an_authority_that_is_away_blocks_nothing_and_is_asked_again(
    data_folder: Path, settings, tmp_path: Path
) -> None:
    sequence(now=START)
    settings.AMANAT_TIMESTAMP_URL = "http://127.0.0.1:1/"
    with pytest.raises(Unavailable):
        timestamp(now=START)
    assert sequence(now=START + timedelta(minutes=10)) == 8
    make_authority(tmp_path / "authority")
    with authority(tmp_path / "authority") as settings.AMANAT_TIMESTAMP_URL:
        assert timestamp(now=START) == 1


def test_without_the_setting_nothing_happens(data_folder: Path) -> None:
    sequence(now=START)
    assert timestamp(now=START) == 0
    assert not queries.store().exists("timestamps/2026-05-03.checkpoint")


@pytest.mark.parametrize("name", ["2026-05-03", "2026-05-03.tsr2", "../checkpoint", "2026-05-03.tsr"])
def test_no_other_file_is_given(client: Client, data_folder: Path, name: str) -> None:
    assert client.get(f"/log/timestamps/{name}").status_code == 404
