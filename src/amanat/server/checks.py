"""System checks of the settings, each with a stable id and a hint. Shown right by `tests/server/test_checks.py`."""
