"""The Python verifier and the page's, which share no code, give one answer to thousands of odd receipts.

The page is the file that people download: it is opened from the disk in a real Chromium, with no server.
"""

import base64
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from agreement.forgery import Case
from agreement.mutations import cases
from amanat.errors import Malformed, Unverified
from amanat.receipt.verify import verify_receipt
from amanat.tlog.window import parse_dated_policy
from chromium import chromium

PAGE = Path(__file__).parents[2] / "src" / "amanat" / "server" / "static" / "verify.html"
BATCH = 1000
ASK = """async (rows) => {
  const answers = [];
  for (const [receipt, policy, challenge] of rows) {
    const bytes = Uint8Array.from(atob(receipt), (character) => character.charCodeAt(0));
    try {
      const answer = await window.amanatVerify(bytes, policy, challenge ?? undefined);
      answers.push(answer.ok ? ["ok", answer.level] : ["not ok", answer.error]);
    } catch (error) {
      answers.push(["thrown", String(error)]);
    }
  }
  return answers;
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """The verifier's page, from the disk."""
    assert PAGE.exists(), "the page is not built: make vendor"
    with chromium() as browser:
        opened = browser.new_page()
        opened.goto(PAGE.as_uri())
        assert opened.evaluate("window.amanatVerify !== undefined")
        yield opened


def in_python(case: Case) -> list[Any]:
    """The answer of the Python verifier; any other exception than these two fails the test."""
    try:
        dated = parse_dated_policy(case.policy)
        verdict = verify_receipt(case.receipt, dated.policy, challenge=case.challenge, window=dated.window)
    except (Malformed, Unverified) as error:
        return ["not ok", type(error).__name__.lower()]
    return ["ok", verdict.level]


def in_the_page(page: Page, questions: list[Case]) -> list[list[Any]]:
    """The answers of the page, asked in a few large batches."""
    answers: list[list[Any]] = []
    for start in range(0, len(questions), BATCH):
        batch = questions[start : start + BATCH]
        rows = [[base64.b64encode(case.receipt).decode(), case.policy, case.challenge] for case in batch]
        answers += page.evaluate(ASK, rows)
    return answers


def test_both_verifiers_agree_on_every_receipt(page: Page):
    questions = cases()
    expected = [in_python(case) for case in questions]
    answers = in_the_page(page, questions)
    differences = [
        f"{number}: Python {wanted}, page {found}: {questions[number]!r:.3000}"
        for number, (wanted, found) in enumerate(zip(expected, answers, strict=True))
        if wanted != found
    ]
    assert not differences, f"{len(differences)} of {len(questions)}\n" + "\n".join(differences[:5])


def test_the_receipts_ask_for_every_answer_many_times():
    answers = Counter(tuple(in_python(case)) for case in cases())
    assert set(answers) == {
        ("ok", 1),
        ("ok", 2),
        ("ok", 3),
        ("ok", 4),
        ("not ok", "malformed"),
        ("not ok", "unverified"),
    }
    assert min(answers.values()) >= 50
    assert answers.total() > 5000
