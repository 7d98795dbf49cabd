"""What every test stands on: a data folder of its own before Django loads, and the database under test.

SQLite by default; AMANAT_TEST_DATABASE=postgres://... runs the same tests on PostgreSQL. The settings
module is named here and not in pyproject.toml, because pytest-django would otherwise read the settings
before this file has prepared them.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import hypothesis
import pytest

_FOLDER = Path(tempfile.mkdtemp(prefix="amanat-tests-"))
(_FOLDER / "static").mkdir()
(_FOLDER / "keys").mkdir(mode=0o700)

for name in [name for name in os.environ if name.startswith("AMANAT_") and name != "AMANAT_TEST_DATABASE"]:
    del os.environ[name]
os.environ["AMANAT_DATA"] = str(_FOLDER)
os.environ["AMANAT_SECRET_KEY"] = "only-for-tests-and-long-enough-to-pass-the-check"
os.environ["AMANAT_DATABASE"] = os.environ.get("AMANAT_TEST_DATABASE", "")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amanat.server.settings")


# A shell starts its background commands with Ctrl-C ignored, and they hand that on to what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no defect: no example is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure() -> None:
    """Read the settings now: pytest-django sets Django up only for settings that were read."""
    from django.conf import settings

    assert settings.AMANAT_DATA


def pytest_unconfigure() -> None:
    """Leave nothing behind in the temporary folder."""
    shutil.rmtree(_FOLDER, ignore_errors=True)


@pytest.fixture
def data_folder(settings, tmp_path: Path) -> Path:
    """A fresh data folder for one test, with log and promise keys and a policy without witnesses."""
    from amanat.server.ledger.actions import found_log

    folder = tmp_path / "data"
    settings.AMANAT_DATA = folder
    found_log(folder, origin="amanat.example/log", url="http://testserver")
    return folder
