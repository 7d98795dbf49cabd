"""The form of a case file, read from YAML: sections, their fields, and the coarse lists for figures.

Another organisation changes the file, not the code (`docs/reference/case-form.md`). Everything a field
holds is sealed; its `private` class says how far it goes: `identity` is covered until somebody asks to see
it, which is a leaf; `case` is for whoever holds the case; `share` may be offered to an institution. Pure but
for reading the file. Shown right by `tests/server/cases/test_definition.py`.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from amanat.errors import Malformed

__all__ = ["DEFAULT", "Choice", "Definition", "Field", "Figures", "Section", "parse", "read"]

DEFAULT = Path(__file__).parent / "form.yaml"
LANGUAGES = ("en", "ur")
KINDS = ("line", "text", "choice", "date", "row", "check")
CLASSES = ("identity", "case", "share")
# What the pages themselves need: the first row of a case, and where documents are attached.
REQUIRED = ("case", "document")
MAX_BYTES = 262_144
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
Label = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of a choice."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `of` is the section that a field of the kind `row` chooses from."""

    name: str
    label: Label
    kind: str
    private: str
    help: Label | None = None
    required: bool = False
    choices: tuple[Choice, ...] = ()
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of row; `single` has one row a case, `attach` takes a document."""

    name: str
    label: Label
    add: Label
    fields: tuple[Field, ...]
    single: bool = False
    attach: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The coarse values that a worker may release, by name."""

    categories: Mapping[str, Label]
    districts: Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole form."""

    sections: tuple[Section, ...]
    figures: Figures

    def in_language(self, language: str) -> dict[str, Any]:
        """The form as the page needs it, with labels of one language."""
        chosen: dict[str, Any] = _choose(asdict(self), language)
        return chosen


def read(path: Path) -> Definition:
    """The form in a file; raises `Malformed` with the place, also when it cannot be read."""
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise Malformed("cannot be read", where=path.name) from error


def parse(data: bytes) -> Definition:
    """The form that YAML bytes hold, or `Malformed` with the place in it."""
    if len(data) > MAX_BYTES:
        raise Malformed(f"more than {MAX_BYTES} bytes", where="form")
    try:
        value = yaml.load(data.decode("utf-8"), Loader=_Plain)  # noqa: S506 - a safe loader without aliases
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise Malformed("not YAML", where=f"form, line {mark.line + 1}" if mark else "form") from error
    whole = _mapping(value, "form", {"version", "sections", "figures"})
    if type(whole["version"]) is not int or whole["version"] != 1:
        raise Malformed("a version this program does not know", where="form version")
    sections = _unique(
        [_section(item, f"sections[{at}]") for at, item in _items(whole["sections"], "sections")], "sections"
    )
    _check_whole(sections)
    return Definition(sections, _figures(whole["figures"]))


class _Plain(yaml.SafeLoader):
    """Plain values only: no alias, which could grow without end, and no key twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "an alias", None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Refuse a key that is there twice."""
        names = [self.construct_object(key, deep=True) for key, _value in node.value]
        if len({repr(name) for name in names}) != len(names):
            raise yaml.constructor.ConstructorError(None, None, "a key twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _section(value: object, where: str) -> Section:
    given = _mapping(value, where, {"name", "label", "add", "fields"}, {"single", "attach"})
    fields = _unique(
        [_field(item, f"{where}.fields[{at}]") for at, item in _items(given["fields"], f"{where}.fields")],
        where,
    )
    return Section(
        name=_name(given["name"], where),
        label=_label(given["label"], where),
        add=_label(given["add"], where),
        fields=fields,
        single=_flag(given, "single", where),
        attach=_flag(given, "attach", where),
    )


def _field(value: object, where: str) -> Field:
    optional = {"help", "required", "choices", "of"}
    given = _mapping(value, where, {"name", "label", "kind", "private"}, optional)
    kind, choices = (
        given["kind"],
        [_choice(item, f"{where}.choices[{at}]") for at, item in _items(given.get("choices", []), where)],
    )
    if kind not in KINDS:
        raise Malformed(f"not one of {', '.join(KINDS)}", where=f"{where}.kind")
    if given["private"] not in CLASSES:
        raise Malformed(f"not one of {', '.join(CLASSES)}", where=f"{where}.private")
    if bool(choices) != (kind == "choice") or ("of" in given) != (kind == "row"):
        raise Malformed("choices belong to the kind choice, and `of` to the kind row", where=where)
    return Field(
        name=_name(given["name"], where),
        label=_label(given["label"], where),
        kind=kind,
        private=given["private"],
        help=_label(given["help"], where) if "help" in given else None,
        required=_flag(given, "required", where),
        choices=_unique(choices, where),
        of=_name(given["of"], where) if "of" in given else None,
    )


def _choice(value: object, where: str) -> Choice:
    given = _mapping(value, where, {"name", "label"})
    return Choice(_name(given["name"], where), _label(given["label"], where))


def _figures(value: object) -> Figures:
    given = _mapping(value, "figures", {"categories", "districts"})
    lists = {}
    for name in ("categories", "districts"):
        choices = [
            _choice(item, f"figures.{name}[{at}]") for at, item in _items(given[name], f"figures.{name}")
        ]
        lists[name] = {choice.name: choice.label for choice in _unique(choices, f"figures.{name}")}
    return Figures(lists["categories"], lists["districts"])


def _check_whole(sections: Sequence[Section]) -> None:
    by_name = {section.name: section for section in sections}
    for name in REQUIRED:
        if name not in by_name:
            raise Malformed(f"no section {name}", where="sections")
    if not by_name["case"].single or not by_name["document"].attach:
        raise Malformed("the section case is single, and document takes attachments", where="sections")
    for section in sections:
        for field in section.fields:
            if field.of is not None and field.of not in by_name:
                raise Malformed("no such section", where=f"{section.name}.{field.name}.of")


def _mapping(
    value: object, where: str, needed: Set[str], optional: Set[str] = frozenset()
) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not needed <= value.keys() or not value.keys() <= needed | optional:
        raise Malformed(f"not exactly the keys {', '.join(sorted(needed))}", where=where)
    return value


def _items(value: object, where: str) -> list[tuple[int, Any]]:
    if not isinstance(value, list):
        raise Malformed("not a list", where=where)
    return list(enumerate(value))


def _unique(items: list[Any], where: str) -> tuple[Any, ...]:
    if len({item.name for item in items}) != len(items):
        raise Malformed("a name twice", where=where)
    return tuple(items)


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Malformed("not a short name of small letters", where=f"{where}.name")
    return value


def _label(value: object, where: str) -> Label:
    if not isinstance(value, dict) or value.keys() != set(LANGUAGES):
        raise Malformed(f"not a text for each of {', '.join(LANGUAGES)}", where=f"{where}.label")
    if not all(isinstance(text, str) and text.strip() for text in value.values()):
        raise Malformed("an empty text", where=f"{where}.label")
    return value


def _flag(given: Mapping[str, Any], name: str, where: str) -> bool:
    if type(given.get(name, False)) is not bool:
        raise Malformed("neither true nor false", where=f"{where}.{name}")
    return bool(given.get(name, False))


def _choose(value: Any, language: str) -> Any:
    if isinstance(value, dict):
        if value.keys() == set(LANGUAGES):
            return value.get(language, value[LANGUAGES[0]])
        return {name: _choose(part, language) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_choose(part, language) for part in value]
    return value
