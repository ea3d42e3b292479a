"""Windows of a real Chromium, watched: what a person would trip over is written down as it happens."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    sync_playwright,
)

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The microphone of a recording is a tone that Chromium makes itself, and allowed without asking.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
TALLEST_PIXELS = 12_000  # of a whole page in one picture; of a taller one what fits on the screen
PHONE: ViewportSize = {"width": 360, "height": 740}
LAPTOP: ViewportSize = {"width": 1024, "height": 768}
THUMB_PX = 44
WAIT_MS = 10_000
OUTPUT = Path(os.environ.get("TEST_OUTPUT_DIR", "test-output"))

_SMALL_TARGETS = """(least) => [...document.querySelectorAll('button, a.button, summary, select')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.skip'))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
  .map(([one, box]) => `${one.innerText.trim() || one.getAttribute('aria-label')}: ${box.width} x ${box.height}`)"""
# Every text against what it stands on, by the formula of WCAG 2; 3 : 1 is enough for large letters.
_PALE = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const own = (one) => parts(getComputedStyle(one).backgroundColor);
  const ground = (one) => one ? over(own(one), ground(one.parentElement)) : [255, 255, 255];
  const light = (colour) => colour.map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!/[\\p{L}\\d]/u.test(texts.currentNode.data) || !one.checkVisibility({ visibilityProperty: true })) continue;
    if (one.closest('script, style, template, option, .visually-hidden, .skip, [disabled]')) continue;
    const style = getComputedStyle(one);
    const below = ground(one);
    const [high, low] = [light(over(parts(style.color), below)), light(below)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < least) found.add(`${style.color} on ${below.map(Math.round)}: ${ratio.toFixed(2)}`);
  }
  return [...found];
}"""
_NAMELESS = """() => [...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea, img')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => !one.innerText?.trim() && !one.getAttribute('aria-label') && !one.labels?.length
    && !one.hasAttribute('alt'))
  .map((one) => one.outerHTML.slice(0, 120))"""


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless Chromium that talks to nobody by itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """One person's browser: its page, and everything that went wrong in it."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        who: str,
        *,
        size: ViewportSize,
        language: str,
        scripts: bool = True,
        dark: bool = False,
    ) -> None:
        self.url = url
        self.who = who
        self.width = size["width"]
        self.trouble: list[str] = []
        self.away = False
        self.expected: set[int] = set()
        phone: dict[str, Any] = (
            {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} if size is PHONE else {}
        )
        self.context: BrowserContext = browser.new_context(
            viewport=size,
            locale=language,
            timezone_id="Europe/Amsterdam",
            base_url=url,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            **phone,
        )
        self.context.set_default_timeout(WAIT_MS)
        self.context.on("console", self._hear)
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.context.on("page", lambda page: page.on("pageerror", self._broke))
        self.page = self.context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        known = any(f"status of {status} " in message.text for status in self.expected)
        if message.type in {"error", "warning"} and not self.away and not known:
            self.trouble.append(f"{self.who}: console: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc and not request.url.startswith("blob:"):
            self.trouble.append(f"{self.who}: asked another host: {urlsplit(request.url).netloc}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.trouble.append(f"{self.who}: {response.status} from {_without_secret(response.url)}")

    def _broke(self, error: object) -> None:
        self.trouble.append(f"{self.who}: script: {type(error).__name__}")

    @contextmanager
    def without_connection(self) -> Iterator[None]:
        """The phone has no connection inside the `with`; that it complains in the console is no trouble."""
        self.away = True
        self.context.set_offline(True)
        yield
        self.context.set_offline(False)
        self.away = False

    def look(self, name: str, page: Page | None = None, *, whole: bool = False) -> None:
        """What the person sees now stands in a picture, and is no bother on this screen."""
        page = page or self.page
        OUTPUT.mkdir(parents=True, exist_ok=True)
        height: int = page.evaluate("document.documentElement?.scrollHeight ?? 0")
        page.screenshot(
            path=OUTPUT / f"{name}.png", full_page=whole and height < TALLEST_PIXELS, animations="disabled"
        )
        bothers = [*self._bothers(page), *self.trouble]
        assert not bothers, "\n".join([name, *bothers])

    def _bothers(self, page: Page) -> Iterator[str]:
        wide = page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
        if wide > self.width:
            yield f"{wide} px wide"
        if not page.title():
            yield "has no title"
        yield from (f"small: {one}" for one in page.evaluate(_SMALL_TARGETS, THUMB_PX))
        yield from (f"pale: {one}" for one in page.evaluate(_PALE))
        yield from (f"has no name: {one}" for one in page.evaluate(_NAMELESS))

    def close(self) -> None:
        """The browser is closed, and nothing went wrong in it up to its end."""
        self.context.close()
        assert not self.trouble, "\n".join(self.trouble)


def _without_secret(url: str) -> str:
    """The address with what could open a door left out."""
    return re.sub(r"/(i|in|chat)/[^/?]+", r"/\1/…", urlsplit(url).path)
