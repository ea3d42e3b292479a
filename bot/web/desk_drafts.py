"""Forms of teachers that keep themselves field by field: typed, kept, looked at once more, shared or deleted.

With a script each field is sent by itself soon after it was typed; without one a button sends them all. When two
teachers wrote in one field, the second reads both texts and chooses; nothing is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.content.hint_words import found_in
from bot.model.drafts import Draft, DraftKind
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.services import access, conversation, dossier, drafts
from bot.web import shown_files
from bot.web.kept import mark
from bot.web.requests import Form, Web
from bot.web.visits import DESK, Visit, id_in_path, known_id, signed_in

Content = str | list[str]
MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class Asked:
    """One request for a form: who asks, for which form."""

    session: Session
    web: Web
    visit: Visit
    actor: Person
    form: drafts.Form

    @property
    def path(self) -> str:
        """The address of the form."""
        child = f"/desk/child/{self.form.child.id}"
        return f"{child}/report/{self.form.talk.id}" if self.form.talk else f"{child}/preparation"


@dataclass(frozen=True)
class DraftPages:
    """What is particular to one kind of form."""

    kind: DraftKind
    path: str
    template: str
    preview: str
    done: str  # what the child's page says after sharing
    several: frozenset[str]  # the fields in which more than one may be ticked
    check: Callable[[Asked, Mapping[str, Any]], None]  # raises what keeps it from being shared
    share: Callable[[Asked, Mapping[str, Any], str], None]
    values: Callable[[Asked], dict[str, Any]]  # what its templates need besides
    is_shared: Callable[[Asked], bool]  # it was, and cannot be written any more


@dataclass(frozen=True)
class Both:
    """A field in which two teachers wrote."""

    mine: Content
    theirs: Content
    by: str
    revision: int


@dataclass(frozen=True)
class Filling:
    """The form as its template shows it."""

    contents: Mapping[str, Any]
    revisions: Mapping[str, int]
    both: Mapping[str, Both]
    hint_words: tuple[str, ...]

    def value(self, name: str) -> Any:
        """What stands in the field; what the reader typed where two wrote."""
        return self.both[name].mine if name in self.both else self.contents.get(name, "")

    def ticked(self, name: str, key: str) -> bool:
        """Whether this box or choice is ticked."""
        value = self.value(name)
        return key in value if isinstance(value, list) else key == value

    def revision(self, name: str) -> int:
        """How often the field was written, as far as this reader has seen."""
        return self.both[name].revision if name in self.both else self.revisions.get(name, 0)

    def seen(self, name: str) -> str:
        """What comes back with the form if nobody touches the field."""
        return "" if name in self.both else mark(self.contents.get(name, ""))

    def hints(self, name: str) -> list[str]:
        """The words in the field that judge instead of telling what was seen."""
        value = self.value(name)
        return found_in(value, self.hint_words) if isinstance(value, str) else []


def routes(web: Web, pages: DraftPages) -> list[BaseRoute]:
    """The addresses of one kind of form: the form, one field of it, and the look before sharing."""

    def at(path: str, handler: Callable[..., Any], method: str) -> Route:
        return Route(path, signed_in(web, DESK, partial(handler, pages), enter=_enter), methods=[method])

    return [
        at(pages.path, _page, "GET"),
        at(pages.path, _save, "POST"),
        at(pages.path + "/field", _field, "POST"),
        at(pages.path + "/preview", _preview, "GET"),
        at(pages.path + "/preview", _share, "POST"),
    ]


def _enter(session: Session, web: Web, reader: Person, request: Request) -> None:
    """The look is on record before anything is shown; who is no staff of the child finds nothing."""
    child = access.child_or_not_found(session, id_in_path(request, "child_id"))
    dossier.look(session, web.tools, reader, child, shown_files.STAFF_PAGE, as_staff=True)


def _asked(pages: DraftPages, web: Web, visit: Visit, request: Request, session: Session) -> Asked:
    actor = session.get_one(Person, visit.person_id)
    child = access.child_or_not_found(session, id_in_path(request, "child_id"))
    talk = None
    if "talk_id" in request.path_params:
        talk = conversation.find(session, web.tools, actor, id_in_path(request, "talk_id"))
    asked = Asked(session, web, visit, actor, drafts.Form(child, pages.kind, talk))
    drafts.find(session, web.tools, actor, asked.form)  # who writes no such form finds nothing
    return asked


async def _page(pages: DraftPages, web: Web, request: Request, visit: Visit) -> Response:
    def look(session: Session) -> Response:
        asked = _asked(pages, web, visit, request, session)
        if pages.is_shared(asked):
            return RedirectResponse(f"/desk/child/{asked.form.child.id}#reports", status_code=303)
        return _render(pages, asked, {}, done=request.query_params.get("done", ""))

    return await web.read(look)


async def _save(pages: DraftPages, web: Web, request: Request, visit: Visit) -> Response:
    """Every field of the form is kept; then the same page, the look before sharing, or the child's page."""
    form = await web.form(request, visit.secret)
    do = form.text("do")
    if do not in {"save", "preview", "discard"}:
        raise NotFoundError

    def act(session: Session) -> dict[str, Both]:
        asked = _asked(pages, web, visit, request, session)
        if do == "discard":
            draft = drafts.find(session, web.tools, asked.actor, asked.form)
            if draft is not None:
                drafts.discard(session, web.tools, asked.actor, draft)
            return {}
        return _keep_all(pages, asked, form)

    both = await web.write(form, act) or {}
    if do == "discard":
        child_id = id_in_path(request, "child_id")
        return RedirectResponse(f"/desk/child/{child_id}?done=discard_draft#done", status_code=303)
    if both:
        return await web.read(
            lambda session: _render(pages, _asked(pages, web, visit, request, session), both)
        )
    here = request.url.path
    where = f"{here}/preview" if do == "preview" else f"{here}?done=save_draft#done"
    return RedirectResponse(where, status_code=303)


