"""Letters on paper: one printable page for each guardian who has not joined, with a fresh way in."""

from dataclasses import dataclass
from datetime import datetime

import segno
from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.content.texts import Texts
from bot.model.people import Child, Person
from bot.services import access, conversation, invitations, people
from bot.services.tools import Tools

SCHOOL_LANGUAGE = "nl"  # stands beside every guardian's own


@dataclass(frozen=True)
class Links:
    """The addresses one invitation can be used at; None where that door is not configured."""

    telegram: str | None
    web: str


@dataclass(frozen=True)
class Letter:
    """What one letter says, before it is put into words."""

    guardian: str
    children: tuple[Child, ...]
    school: str
    minutes: int
    usable_until: datetime
    personally: bool  # not by schoolbag: another guardian of a child might find it
    wish: str | None  # a language that is not shipped


@dataclass(frozen=True)
class Column:
    """The text of a letter in one language."""

    language: str
    words: Markup


@dataclass(frozen=True)
class Square:
    """A link to scan or to type, with what stands above it in each language."""

    captions: tuple[str, ...]
    address: str
    square: Markup


@dataclass(frozen=True)
class Page:
    """One letter in words."""

    note: Markup  # for the teacher who hands it out
    columns: tuple[Column, ...]
    links: tuple[Square, ...]


def links_of(tools: Tools, token: str) -> Links:
    """Where this invitation can be used."""
    telegram = f"https://t.me/{tools.telegram_name}?start={token}" if tools.telegram_name else None
    return Links(telegram, f"{tools.public_url}/i/{token}")


def print_letters(session: Session, tools: Tools, texts: Texts) -> str:
    """An HTML file, one A4 page for each guardian without an open door, by group and child (002-goal-known).

    Every call makes fresh links and leaves earlier ones valid. Keep the file like a key.
    """
    families = [(person, access.children_of(session, person)) for person in people.not_joined(session)]
    families = [(person, children) for person, children in families if children]
    families.sort(key=lambda family: (family[1][0].group.name, family[1][0].first_name, family[0].roster_id))
    pages = [_page(session, tools, texts, person, children) for person, children in families]
    return texts.pages(SCHOOL_LANGUAGE).get_template("letters.html").render(letters=pages)


def _page(session: Session, tools: Tools, texts: Texts, person: Person, children: list[Child]) -> Page:
    links = links_of(tools, invitations.invite(session, tools, person))
    letter = Letter(
        guardian=person.name,
        children=tuple(children),
        school=", ".join(dict.fromkeys(child.group.school.name for child in children)),
        minutes=max(conversation.usual_length_minutes(child.group.school) for child in children),
        usable_until=tools.clock.now() + invitations.LIFETIME,
        personally=any(len(access.guardians_of(session, child)) > 1 for child in children),
        wish=person.wished_language,
    )
    languages = tuple(dict.fromkeys((person.language, SCHOOL_LANGUAGE)))
    return Page(
        note=_words(texts, SCHOOL_LANGUAGE, "for_teacher", letter),
        columns=tuple(Column(language, _words(texts, language, "words", letter)) for language in languages),
        links=tuple(
            Square(
                captions=tuple(
                    dict.fromkeys(_words(texts, language, "caption", kind).strip() for language in languages)
                ),
                address=address,
                square=Markup(segno.make_qr(address, error="m").svg_inline(omitsize=True)),  # noqa: S704  (segno wrote it)
            )
            for kind, address in (("web", links.web), ("telegram", links.telegram))
            if address
        ),
    )


def _words(texts: Texts, language: str, macro: str, value: Letter | str) -> Markup:
    """A macro of letter.html in a language."""
    found: Markup = getattr(texts.pages(language).get_template("letter.html").module, macro)(value)
    return found
