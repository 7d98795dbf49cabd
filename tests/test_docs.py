"""The reference pages name everything there is, and the documents lead nowhere that is not."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from amanat import errors
from amanat.cli.main import build_parser
from amanat.server import checks

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
PAGES = [ROOT / "README.md", *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


NAMED_TESTS = re.compile(r"tests/[\w/]*(?:\{([\w,]+)\})?[\w/]*\.py")


def text(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def parsers(
    parser: argparse.ArgumentParser, name: str = "amanat"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its parser, verbs included."""
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for noun, below in action.choices.items():
                yield from parsers(below, f"{name} {noun}")


COMMANDS = dict(parsers(build_parser()))


def described(command: str) -> str:
    """The section of the page that is about a command."""
    noun = command.split()[1]
    found = re.search(rf"^## amanat {noun}\b.*?(?=^## |\Z)", text("commands.md"), re.MULTILINE | re.DOTALL)
    assert found, f"docs/reference/commands.md has no section on amanat {noun}"
    return found[0]


@pytest.mark.parametrize("command", [name for name in COMMANDS if " " in name])
def test_every_command_and_each_of_its_options_is_described(command: str) -> None:
    section = described(command)
    verb = command.split()[-1]
    assert verb in section
    for action in COMMANDS[command]._actions:
        for option in action.option_strings:
            if option.startswith("--") and option not in {"--help", "--version"}:
                assert option in section, f"{command} {option}"


@pytest.mark.parametrize("command", list(COMMANDS))
def test_the_help_of_every_command_can_be_drawn_and_says_something(command: str) -> None:
    parser = COMMANDS[command]
    assert len(parser.format_help()) > 80
    for action in parser._actions:
        assert action.help != "", f"{command} {action.dest}"


def test_every_setting_is_described_with_no_other() -> None:
    known = settings.ENVIRONMENT.known
    named = set(re.findall(r"`(AMANAT_[A-Z_]+)`", text("settings.md")))
    assert named == known


def test_every_check_is_described() -> None:
    used = set(re.findall(r'"amanat\.([EW]\d{3})"', Path(checks.__file__).read_text()))
    used |= set(
        re.findall(r'"amanat\.([EW]\d{3})"', (Path(checks.__file__).parent / "settings.py").read_text())
    )
    used |= set(
        re.findall(r'"amanat\.([EW]\d{3})"', (Path(checks.__file__).parent / "environment.py").read_text())
    )
    named = set(re.findall(r"^\| `([EW]\d{3})`", text("settings.md"), re.MULTILINE))
    assert named == used


def test_every_error_is_described_with_its_codes() -> None:
    page = text("errors.md")
    for name in errors.__all__:
        kind = getattr(errors, name)
        if kind is not errors.Error:
            row = next((line for line in page.splitlines() if name in line), "")
            assert str(kind.exit_code) in row, name
            assert str(kind.http_status) in row, name


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for item in resolver.url_patterns:
        whole = before + re.sub(r"<\w+:(\w+)>", r"<\1>", str(item.pattern))
        if isinstance(item, URLPattern):
            yield whole
        else:
            yield from addresses(item, whole)


def test_every_address_is_described() -> None:
    page = text("http.md").replace("<path>", "<name>")
    for address in addresses(get_resolver()):
        assert f"`{address}`" in page, address


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not re.match(r"https?://|mailto:", target):
            assert (page.parent / target).exists(), target


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\((\d{4}-[^)]+)\)", (folder / "README.md").read_text()))
    assert listed == {file.name for file in folder.glob("0*.md")}


def test_every_document_is_in_the_list_of_documents() -> None:
    folder = ROOT / "docs"
    listed = set(re.findall(r"\(([a-z]+/[^)]+\.md)\)", (folder / "README.md").read_text()))
    kinds = ("tutorial", "howto", "reference", "explanation")
    there = {str(path.relative_to(folder)) for kind in kinds for path in (folder / kind).glob("*.md")}
    assert there == {name for name in listed if name.split("/")[0] in kinds}


def named_tests(source: str) -> Iterator[str]:
    """The test files that a text names; `{a,b}` stands for two."""
    for found in NAMED_TESTS.finditer(source):
        for name in (found[1] or "").split(","):
            yield re.sub(r"\{.*\}", name, found[0])


def test_every_test_that_a_module_or_a_page_names_exists() -> None:
    modules = [path for kind in ("*.py", "*.js", "*.html") for path in (ROOT / "src" / "amanat").rglob(kind)]
    named = {
        (str(path.relative_to(ROOT)), test)
        for path in [*modules, *PAGES]
        if "vendor" not in path.parts and path.name not in {"verify.html", "fingerprint.html"}
        for test in named_tests(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 200
    assert sorted((path, test) for path, test in named if not (ROOT / test).is_file()) == []
