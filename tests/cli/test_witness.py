"""`amanat witness` makes a key that only its owner reads, serves, and says what it has cosigned."""

import stat
from pathlib import Path

import pytest

from amanat.errors import Unverified
from amanat.tlog.client import submit
from amanat.tlog.cosignature import check_cosignature
from amanat.tlog.note import COSIGNATURE, MLDSA, parse_note, parse_verifier
from amanat.tlog.policy import parse_policy
from amanat.tlog.submission import Submission
from tlog.makers import LOG, ORIGIN, amanat, entries, running_witness, signed


def init(folder: Path) -> str:
    result = amanat("witness", "init", "--data", folder, "--name", "north.example")
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_init_makes_a_secret_key_and_prints_a_line_for_a_policy(tmp_path):
    line = init(tmp_path / "new" / "witness")
    policy = parse_policy(f"{line}quorum north.example\n")
    assert (policy.witnesses[0].verifier.name, policy.witnesses[0].verifier.kind) == (
        "north.example",
        COSIGNATURE,
    )
    folder = tmp_path / "new" / "witness"
    assert stat.S_IMODE((folder / "witness.skey").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "PRIVATE" not in line


def test_a_second_init_is_refused_and_changes_nothing(tmp_path):
    init(tmp_path)
    before = (tmp_path / "witness.skey").read_bytes()
    assert amanat("witness", "init", "--data", tmp_path, "--name", "north.example").returncode == 75
    assert (tmp_path / "witness.skey").read_bytes() == before


def test_an_ml_dsa_witness_cosigns_alone(tmp_path):
    result = amanat("witness", "init", "--data", tmp_path, "--name", "north.example", "--kind", "ml-dsa")
    verifier = parse_policy(f"{result.stdout}quorum north.example\n").witnesses[0].verifier
    assert (verifier.name, verifier.kind) == ("north.example", MLDSA)
    assert [path.name for path in tmp_path.glob("*.skey")] == ["witness-ml-dsa.skey"]
    assert stat.S_IMODE((tmp_path / "witness-ml-dsa.skey").stat().st_mode) == 0o600
    assert amanat("witness", "status", "--data", tmp_path).stdout == result.stdout


@pytest.mark.slow
def test_a_witness_with_both_keys_answers_with_both_lines(tmp_path):
    lines = [init(tmp_path)]
    again = ("witness", "init", "--data", tmp_path, "--name", "north.example", "--kind", "ml-dsa")
    lines.append(amanat(*again).stdout)
    assert amanat(*again).returncode == 75
    assert amanat("witness", "status", "--data", tmp_path).stdout == "".join(lines)
    note = signed(entries(5))
    with running_witness(tmp_path, "north.example", LOG.verifier) as running:
        answer = submit(running.url, Submission(0, (), note), timeout=30)
    for line, said in zip(answer, lines, strict=True):
        assert check_cosignature(parse_note(note).text, line, parse_verifier(said.split()[2])) > 0


def test_a_second_key_of_another_name_or_without_the_memory_is_refused(tmp_path):
    init(tmp_path)
    make = ("witness", "init", "--data", tmp_path, "--kind", "ml-dsa", "--name")
    assert amanat(*make, "south.example").returncode == 75
    (tmp_path / "witness.sqlite3").unlink()
    assert amanat(*make, "north.example").returncode == 78
    assert not (tmp_path / "witness-ml-dsa.skey").exists()


def test_a_lost_state_is_not_made_anew_and_retires_the_witness(tmp_path):
    init(tmp_path)
    (tmp_path / "witness.sqlite3").unlink()
    (tmp_path / "witness.mark").unlink()
    assert "retire" in amanat("witness", "status", "--data", tmp_path).stderr
    first = amanat("witness", "serve", "--log", LOG.verifier, "--data", tmp_path)
    assert first.returncode == 78
    assert "its key is set aside" in first.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["witness.skey.retired"]
    for arguments in (["serve", "--log", LOG.verifier], ["status"], ["init", "--name", "north.example"]):
        again = amanat("witness", *arguments, "--data", tmp_path)
        assert again.returncode in (75, 78)
        assert "retired" in again.stderr
        assert "another name" in again.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["witness.skey.retired"]


@pytest.mark.slow
def test_a_state_put_back_from_a_backup_retires_the_witness(tmp_path):
    with running_witness(tmp_path / "w", "north.example", LOG.verifier) as running:
        submit(running.url, Submission(0, (), signed(entries(5))), timeout=30)
    old = (tmp_path / "w" / "witness.sqlite3").read_bytes()
    with running_witness(tmp_path / "w", "north.example", LOG.verifier) as running:
        submit(running.url, Submission(5, (), signed(entries(5))), timeout=30)
    (tmp_path / "w" / "witness.sqlite3").write_bytes(old)
    result = amanat("witness", "serve", "--log", LOG.verifier, "--data", tmp_path / "w")
    assert result.returncode == 78
    assert "put back from a backup" in result.stderr
    assert not (tmp_path / "w" / "witness.skey").exists()


@pytest.mark.slow
def test_status_tells_what_was_cosigned_and_what_was_refused(tmp_path):
    with running_witness(tmp_path / "w", "north.example", LOG.verifier) as running:
        submit(running.url, Submission(0, (), signed(entries(5))), timeout=30)
        quiet = amanat("witness", "status", "--data", running.folder)
        with pytest.raises(Unverified):
            submit(running.url, Submission(5, (), signed(entries(5, 1))), timeout=30)
        loud = amanat("witness", "status", "--data", running.folder)
    assert quiet.stdout.startswith(f"witness north.example {running.verifier}\nlog {ORIGIN}\n  size 5\n")
    assert "REFUSED" not in quiet.stdout
    assert "REFUSED 1 signed checkpoints" in loud.stdout


@pytest.mark.parametrize(
    "listen", ["8300", ":8300", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:٣"]
)
def test_an_address_to_listen_on_that_cannot_be_is_malformed(tmp_path, listen):
    init(tmp_path)
    result = amanat("witness", "serve", "--data", tmp_path, "--listen", listen, "--log", LOG.verifier)
    assert (result.returncode, result.stderr) == (65, "amanat: --listen: not HOST:PORT\n")


def test_only_keys_of_logs_are_followed_and_each_log_by_one_key(tmp_path):
    own = parse_verifier(init(tmp_path).split()[2])
    for logs in ([own], [LOG.verifier, LOG.verifier], ["nonsense"]):
        assert amanat("witness", "serve", "--data", tmp_path, "--log", *logs).returncode == 65


def test_a_folder_without_a_witness_is_not_found(tmp_path):
    result = amanat("witness", "status", "--data", tmp_path)
    assert result.returncode == 66
    assert "amanat witness init" in result.stderr
