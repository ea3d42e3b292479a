"""A signed-in browser without a script, and a page as it reads it: words, forms, addresses."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from httpx import Client, Response

from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.plain_http import NO_CERTIFICATES
from tests.web.school_year import pass_for

VOID = {"input", "img", "meta", "link", "br", "hr"}


@dataclass
class PageForm:
    """One form with what a browser would send if nobody touched it."""

    action: str
    id: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The first value of a field; '' if there is none."""
        return next(iter(self.fields.get(name, [])), "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[PageForm] = []
        self.words: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self._form: PageForm | None = None
        self._textarea = ""
        self._select = ""
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[name] for name in ("href", "src", "action") if given.get(name)]
        if "id" in given:
            self.ids.append(given["id"])
        if tag in {"script", "style"}:
            self._silent += 1
        if tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("id", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "textarea":
            self._textarea = name
            self._put(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in self._fields()):
            self._fields()[self._select] = [given.get("value", "")]
        elif tag == "input" and name:
            ticks = given.get("type") in {"checkbox", "radio"}
            if not ticks or "checked" in given:
                self._put(name, given.get("value", ""))

    def _fields(self) -> dict[str, list[str]]:
        assert self._form is not None
        return self._form.fields

    def _put(self, name: str, value: str) -> None:
        self._fields().setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._textarea:
            written = self._fields()[self._textarea]
            written[-1] = written[-1].removeprefix("\n")
            self._textarea = ""
        elif tag in {"script", "style"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._fields()[self._textarea][-1] += data
        if not self._silent:
            self.words.append(data)


class Page:
    """What came back for one request."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.text
        reader = _Reader()
        reader.feed(response.text)
        self.forms = reader.forms
        self.addresses = reader.addresses
        self.ids = reader.ids
        self.words = " ".join(" ".join(reader.words).split())

    def form(self, do: str, target: object = "") -> PageForm:
        """The form that does this (to that)."""
        for form in self.forms:
            if form.value("do") == do and str(target) in {"", form.value("target")}:
                return form
        raise AssertionError(do)

    def has_form(self, do: str) -> bool:
        """Whether the page has a form that does this."""
        return any(form.value("do") == do for form in self.forms)


class SignedIn:
    """A browser of one person at the desk or in the dossier."""

    def __init__(self, url: str, *, language: str = "nl") -> None:
        self.client = Client(
            base_url=url,
            headers={"accept-language": language, "sec-fetch-site": "same-origin"},
            follow_redirects=False,
            timeout=20,
            verify=NO_CERTIFICATES,
        )

    def close(self) -> None:
        """The browser is closed."""
        self.client.close()

    def sign_in(self, database: Database, tools: Tools, person: Person, purpose: PassPurpose) -> None:
        """The person opens a fresh link and presses its button."""
        answer = self.press(pass_for(database, tools, person, purpose))
        assert answer.status_code == 303, answer.text

    def press(self, token: str) -> Response:
        """The answer to the button on the page of the link."""
        page = self.get(f"/in/{token}")
        return self.client.post(f"/in/{token}", data=page.forms[0].fields if page.forms else {})

    def get(self, path: str) -> Page:
        """The page, redirects followed."""
        return Page(self.client.get(path, follow_redirects=True))

    def send(self, path: str, form: PageForm, **changes: str | list[str]) -> Response:
        """The answer to the form with these fields changed; an empty list leaves a field out."""
        fields = {**form.fields, **{name: _as_list(value) for name, value in changes.items()}}
        return self.client.post(form.action or path, data={name: one for name, one in fields.items() if one})

    def act(self, path: str, do: str, target: object = "", **changes: str | list[str]) -> Page:
        """The form on that page was sent, and the page after it was read."""
        answer = self.send(path, self.get(path).form(do, target), **changes)
        if answer.status_code == 303:
            return self.get(answer.headers["location"])
        return Page(answer)


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
