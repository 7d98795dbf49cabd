import json
from pathlib import Path

import pyrage
import pytest

from amanat.cli.main import main
from amanat.exchange.sealed import open_list

PRINTS = [f"{number:064x}" for number in (0xFACADE, 0xDECADE)]


@pytest.fixture
def identity(tmp_path: Path, capsys) -> Path:
    file = tmp_path / "key"
    assert main(["exchange", "identity", str(file)]) == 0
    assert capsys.readouterr().out.startswith("age1")
    assert file.stat().st_mode & 0o777 == 0o600
    return file


def page(path: Path, *statuses: str) -> Path:
    found = [
        {"signalType": "ImagePDQ", "hashValue": text, "hashStatus": status}
        for text, status in zip(PRINTS, statuses, strict=False)
    ]
    path.write_text(json.dumps({"hashRecords": found}))
    return path


def take(tmp_path: Path, identity: Path, *statuses: str, more: tuple[str, ...] = ()) -> Path:
    held = tmp_path / "desk.age"
    file = page(tmp_path / "page.json", *statuses)
    command = ["exchange", "import", "stopncii", str(file), "--list", str(held), "--identity", str(identity)]
    assert main([*command, *more]) == 0
    return held


def test_a_list_is_made_kept_sealed_and_a_withdrawal_is_heard(tmp_path: Path, identity: Path, capsys) -> None:
    held = take(tmp_path, identity, "Active", "Active", more=("--terms", "match only"))
    older = held.read_bytes()
    assert held.stat().st_mode & 0o777 == 0o600
    assert PRINTS[0].encode() not in older
    take(tmp_path, identity, "Active", "Withdrawn")
    said = capsys.readouterr()
    assert "added 0, withdrawn 1, changed 1" in said.out
    assert not any(text in said.out + said.err for text in PRINTS)
    hashlist = open_list(held.read_bytes(), identity.read_text())
    assert hashlist.version == 2
    assert [item.fingerprint.data.hex() for item in hashlist.active()] == PRINTS[:1]
    old = tmp_path / "old.age"
    old.write_bytes(older)
    assert main(["exchange", "diff", str(old), str(held), "--identity", str(identity)]) == 0
    assert "withdrawn 1" in capsys.readouterr().out


def test_an_export_is_encrypted_unless_plain_is_asked_for(tmp_path: Path, identity: Path, capsys) -> None:
    held = take(tmp_path, identity, "Active")
    partner = pyrage.x25519.Identity.generate()
    out = tmp_path / "out"
    command = [
        "exchange",
        "export",
        "csv",
        "--list",
        str(held),
        "--identity",
        str(identity),
        "--out",
        str(out),
    ]
    with pytest.raises(SystemExit, match="2"):
        main(command)
    assert main([*command, "--to", str(partner.to_public())]) == 0
    assert PRINTS[0].encode() in pyrage.decrypt(out.read_bytes(), [partner])
    assert main([*command, "--plain"]) == 0
    assert PRINTS[0] in out.read_text()
    assert out.stat().st_mode & 0o777 == 0o600
    assert PRINTS[0] not in capsys.readouterr().out


def test_a_file_is_converted(tmp_path: Path) -> None:
    file, out = page(tmp_path / "page.json", "Active"), tmp_path / "out.txt"
    assert main(["exchange", "convert", "stopncii", "lines", str(file), "--out", str(out), "--plain"]) == 0
    assert out.read_text() == f"pdq {PRINTS[0]}\n"


def test_what_is_wrong_is_said_in_one_line_with_its_code(tmp_path: Path, identity: Path, capsys) -> None:
    held, bad = tmp_path / "desk.age", tmp_path / "bad"
    bad.write_text("{")
    tail = ["--list", str(held), "--identity", str(identity)]
    assert main(["exchange", "import", "stopncii", str(bad), *tail]) == 65
    assert main(["exchange", "import", "stopncii", str(tmp_path / "none"), *tail]) == 66
    assert main(["exchange", "identity", str(identity)]) == 75
    held.write_bytes(b"age-encryption.org/v1\nx")
    assert main(["exchange", "import", "stopncii", str(page(bad, "Active")), *tail]) == 3
    assert not held.read_bytes().startswith(b"amanat")
    assert "none" not in capsys.readouterr().err
