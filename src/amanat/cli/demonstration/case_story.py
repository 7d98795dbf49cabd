"""The invented case file of the demonstration: rows by section, each with its fields. Data only.

A field that means another row names it with an @ before its name here. Nothing describes abuse itself. Shown
right by `tests/cli/demonstration/test_story.py`.
"""

from dataclasses import dataclass

__all__ = ["CATEGORY", "FROM_REPORT", "HOLDERS", "OPENED_BY", "ROWS", "Written"]

FROM_REPORT = 0
OPENED_BY = "bilal"
HOLDERS = ("bilal", "chandni")
CATEGORY = "images"


@dataclass(frozen=True, slots=True)
class Written:
    """One row: its name in this story, its section, its fields, who wrote it."""

    name: str
    section: str
    fields: dict[str, str]
    by: str = "bilal"


ROWS = (
    Written(
        "case",
        "case",
        {
            "title": "Kite",
            "summary": "A telephone repairer keeps children's phones overnight and threatens their families.",
        },
    ),
    Written(
        "child",
        "person",
        {
            "role": "child",
            "pseudonym": "Lark",
            "age": "about 12",
            "name": "(an invented name)",
            "contact": "Through the mother, on market days only. No calls.",
        },
    ),
    Written("mother", "person", {"role": "family", "pseudonym": "Lark's mother"}),
    Written(
        "repairer",
        "person",
        {"role": "alleged", "pseudonym": "The repairer", "name": "(another invented name)"},
    ),
    Written(
        "kept",
        "event",
        {
            "date": "2026-06~",
            "place": "Kot Zarin, bus stand",
            "text": "The phone was kept for a night and given back with a threat.",
            "person": "@child",
        },
    ),
    Written(
        "others",
        "event",
        {
            "date": "2026-06/2026-08",
            "place": "Kot Zarin",
            "text": "Two other families are waiting for phones.",
        },
        by="chandni",
    ),
    Written("harm", "harm", {"person": "@child", "kind": "threat", "text": "Will not go to school alone."}),
    Written(
        "danger",
        "safety",
        {
            "date": "2026-09-03",
            "person": "@child",
            "level": "watch",
            "text": "The repairer knows the street. The mother walks along.",
        },
        by="chandni",
    ),
    Written(
        "school",
        "need",
        {"kind": "safety", "person": "@child", "text": "A safe way to school.", "met": "yes"},
    ),
    Written(
        "talk",
        "need",
        {"kind": "psychosocial", "person": "@child", "text": "Somebody to talk to who is not of the street."},
    ),
    Written(
        "visit",
        "plan",
        {
            "need": "@talk",
            "text": "Ask the counsellor in Sehrabad for a first hour.",
            "by": "2026-10",
            "who": "Bilal",
        },
    ),
    Written("note", "note", {"text": "The mother asks that nobody comes to the house."}),
)
