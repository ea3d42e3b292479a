"""Renders the pages: templates in the reader's language, and one friendly page for each thing that can go wrong."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.content.catalogues import direction, own_name
from bot.content.texts import Texts

STATIC = Path(__file__).parent / "static"
FALLBACK_LANGUAGE = "nl"
RETRY_AFTER = {503: {"retry-after": "5"}, 429: {"retry-after": "60"}}


@cache
def asset(name: str) -> str:
    """The address of one of our own files; it changes when the file does."""
    version = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={version}"


def phone_languages(request: Request) -> list[str]:
    """The languages that the browser asks for, best first, without their regions."""
    wishes: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(",")[:20]:
        name, _, weight = part.partition(";q=")
        language = name.strip().partition("-")[0].lower()
        if language.isalpha():
            wishes.append((_weight(weight), language))
    return [language for _, language in sorted(wishes, key=lambda wish: -wish[0])]


def _weight(written: str) -> float:
    try:
        return float(written or "1")
    except ValueError:
        return 0.0


def wants_json(request: Request) -> bool:
    """Whether a script asked, not a person's browser itself."""
    return "application/json" in request.headers.get("accept", "")


class Pages:
    """Every page in every language that is on.

    A route may put into the request's state `language`, once it knows who asks, and `home`, the way back.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are on."""
        return self._texts.languages

    def language_for(self, request: Request) -> str:
        """The language to speak when we may not know who this is; a route that knows it puts it in the state."""
        known: str | None = getattr(request.state, "language", None)
        if known:
            return known
        return next((one for one in phone_languages(request) if one in self.languages), FALLBACK_LANGUAGE)

    def words(self, template: str, language: str, values: Mapping[str, Any] | None = None) -> str:
        """The template as text in the language."""
        return (
            self._texts.pages(language)
            .get_template(template)
            .render(
                asset=asset,
                direction=direction,
                languages=self.languages,
                own_name=own_name,
                **(values or {}),
            )
        )

    def render(self, template: str, language: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """The template as a page in the language."""
        return HTMLResponse(
            self.words(template, language, values), status_code=status, headers={"content-language": language}
        )

    def macros(self, template: str, language: str) -> object:
        """What our own template can say in a language, for a page that speaks two."""
        return self._texts.pages(language).get_template(template).module

    def in_every_language(self, part: str, *, status: int) -> HTMLResponse:
        """The same page for everybody: `<part>_part.html` in each language, in a frame that is always the same."""
        parts = [
            # Our own template, rendered with escaping.
            (language, Markup(self.words(f"{part}_part.html", language)))  # noqa: S704
            for language in self.languages
        ]
        return self.render("every_language.html", FALLBACK_LANGUAGE, status=status, parts=parts)

    def problem(self, request: Request, code: str, *, status: int, **values: Any) -> Response:
        """One friendly sentence for what went wrong: a page, or JSON for a script."""
        language = self.language_for(request)
        sentence = self.sentence(language, code)
        headers = RETRY_AFTER.get(status)
        if wants_json(request):
            return JSONResponse(
                {"problem": sentence.striptags(), "code": code}, status_code=status, headers=headers
            )
        home = getattr(request.state, "home", request.url.path if request.method == "GET" else "")
        page = self.render(
            "error.html", language, status=status, code=code, sentence=sentence, home=home, **values
        )
        page.headers.update(headers or {})
        return page

    def not_found(self, request: Request, *, status: int = 404) -> Response:
        """The same for what does not exist and for what this person may not know of."""
        return self.problem(request, "not_found", status=status)

    def sentence(self, language: str, code: str) -> Markup:
        """What a person reads for an error's code, as small HTML; a general sentence where the code has none."""
        own = self._texts.pages(language).get_template("problems.html").module
        if hasattr(own, code):
            return Markup(getattr(own, code)())  # noqa: S704  (our own template, which escapes)
        macro = f"errors.{code}"
        # Our own templates made it, and they escape what people say.
        return Markup(self._texts.say(language, macro if self._texts.knows(macro) else "errors.refused"))  # noqa: S704
