"""The teacher's preparation of a talk at the desk (BL01 to BL10), and the listening card."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.model.drafts import DraftKind
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.model.teacher_preparation import CHOICES, ONE_CHOICE, ORDER, TEXTS
from bot.services import access, teacher_preparation
from bot.web import desk_drafts
from bot.web.desk_drafts import Asked, DraftPages
from bot.web.requests import Web
from bot.web.visits import DESK, Visit, signed_in


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of the form and of the card."""
    card = Route("/desk/listening-card", signed_in(web, DESK, _listening_card), methods=["GET"])
    return [*desk_drafts.routes(web, PAGES), card]


def _check(_asked: Asked, contents: Mapping[str, Any]) -> None:
    if not any(isinstance(contents.get(name), str) and contents[name].strip() for name in TEXTS):
        raise DomainError("words_needed")


def _share(asked: Asked, _contents: Mapping[str, Any], fingerprint: str) -> None:
    teacher_preparation.share(asked.session, asked.web.tools, asked.actor, asked.form.child, fingerprint)


def _values(_asked: Asked) -> dict[str, Any]:
    return {"questions": ORDER, "choices": CHOICES, "one_choice": ONE_CHOICE}


PAGES = DraftPages(
    kind=DraftKind.PREPARATION,
    path="/desk/child/{child_id:int}/preparation",
    template="desk/preparation.html",
    preview="desk/preparation_preview.html",
    done="share_preparation",
    several=frozenset(CHOICES) - ONE_CHOICE,
    check=_check,
    share=_share,
    values=_values,
    is_shared=lambda _asked: False,
)


async def _listening_card(web: Web, _request: Request, visit: Visit) -> Response:
    """The card is for everybody who works at a school."""

    def look(session: Any) -> Response:
        if not access.is_staff(session, session.get_one(Person, visit.person_id)):
            raise NotFoundError
        return web.pages.render(
            "desk/listening_card.html", visit.language, place=visit.school, new_key=visit.new_key
        )

    return await web.read(look)
