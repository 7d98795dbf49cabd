"""Fingerprints on one's own device: PDQ against the vectors, and the page to take away, opened from the disk
without a network, against what Python makes of the same benign pictures.
"""

import io
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from amanat.cli.prints import read_prints
from amanat.fingerprint.file import fingerprint_bytes
from browser.pages import STATIC, chromium, encoded, served
from fingerprint.drawing import draw
from vector_files import raw

pytestmark = pytest.mark.browser

PAGE = STATIC / "fingerprint.html"
TEXTS = Path(__file__).parents[2] / "tools" / "vendor" / "fingerprint.texts.json"
FAR = 10


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The page without a network; anything it asks for, and any error in it, fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    opened, wrong = context.new_page(), list[str]()
    ours = (PAGE.as_uri(), "blob:")
    opened.on("request", lambda request: None if request.url.startswith(ours) else wrong.append(request.url))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text))
    opened.goto(PAGE.as_uri())
    expect(opened.locator("#files")).to_be_enabled(timeout=20_000)
    yield opened
    context.close()
    assert not wrong


def scene(seed: int, rows: int = 300, columns: int = 400) -> Image.Image:
    """A benign picture of blocks, waves and a little noise."""
    return Image.fromarray(draw("scene", seed, rows, columns, 3))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def turned_by(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def see_through(seed: int) -> Image.Image:
    image = scene(seed).convert("RGBA")
    ramp = np.linspace(0, 900, image.width * image.height).clip(0, 255).astype(np.uint8)
    image.putalpha(Image.fromarray(ramp.reshape(image.height, image.width)))
    return image


def sixteen_bits(seed: int) -> Image.Image:
    return Image.fromarray(np.asarray(scene(seed).convert("L")).astype(np.uint16) * 251)


PICTURES: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: saved(scene(1), "JPEG", quality=90),
    "grey jpeg": lambda: saved(scene(2).convert("L"), "JPEG"),
    "progressive jpeg": lambda: saved(scene(3), "JPEG", progressive=True),
    "large jpeg": lambda: saved(scene(4, 1500, 2100), "JPEG"),
    **{
        f"jpeg turned {n}": lambda n=n: saved(scene(5), "JPEG", exif=turned_by(n))  # type: ignore[misc]
        for n in range(2, 9)
    },
    "png": lambda: saved(scene(6), "PNG"),
    "palette png": lambda: saved(scene(7).quantize(64), "PNG"),
    "png of one bit": lambda: saved(scene(8).convert("1"), "PNG"),
    "png of 16 bits": lambda: saved(sixteen_bits(9), "PNG"),
    "png with alpha": lambda: saved(see_through(10), "PNG"),
    "png turned": lambda: saved(scene(11), "PNG", exif=turned_by(6)),
    "webp": lambda: saved(scene(12), "WEBP"),
    "webp with alpha": lambda: saved(see_through(13), "WEBP", lossless=True),
    "webp turned": lambda: saved(scene(14), "WEBP", exif=turned_by(8)),
}


def choose(page: Page, *files: bytes) -> list[dict[str, Any]]:
    """The rows that the page makes of files."""
    given = [{"name": f"secret-{at}.bin", "mimeType": "", "buffer": data} for at, data in enumerate(files)]
    page.set_input_files("#files", given)  # type: ignore[arg-type]
    expect(page.locator("#results section")).to_have_count(len(files), timeout=30_000)
    return [json.loads(line) for line in (page.locator("#lines").text_content() or "").splitlines()]


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_given_pixels_every_bit_is_that_of_python(browser: Browser) -> None:
    cases = raw("pdq")["prints"]
    drawn = [
        draw(*(case[name] for name in ("pattern", "seed", "rows", "columns", "channels"))) for case in cases
    ]
    given = [
        {
            "pixels": encoded(pixels.tobytes()),
            **{name: case[name] for name in ("rows", "columns", "channels")},
        }
        for case, pixels in zip(cases, drawn, strict=True)
    ]
    script = """async (given) => {
      const { pdq, cosines } = await import("/static/amanat/pdq.js");
      const { fromBase64, toBase64 } = await import("/static/amanat/bytes.js");
      const prints = given.map(({ pixels, ...shape }) => pdq(fromBase64(pixels), shape));
      return [prints, toBase64(new Uint8Array(cosines().buffer))];
    }"""
    page = browser.new_page()
    with served(static=STATIC) as address:
        page.goto(address)
        prints, table = page.evaluate(script, given)
    page.close()
    assert table == raw("pdq")["cosines"]
    assert prints == [{"pdq": case["print"], "quality": case["quality"]} for case in cases]


