"""Writes tests/vectors/*.json: the same inputs give the same bytes in Python and in the browser.

    python tools/make_vectors.py           writes them
    python tools/make_vectors.py --check   exits 1 when a file is not what would be written

Nothing here is random or secret. What each file holds is in tests/vectors/README.md. They are read by
`tests/sealing`, `tests/receipt` and the tests of the page's modules.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent / "tests"
FOLDER = TESTS / "vectors"
# The receipts of the vectors are made by the same few functions as those of the tests.
sys.path.insert(0, str(TESTS))

import vector_casefile  # noqa: E402
import vector_cosignatures  # noqa: E402
import vector_leaves  # noqa: E402
import vector_pdq  # noqa: E402
import vector_promises  # noqa: E402
import vector_receipts  # noqa: E402
import vector_referrals  # noqa: E402
import vector_sealing  # noqa: E402


def documents() -> dict[str, Any]:
    """Every vector file by its name."""
    makers = (
        vector_sealing,
        vector_leaves,
        vector_cosignatures,
        vector_promises,
        vector_receipts,
        vector_referrals,
        vector_casefile,
        vector_pdq,
    )
    return {name: document for maker in makers for name, document in maker.documents().items()}


def write(document: Any) -> str:
    """The text of one vector file."""
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def main() -> int:
    """Write or check the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a file is out of date"
    )
    check = parser.parse_args().check
    stale = 0
    for name, document in documents().items():
        path, text = FOLDER / f"{name}.json", write(document)
        if path.exists() and path.read_text(encoding="ascii") == text:
            continue
        stale += 1
        print(f"{name}.json is {'out of date' if check else 'written'}")
        if not check:
            path.write_text(text, encoding="ascii")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
