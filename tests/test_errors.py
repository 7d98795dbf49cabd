"""Every error keeps its exit code and its HTTP status, and says what, where and what to do."""

import pytest

from amanat import errors

CODES = {
    "Malformed": (65, 400),
    "Unverified": (3, 422),
    "NotAllowed": (77, 403),
    "NotFound": (66, 404),
    "Conflict": (75, 409),
    "Unavailable": (69, 503),
    "Misconfigured": (78, 500),
}


@pytest.mark.parametrize("name", CODES)
def test_each_error_has_its_own_exit_code_and_http_status(name):
    error = getattr(errors, name)("what")
    assert isinstance(error, errors.Error)
    assert (error.exit_code, error.http_status) == CODES[name]


def test_all_errors_are_listed():
    kinds = {kind.__name__ for kind in errors.Error.__subclasses__() if kind.__module__ == "amanat.errors"}
    assert kinds == set(CODES)
    assert set(errors.__all__) == kinds | {"Error"}


def test_the_tree_in_the_docstring_states_the_codes():
    for name, (code, status) in CODES.items():
        line = next(line for line in (errors.__doc__ or "").splitlines() if f" {name} " in line)
        assert line.split()[2:4] == [str(code), str(status)]


def test_a_message_says_where_and_what_to_do():
    error = errors.Malformed("not base64", where="leaf", hint="Copy it again.")
    assert str(error) == "leaf: not base64"
    assert error.diagnostics() == "leaf: not base64\nCopy it again."
    assert errors.NotFound("no such thing").diagnostics() == "no such thing"