def _keep_all(pages: DraftPages, asked: Asked, form: Form) -> dict[str, Both]:
    """The fields that came in are kept; the ones in which somebody else wrote come back."""
    both: dict[str, Both] = {}
    ticked = set(form.several.get("present", []))
    for name in sorted(drafts.FIELDS[pages.kind]):
        if name in form.fields or name in ticked:
            content: Content = _several(form, name) if name in pages.several else form.text(name)
            found = _keep_chosen(asked, form, name, content)
            if found is not None:
                both[name] = found
    return both


def _keep_chosen(asked: Asked, form: Form, name: str, content: Content) -> Both | None:
    """The field holds what the person chose of two texts, or simply what they wrote."""
    if form.text(f"seen-{name}") == mark(content):
        return None  # as it was on the page: nobody typed here
    revision = form.number(f"revision-{name}") or 0
    choice = form.text(f"choose-{name}")
    if choice == THEIRS:
        return None
    if choice == BOTH and isinstance(content, str):
        content = f"{_standing(asked, name)[0]}\n\n{content}"
    written = drafts.write(asked.session, asked.web.tools, asked.actor, asked.form, name, content, revision)
    if written.conflict is None:
        return None
    mine = form.text(name) if isinstance(content, str) else content
    return Both(mine, written.conflict.content, written.conflict.name, written.revision)


def _several(form: Form, name: str) -> list[str]:
    return sorted(set(form.several.get(name, [])))


def _standing(asked: Asked, name: str) -> tuple[Any, int]:
    """What stands in the field now, and its revision."""
    draft = drafts.find(asked.session, asked.web.tools, asked.actor, asked.form)
    known = next((one for one in draft.fields if one.name == name), None) if draft else None
    return (known.content, known.revision) if known else ("", 0)


