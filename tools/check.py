"""Checks that no other tool makes: migrations, templates, texts to translate, and hygiene of the tree.

Part of `make check`. Prints what is wrong and exits with 1.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from translations import translations

ROOT = Path(__file__).resolve().parent.parent
TEXT = {".py", ".md", ".toml", ".sh", ".js", ".html", ".txt", ".json", ".css", ".po", ""}
# Paths of somebody's machine have no place in the tree.
FOREIGN = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/")


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], capture_output=True, cwd=ROOT, check=True).stdout
    return [ROOT / name for name in names.decode().split("\0") if name and (ROOT / name).is_file()]


def foreign_paths() -> list[str]:
    wrong = []
    for path in tracked():
        if path.suffix in TEXT and path.stat().st_size < 400_000:
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                if FOREIGN.search(line) and path.name not in {"check.py"}:
                    wrong.append(f"{path.relative_to(ROOT)}:{number}: a path of somebody's machine")
    return wrong


def templates() -> list[str]:
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template

    folder = ROOT / "src/amanat/server/templates"
    wrong = []
    for path in sorted(folder.rglob("*.html")):
        try:
            get_template(str(path.relative_to(folder)))
        except TemplateSyntaxError as error:
            wrong.append(f"{path.relative_to(ROOT)}: {error}")
    return wrong


def tables() -> list[str]:
    """What Django says of the models, such as two constraints of one name."""
    from django.core.checks import Tags, run_checks

    return [f"{message.id}: {message.msg}" for message in run_checks(tags=[Tags.models, Tags.urls])]


def migrations() -> list[str]:
    from django.core.management import call_command

    try:
        call_command("makemigrations", "--check", "--dry-run", verbosity=1)
    except SystemExit:
        return ["models and migrations differ: run makemigrations"]
    return []


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            AMANAT_DATA=folder, DJANGO_SETTINGS_MODULE="amanat.server.settings", AMANAT_SECRET_KEY="x" * 40
        )
        import django

        django.setup()
        wrong = foreign_paths() + templates() + tables() + migrations() + translations()
    print("\n".join(wrong) if wrong else "tables, templates, translations and tree: nothing wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
