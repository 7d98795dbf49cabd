"""The vector files are what the program that makes them would write today."""

import subprocess
import sys
from pathlib import Path

MAKER = Path(__file__).parent.parent / "tools" / "make_vectors.py"


def test_the_vectors_are_up_to_date():
    done = subprocess.run(
        [sys.executable, str(MAKER), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
