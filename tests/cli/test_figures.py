import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from amanat import clock
from amanat.cli.main import main
from amanat.server.intake.models import Event, Report
from amanat.server.ledger.jobs import sequence
from amanat.server.ledger.proofs import proof_of
from amanat.server.public import queries
from cli.test_log import Quiet, written_policy
from server.makers import found, received
from server.public.test_series import format_release, log_of, release_of
from tlog.makers import signed

pytestmark = pytest.mark.django_db(transaction=True)


def test_figures_are_previewed_released_and_verified_offline(
    data_folder: Path, tmp_path: Path, capsys
) -> None:
    found()
    assert main(["figures", "release"]) == 0
    digest = capsys.readouterr().out.split("digest    ")[1].split()[0]
    assert queries.newest() is None
    assert main(["figures", "release", "--confirm", "0" * 64]) == 75
    assert main(["figures", "release", "--confirm", digest, "--note", "The first"]) == 0
    # Twice is once.
    assert main(["figures", "release", "--confirm", digest, "--note", "The first"]) == 75
    _lines, digest = queries.preview(now=clock.now())
    assert main(["figures", "release", "--confirm", digest, "--corrects", "1"]) == 65
    sequence(now=clock.now() + timedelta(minutes=20))
    row = queries.newest()
    file, proof = tmp_path / "figures-1.json", tmp_path / "figures-1.tlog-proof"
    file.write_bytes(bytes(row.body))
    verify = ["figures", "verify", str(file), "--policy", str(data_folder / "policy.txt")]
    assert main(verify) == 66
    proof.write_bytes(proof_of(row.entry))
    capsys.readouterr()
    assert main(verify) == 0
    assert "the log states this file" in capsys.readouterr().out
    file.write_bytes(bytes(row.body).replace(b"The first", b"The worst"))
    assert main(verify) == 3
    file.write_bytes(bytes(row.body)[:-1])
    assert main([*verify, "--proof", str(proof)]) == 65


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder with an organisation's two releases and its log, and the address where it is served."""
    folder = tmp_path / "site"
    releases = [release_of(1, 15), release_of(2, 10, corrects=1, note="Some were counted twice.")]
    log_of(folder / "log", releases)
    (folder / "figures").mkdir()
    for release in releases:
        (folder / "figures" / f"{release.number}.json").write_bytes(format_release(release))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("page", ["", "/", "/figures/", "/ur/figures"])
def test_a_stranger_checks_all_releases_at_an_address_against_the_whole_log(
    site, tmp_path, capsys, page
) -> None:
    folder, url = site
    verify = ["figures", "verify", url + page, "--policy", str(written_policy(tmp_path, "quorum none"))]
    assert main(verify) == 0
    out = capsys.readouterr().out
    assert "release     2, made 2026-05-02T14:37:00Z" in out
    assert "corrects release 1: Some were counted twice." in out
    assert "the log states these 2, each once, and no other" in out
    (folder / "figures" / "3.json").write_bytes(b"{}")
    assert main(verify) == 0
    assert "release 3 is shown and not in the log yet" in capsys.readouterr().out
    (folder / "figures" / "1.json").unlink()
    assert main(verify) == 3
    assert "release 1: the log states it, and its file is not there" in capsys.readouterr().err


def test_an_address_of_another_log_or_of_nothing_does_not_hold(site, tmp_path, capsys) -> None:
    folder, url = site
    policy = str(written_policy(tmp_path, "quorum north"))
    assert main(["figures", "verify", url, "--policy", policy]) == 3
    policy = str(written_policy(tmp_path, "quorum none"))
    assert main(["figures", "verify", f"{url}/elsewhere", "--policy", policy]) == 66
    assert main(["figures", "verify", f"{url}/figures/1.json", "--policy", policy]) == 66
    (folder / "log" / "checkpoint").write_bytes(signed([]))
    capsys.readouterr()
    assert main(["figures", "verify", url, "--policy", policy]) == 0
    assert "the log states no release" in capsys.readouterr().out


@pytest.mark.usefixtures("data_folder")
def test_a_fall_is_released_only_as_a_correction(capsys) -> None:
    found()

    def confirm(*more: str) -> int:
        assert main(["figures", "release"]) == 0
        digest = capsys.readouterr().out.split("digest    ")[1].split()[0]
        return main(["figures", "release", "--confirm", digest, *more])

    rows = [received() for _ in range(5)]
    assert confirm() == 0
    Event.objects.filter(report_id=rows[0].report_id).delete()
    Report.objects.filter(pk=rows[0].report_id).delete()
    assert confirm() == 75
    assert "It was 5 in release 1, and is 0 now." in capsys.readouterr().err
    assert confirm("--corrects", "1", "--note", "One was no report.") == 0
    assert json.loads(bytes(queries.newest().body))["corrects"] == 1
