"""A report and the way back with the keyboard alone: all is reached, and where one is, is always seen."""

import pytest
from playwright.sync_api import Browser, Page, expect

from stories.living import Living
from stories.people import PHONE

pytestmark = pytest.mark.browser
MOST_STEPS = 80
SEEN = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect(), look = getComputedStyle(here);
  const drawn = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const shown = document.elementFromPoint((box.left + box.right) / 2, Math.max(box.top, 0) + 2);
  const covered = !(here.contains(shown) || shown?.contains(here));
  return drawn && within && !covered ? "" : JSON.stringify([here.outerHTML, drawn, within, covered]);
}"""


def go_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; each stop on the way is seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        assert page.evaluate(SEEN) == ""
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_report_and_the_way_back_need_no_pointer(browser: Browser, server: Living, language: str) -> None:
    context = browser.new_context(viewport=PHONE, locale=language, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{server.url}/{language}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    go_to(page, 'a[href$="/report/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/")
    expect(page.locator("#send-sealed")).to_be_enabled(timeout=20_000)
    go_to(page, "#text")
    page.keyboard.type("An invented report.")
    go_to(page, "#send-sealed")
    page.keyboard.press("Enter")
    expect(page.locator("#words li")).to_have_count(12, timeout=20_000)
    words = page.locator("#words li").all_text_contents()
    go_to(page, "#check-words")
    page.keyboard.press("Enter")
    for field in page.locator("#check-fields input").all():
        name = field.get_attribute("id") or ""
        go_to(page, f"#{name}")
        page.keyboard.type(words[int(name.removeprefix("check-"))])
    go_to(page, "#check-now")
    page.keyboard.press("Enter")
    expect(page.locator("#take-away")).to_be_visible()
    page.goto(f"{server.url}/{language}/return/")
    go_to(page, "#return-words")
    page.keyboard.type(" ".join(words))
    go_to(page, "#return-open")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_be_visible(timeout=20_000)
    go_to(page, "#message-text")
    page.keyboard.type("An invented message.")
    go_to(page, "#message-send")
    page.keyboard.press("Enter")
    expect(page.get_by_text("An invented message.")).to_have_count(1, timeout=20_000)
    go_to(page, "#proving summary")
    page.keyboard.press("Enter")
    go_to(page, "#receipt-level")
    context.close()
