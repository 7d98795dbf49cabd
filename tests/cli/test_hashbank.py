from pathlib import Path

import pytest

from amanat.cli.main import main
from amanat.server.hashbank.models import Signal, Token
from server.hashbank.lists import hexed

pytestmark = pytest.mark.django_db


def test_a_token_is_shown_once_and_ends(capsys) -> None:
    assert main(["hashbank", "token", "moderators", "--role", "owner", "--every-bank"]) == 0
    text = capsys.readouterr().out.strip()
    assert text not in str(Token.objects.values_list())
    assert main(["hashbank", "token", "moderators", "--role", "owner"]) == 75
    assert main(["hashbank", "revoke", "moderators"]) == 0
    assert main(["hashbank", "revoke", "moderators"]) == 66
    assert main(["hashbank", "token", "x", "--role", "partner", "--bank", "NONE"]) == 66


def test_files_and_lists_are_taken_into_a_bank(tmp_path: Path, capsys) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"pdq,{hexed(1)}\npdq,zz\n")
    assert main(["hashbank", "import", "DESK", "csv", str(file)]) == 0
    assert "added 1, withdrawn 0, left out 1" in capsys.readouterr().out
    key, held = tmp_path / "key", tmp_path / "desk.age"
    assert main(["exchange", "identity", str(key)]) == 0
    take = ["exchange", "import", "csv", str(file), "--list", str(held), "--identity", str(key)]
    assert main([*take, "--source", "amna"]) == 0
    assert main(["hashbank", "import", "OTHER", "list", str(held), "--identity", str(key)]) == 0
    assert main(["hashbank", "import", "OTHER", "list", str(held)]) == 78
    assert Signal.objects.count() == 2
    assert main(["hashbank", "import", "small", "csv", str(file)]) == 65
    assert hexed(1) not in capsys.readouterr().out


def test_the_compatible_way_is_not_opened_to_others(capsys) -> None:
    command = ["hashbank", "serve", "--compatible", "coop", "--listen", "0.0.0.0:9876"]
    assert main(command) == 78
