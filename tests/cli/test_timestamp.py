"""`amanat timestamp verify`: says when, and by its exit code whether to believe it."""

from pathlib import Path

import pytest

from amanat.cli.main import main
from amanat.tlog.checkpoint import Checkpoint, format_checkpoint
from amanat.tlog.keys import ED25519, Signer
from amanat.tlog.note import sign_note
from amanat.tlog.timestamp import ask_for_timestamp
from tlog.authority import authority, make_authority

ORIGIN = "amanat.example/log"


def test_a_token_says_when_and_for_another_checkpoint_or_none_says_no(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, signer = make_authority(tmp_path / "own"), Signer(ORIGIN, ED25519, bytes(32))
    files = [tmp_path / name for name in ("one.checkpoint", "other.checkpoint", "one.tsr", "none.tsr")]
    one, other, token, none = files
    for size, file in ((7, one), (8, other)):
        file.write_bytes(sign_note(format_checkpoint(Checkpoint(ORIGIN, size, bytes(32))), signer))
    with authority(tmp_path / "own") as address:
        token.write_bytes(ask_for_timestamp(address, one.read_bytes(), timeout=20))
    none.write_bytes(b"not a token")

    def verify(tsr: Path, checkpoint: Path) -> int:
        return main(["timestamp", "verify", str(tsr), str(checkpoint), "--roots", str(root)])

    assert verify(token, one) == 0
    assert "The checkpoint of size 7 existed at 20" in capsys.readouterr().out
    assert verify(token, other) == 3
    assert verify(none, one) == 65
    assert verify(token, tmp_path / "missing-amna") == 66
    assert "amna" not in capsys.readouterr().err
