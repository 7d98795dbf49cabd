import pyrage
import pytest

from amanat.cli.demonstration.wrapping import wrap_identity


def test_another_age_program_opens_what_the_passphrase_wraps() -> None:
    wrapped = wrap_identity("AGE-SECRET-KEY-1INVENTED", "seven quiet lamps")
    assert pyrage.passphrase.decrypt(wrapped, "seven quiet lamps") == b"AGE-SECRET-KEY-1INVENTED"


def test_another_passphrase_does_not_open_it() -> None:
    wrapped = wrap_identity("AGE-SECRET-KEY-1INVENTED", "seven quiet lamps")
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(wrapped, "eight quiet lamps")