async def _field(pages: DraftPages, web: Web, request: Request, visit: Visit) -> Response:
    """One field, sent by the page's script; the answer is its revision, or the text of somebody else."""
    form = await web.form(request, visit.secret)
    name = form.text("name")

    def act(session: Session) -> Response:
        asked = _asked(pages, web, visit, request, session)
        content: Content = _several(form, "value") if name in pages.several else form.text("value")
        revision = known_id(form.number("revision"))
        written = drafts.write(session, web.tools, asked.actor, asked.form, name, content, revision)
        answer: dict[str, Any] = {"revision": written.revision}
        if written.conflict is not None:
            answer["theirs"] = written.conflict.content
            answer["by"] = written.conflict.name
        return JSONResponse(answer)

    def again(session: Session) -> Response:
        return JSONResponse({"revision": _standing(_asked(pages, web, visit, request, session), name)[1]})

    answer = await web.write(form, act)
    return answer if answer is not None else await web.read(again)


async def _preview(pages: DraftPages, web: Web, request: Request, visit: Visit) -> Response:
    def look(session: Session) -> Response:
        asked = _asked(pages, web, visit, request, session)
        if pages.is_shared(asked):
            return RedirectResponse(f"/desk/child/{asked.form.child.id}#reports", status_code=303)
        return _render_preview(pages, asked)

    return await web.read(look)


async def _share(pages: DraftPages, web: Web, request: Request, visit: Visit) -> Response:
    form = await web.form(request, visit.secret)

    def act(session: Session) -> None:
        asked = _asked(pages, web, visit, request, session)
        draft = drafts.find(session, web.tools, asked.actor, asked.form)
        pages.share(asked, drafts.contents(draft), form.text("fingerprint"))

    try:
        await web.write(form, act)
    except NotFoundError:
        raise
    except DomainError as error:
        code = error.code
        return await web.read(
            lambda session: _render_preview(pages, _asked(pages, web, visit, request, session), code)
        )
    child_id = id_in_path(request, "child_id")
    return RedirectResponse(f"/desk/child/{child_id}?done={pages.done}#done", status_code=303)


def _render(
    pages: DraftPages,
    asked: Asked,
    both: Mapping[str, Both],
    *,
    error: DomainError | None = None,
    done: str = "",
) -> Response:
    draft = drafts.find(asked.session, asked.web.tools, asked.actor, asked.form)
    return _response(
        pages.template,
        asked,
        draft,
        status=422 if error else 409 if both else 200,
        code=error.code if error else "",
        row=error.data.get("row", 0) if error else 0,
        filling=Filling(
            drafts.contents(draft),
            {one.name: one.revision for one in draft.fields} if draft else {},
            both,
            asked.web.tools.hint_words,
        ),
        keep=f"{pages.kind.value}-{asked.form.child.id}-{_talk_id(asked)}-{asked.actor.id}",
        pressing=draft is not None and drafts.is_pressing(asked.web.tools, draft),
        done=done,
        **pages.values(asked),
    )


def _talk_id(asked: Asked) -> int:
    return asked.form.talk.id if asked.form.talk else 0


def _render_preview(pages: DraftPages, asked: Asked, code: str = "") -> Response:
    """What the parents will read; the form itself where something is missing."""
    draft = drafts.find(asked.session, asked.web.tools, asked.actor, asked.form)
    contents = drafts.contents(draft)
    try:
        pages.check(asked, contents)
    except DomainError as error:
        return _render(pages, asked, {}, error=error)
    return _response(
        pages.preview,
        asked,
        draft,
        status=409 if code else 200,
        code=code,
        contents=contents,
        fingerprint=drafts.fingerprint(draft),
        **pages.values(asked),
    )


def _response(template: str, asked: Asked, draft: Draft | None, *, status: int, **values: Any) -> Response:
    return asked.web.pages.render(
        template,
        asked.visit.language,
        status=status,
        place=asked.visit.school,
        new_key=asked.visit.new_key,
        child=asked.form.child,
        draft=draft,
        due_on=drafts.due_on(asked.web.tools, draft) if draft else None,
        here=asked.path,
        **values,
    )
