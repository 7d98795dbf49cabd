import pytest

from amanat.record.sentences import sentences_of
from amanat.server.statements.rules.guess import guess
from record_makers import reading_of

ASKING = "On 4 May 2014, the ministry asked the court to open an inquiry."


@pytest.mark.parametrize(
    ("sentence", "roles", "outcome"),
    [
        (
            ASKING,
            {
                "asker": "the ministry",
                "asked": "the court",
                "what": "to open an inquiry",
                "when": "4 May 2014",
            },
            "asked",
        ),
        (
            "The court declined because the police were already investigating.",
            {"asked": "The court", "reason": "the police were already investigating"},
            "refused",
        ),
        ("The police agreed.", {"asked": "The police"}, "granted"),
        ("Rain fell on Nurabad.", {}, "asked"),
    ],
)
def test_the_form_of_a_referral_begins_filled(sentence: str, roles: dict[str, str], outcome: str) -> None:
    doc = reading_of(sentence)
    (span,) = sentences_of(doc)
    assert guess(doc, "referral", span, span) == (roles, {"outcome": outcome})


def test_other_kinds_take_what_was_selected() -> None:
    doc = reading_of("The ministry said that 280 children had been affected.")
    (span,) = sentences_of(doc)
    picked = (doc.text.index("280"), span[1])
    assert guess(doc, "statement", span, picked)[0] == {"content": "280 children had been affected"}
    assert guess(doc, "figure", span, picked)[0]["number"] == "280"