def test_pictures_have_the_digest_and_nearly_the_print_of_python(page: Page) -> None:
    files = [make() for make in PICTURES.values()]
    rows = choose(page, *files)
    assert ["pdq" in row for row in rows] == [True] * len(files), page.inner_text("#results")
    far = {}
    for name, data, row in zip(PICTURES, files, rows, strict=True):
        ours = fingerprint_bytes(data)
        still: Any = ours.media
        upright = next(iter(still.prints.values()))
        assert row["sha256"] == ours.digests.sha256.hex()
        assert row["bytes"] == len(data)
        assert (row["width"], row["height"]) == (still.width, still.height)
        assert upright.quality >= 80, name
        far[name] = (distance(row["pdq"], upright.print.hex()), abs(row["quality"] - upright.quality))
    assert all(bits <= FAR and steps <= 5 for bits, steps in far.values()), far


def test_what_has_no_print_says_why_and_what_to_do(page: Page, tmp_path: Path) -> None:
    written = tmp_path / "fingerprints.jsonl"
    moving = saved(scene(1), "WEBP", save_all=True, append_images=[scene(2)])
    files = {
        b"not a picture": "no PDQ here",
        b"": "empty",
        saved(scene(1), "JPEG")[:9000]: "damaged or cut off",
        saved(scene(1), "PNG")[:9000]: "damaged or cut off",
        saved(scene(1), "WEBP")[:9000]: "damaged or cut off",
        saved(scene(1), "JPEG")[:20]: "damaged or cut off",
        saved(scene(1).convert("CMYK"), "JPEG"): "printing colours",
        moving: "moving",
        saved(Image.new("1", (10_000, 10_000)), "PNG"): "50 million pixels",
        saved(scene(3), "PNG"): "Quality",
    }
    rows = choose(page, *files)
    written.write_text(page.locator("#lines").text_content() or "")
    lines = list(read_prints(written))
    assert [(len(line.prints), bool(line.refused)) for line in lines] == [(0, True)] * 8 + [(1, False)]
    for at, words in enumerate(files.values()):
        expect(page.locator("#results section").nth(at)).to_contain_text(words)
    told = [data for data in files if data]
    assert [row["sha256"] for row in rows] == [sha256(data).hexdigest() for data in told]
    assert ["pdq" in row for row in rows] == [False] * (len(rows) - 1) + [True]


def test_nothing_of_a_file_is_shown_but_numbers_and_all_is_forgotten(page: Page) -> None:
    choose(page, saved(scene(1), "PNG"))
    assert "secret" not in page.content()
    assert page.locator("img, canvas, video, picture, svg").count() == 0
    assert page.evaluate("document.getElementById('files').files.length") == 0
    with page.expect_download() as download:
        page.click("#save")
    assert download.value.path().read_text() == page.locator("#lines").text_content()
    page.click("#forget")
    expect(page.locator("#results section")).to_have_count(0)
    assert page.locator("#lines").text_content() == ""
    expect(page.locator("#taking")).to_be_hidden()


def test_nobody_is_shut_out(browser: Browser) -> None:
    for scheme in ("light", "dark"):
        # axe is put into the page as a script, which the page's own policy would rightly refuse.
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]
            bypass_csp=True,
        )
        page = context.new_page()
        page.goto(PAGE.as_uri())
        expect(page.locator("#files")).to_be_enabled(timeout=20_000)
        choose(page, saved(scene(1), "PNG"), b"not a picture")
        for language in ("en", "ur"):
            page.click(f"[data-language={language}]")
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()


def test_the_page_runs_its_own_script_and_connects_nowhere() -> None:
    text = PAGE.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    script = re.search("<script>(.*)</script>", text, flags=re.DOTALL)
    assert script
    digest = b64encode(sha256(script[1].encode()).digest()).decode()
    scripts = f"script-src 'sha256-{digest}' 'wasm-unsafe-eval'; worker-src blob:"
    assert policy[1].startswith(f"default-src 'none'; {scripts}; style-src 'sha256-")
    assert not re.search(r"localStorage|indexedDB|innerHTML|\bsrc=|\bhref=", text)


def test_both_pages_say_the_same_in_both_languages() -> None:
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))
    with translation.override("ur"):
        assert {name: translation.gettext(text["en"]) for name, text in texts.items()} == {
            name: text["ur"] for name, text in texts.items()
        }
