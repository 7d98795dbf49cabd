from datetime import timedelta
from pathlib import Path

import pytest

from amanat import clock
from amanat.cli.main import main
from amanat.server.ledger.jobs import sequence
from amanat.server.public import queries
from server.makers import found

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
    assert main(["figures", "release", "--confirm", digest, "--corrects", "1"]) == 65
    sequence(now=clock.now() + timedelta(minutes=20))
    row = queries.newest()
    file, proof = tmp_path / "figures-1.json", tmp_path / "figures-1.tlog-proof"
    file.write_bytes(bytes(row.body))
    verify = ["figures", "verify", str(file), "--policy", str(data_folder / "policy.txt")]
    assert main(verify) == 66
    proof.write_bytes(queries.proof(row))
    capsys.readouterr()
    assert main(verify) == 0
    assert "the log states this file" in capsys.readouterr().out
    file.write_bytes(bytes(row.body).replace(b"The first", b"The worst"))
    assert main(verify) == 3
    file.write_bytes(bytes(row.body)[:-1])
    assert main([*verify, "--proof", str(proof)]) == 65
