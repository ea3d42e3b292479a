"""A child's dossier taken out of the house: as data, or as one page that needs nothing else to be read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.content.texts import Texts
from bot.model.people import Child, Person
from bot.services import audit, dead_letters, dossier
from bot.services.tools import Tools


def data(
    session: Session, tools: Tools, child: Child, reader: Person | None, *, by: Person | None = None
) -> dict[str, Any]:
    """Exactly what this reader may see, as plain JSON, and it is on record that it was taken out.

    Of the reader's own it also holds what was set aside. Without a reader it is the operator's: everything that was
    shared. `by` takes it out; nobody for the operator. Raises NotFoundError.
    """
    found = dossier.export(session, tools, child, reader)
    found["set_aside"] = dead_letters.own_copy(session, reader) if reader else []
    ids = {"reader": reader.id} if reader else {}
    actor_id = by.id if by else None
    audit.note(session, tools.clock, actor_id, "exported", "dossier", child_id=child.id, **ids)
    return found


def page(
    session: Session,
    tools: Tools,
    texts: Texts,
    child: Child,
    reader: Person | None,
    *,
    by: Person | None = None,
) -> str:
    """The same as an HTML file in the reader's language, with voices and photos inside."""
    found = data(session, tools, child, reader, by=by)
    template = texts.pages(found["language"]).get_template("export.html")
    return template.render(seen=_with_moments(found), made_at=tools.clock.now())


def _with_moments(value: Any, name: str = "") -> Any:
    """The plain data with dates and moments, so that they can be shown in the reader's way."""
    if isinstance(value, dict):
        return {key: _with_moments(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_moments(inner, name) for inner in value]
    if isinstance(value, str) and name.endswith("_at"):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and name == "since":
        return datetime.fromisoformat(value)
    if isinstance(value, str) and name.endswith("_on"):
        return date.fromisoformat(value)
    return value
