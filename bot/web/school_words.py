"""The words of the school with what they mean: one page for everybody, which holds nothing about anybody."""

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.model.school_words import SchoolWords
from bot.web.requests import Web

PATH = "/words"


@dataclass(frozen=True)
class Entry:
    """One word: in Dutch, in the reader's language if there is such a word, and what it means."""

    key: str
    dutch: str
    word: str
    means: str
    language: str  # of the meaning


def routes(web: Web) -> list[BaseRoute]:
    """One page, in the language of the browser or in the one of the link."""
    return [Route(PATH, partial(_page, web), methods=["GET"])]


async def _page(web: Web, request: Request) -> Response:
    wished = request.query_params.get("language", "")
    language = wished if wished in web.pages.languages else web.pages.language_for(request)
    known = web.tools.school_words.known
    reviewed = language in known.words and not known.unreviewed.get(language, ())
    return web.pages.render(
        "words_of_school.html", language, path=PATH, entries=_entries(known, language), reviewed=reviewed
    )


def _entries(known: SchoolWords, language: str) -> list[Entry]:
    """Every word, by its Dutch name."""
    entries = []
    for key in known.keys:
        if found := known.explained(key, language):
            word, explained_in = found
            entries.append(Entry(key, known.words["nl"][key].shown, word.shown, word.means, explained_in))
    return entries
