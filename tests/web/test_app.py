"""What holds for every page: friendly errors, commits, limits."""

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.assistant.reception import Reception
from bot.content.catalogues import direction
from bot.content.texts import Texts
from bot.model.errors import DomainError, NotFoundError
from bot.model.messages import Received
from bot.model.people import Person
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web import security
from bot.web.app import application
from bot.web.bell import Bell
from bot.web.pages import Pages, phone_languages
from bot.web.requests import Web
from tests.cast import Cast
from tests.web.browser import Browser
from tests.web.served import Served

NewBrowser = Callable[..., Browser]
SECRET = "a secret of one browser"


def _failing_with(error: Exception) -> Route:
    async def fail(_request: Request) -> Response:
        raise error

    return Route("/try", fail, methods=["GET", "POST"])


@pytest.fixture
def serve(
    served: Served, database: Database, tools: Tools, texts: Texts, bell: Bell
) -> Callable[[Route], Starlette]:
    """A function that serves the application with one more route."""

    def put(route: Route) -> Starlette:
        served.app = made = application(
            database=database,
            tools=tools,
            texts=texts,
            reception=Reception(database, tools, texts),
            bell=bell,
            after_commit=bell.ring,
            more_routes=[route],
        )
        return made

    return put


@pytest.fixture
def web(database: Database, tools: Tools, texts: Texts, bell: Bell) -> Web:
    """What the routes are given."""
    return Web(database, tools, texts, Reception(database, tools, texts), bell, Pages(texts), bell.ring)


def test_everything_unknown_is_one_page(browser: NewBrowser) -> None:
    """What does not exist, a method that is not offered and a path full of nonsense all show the same friendly page."""
    client = browser("nl").client
    answers = [
        client.get("/"),
        client.get("/nothing/here"),
        client.get("/chat/x/y/z"),
        client.get("/%00%ff"),
        client.get("/chat/x/file/abc"),
        client.post("/nothing"),
        client.delete("/healthz"),
        client.request("BREW", "/i/x"),
        client.get("/", headers={"host": "elsewhere.example"}),
    ]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert {answer.status_code for answer in answers} <= {404, 405}
    assert "Niet gevonden" in answers[0].text


def test_a_problem_is_told_in_the_phones_language(browser: NewBrowser) -> None:
    """A page for nobody we know speaks the language of the phone, or Dutch where we do not speak that one."""
    for asked, spoken in (("pl-PL,pl;q=0.9", "pl"), ("ti,en;q=0.5,nl;q=0.3", "en"), ("ti", "nl"), ("", "nl")):
        answer = browser(asked).client.get("/nothing")
        assert f'<html lang="{spoken}" dir="ltr"' in answer.text
        assert answer.headers["content-language"] == spoken


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFoundError(), 404, "not_found"),
        (DomainError("goal_needed"), 409, "goal_needed"),
        (DomainError("a_code_without_a_sentence"), 409, "a_code_without_a_sentence"),
        (OperationalError("", {}, Exception()), 503, "busy"),
    ],
)
def test_an_error_becomes_a_sentence(
    serve: Callable[[Route], Starlette], browser: NewBrowser, error: Exception, status: int, code: str
) -> None:
    """Each kind of error has its status and a page in words; a script gets the sentence and the code."""
    serve(_failing_with(error))
    client = browser("nl").client
    page = client.get("/try")
    assert page.status_code == status
    assert "<h1>" in page.text
    assert code not in page.text
    told = client.get("/try", headers={"accept": "application/json"})
    assert told.status_code == status
    assert told.json()["code"] == code
    assert told.json()["problem"] in page.text.replace("&#39;", "'")


def test_an_unforeseen_error_tells_nobody_what_was_said(
    serve: Callable[[Route], Starlette], browser: NewBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours shows a page that says sorry; neither page nor log quotes the exception."""
    serve(_failing_with(RuntimeError("woorden van een ouder")))
    with caplog.at_level(logging.DEBUG):
        page = browser("nl").client.get("/try")
    assert page.status_code == 500
    assert "<h1>" in page.text
    assert "woorden van een ouder" not in page.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_a_form_is_acted_on_once(
    serve: Callable[[Route], Starlette], browser: NewBrowser, web: Web, database: Database, cast: Cast
) -> None:
    """`write` commits what is done for a form, and a second delivery of the same form does nothing."""

    async def rename(request: Request) -> Response:
        form = await web.form(request, SECRET)

        def act(session: Session) -> str:
            person = session.get_one(Person, cast.pieter.id)
            person.name += form.text("more")
            return person.name

        return PlainTextResponse(str(await web.write(form, act)))

    serve(Route("/try", rename, methods=["POST"]))
    client = browser().client
    key = security.new_key(SECRET)
    assert client.post("/try", data={"key": key, "more": "!"}).text == "Pieter de Vries!"
    assert client.post("/try", data={"key": key, "more": "!"}).text == "None"
    assert client.post("/try", data={"key": key, "more": "?"}).text == "Pieter de Vries!?"
    assert client.post("/try", data={"key": security.new_key("other"), "more": "!"}).status_code == 403
    with database.reading() as session:
        assert session.get_one(Person, cast.pieter.id).name == "Pieter de Vries!?"


def test_a_refused_form_can_be_sent_again(
    serve: Callable[[Route], Starlette], browser: NewBrowser, web: Web, database: Database, cast: Cast
) -> None:
    """When the rules refuse, nothing of it is committed, also not that the form was taken."""

    async def refuse(request: Request) -> Response:
        form = await web.form(request, SECRET)

        def act(session: Session) -> None:
            session.get_one(Person, cast.pieter.id).name = "x"
            session.flush()
            raise DomainError("goal_needed")

        await web.write(form, act)
        return PlainTextResponse("done")

    serve(Route("/try", refuse, methods=["POST"]))
    assert browser().client.post("/try", data={"key": security.new_key(SECRET)}).status_code == 409
    with database.reading() as session:
        assert session.scalars(select(Received.key)).all() == []
        assert session.get_one(Person, cast.pieter.id).name == "Pieter de Vries"


def test_fields_are_read_as_they_are_meant(
    serve: Callable[[Route], Starlette], browser: NewBrowser, web: Web
) -> None:
    """Text comes whole and clean, numbers only where they are numbers, boxes ticked several times as a list."""
    seen: list[object] = []

    async def read(request: Request) -> Response:
        form = await web.form(request, SECRET)
        seen.extend(
            [form.text("words"), form.number("one"), form.number("none"), form.numbers("many"), form.files]
        )
        return PlainTextResponse("")

    serve(Route("/try", read, methods=["POST"]))
    sent = {"words": "a\r\nb\x00 <i>", "one": " 12 ", "none": "٣", "many": ["1", "x", "2"]}
    assert browser().client.post("/try", data={"key": security.new_key(SECRET), **sent}).status_code == 200
    assert seen == ["a\nb <i>", 12, None, [1, 2], {}]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data; boundary=x; charset=nonsense", b"--x--"),
        ("application/x-www-form-urlencoded", b"%%%=&&&;\xff\xfe"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=%d" % number for number in range(5_000))),
        ("application/json", b"{"),
        ("nonsense", b"\x00"),
    ],
)
def test_a_body_full_of_nonsense_is_refused(
    serve: Callable[[Route], Starlette], browser: NewBrowser, web: Web, content_type: str, body: bytes
) -> None:
    """What is no form is answered with a page, never with an error of ours."""

    async def read(request: Request) -> Response:
        await web.form(request, SECRET)
        return PlainTextResponse("")

    serve(Route("/try", read, methods=["POST"]))
    answer = browser().client.post("/try", content=body, headers={"content-type": content_type})
    assert answer.status_code in {400, 403}
    assert "<h1>" in answer.text


def test_cookies_need_https_where_the_school_has_it(web: Web) -> None:
    """The public address decides whether cookies may travel in the open."""
    assert web.tools.public_url.startswith("https:")
    assert web.secure


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("nl", ["nl"]),
        ("en;q=0.2, pl-PL, nl;q=0.8", ["pl", "nl", "en"]),
        ("", []),
        ("*;q=0.1", []),
        ("pl;q=x,nl", ["nl", "pl"]),
        (";;;,,,q=1", []),
    ],
)
def test_the_phones_languages_best_first(asked: str, found: list[str]) -> None:
    """The wishes of a browser in its own order, and nothing from a header full of nonsense."""
    scope = {"type": "http", "headers": [(b"accept-language", asked.encode())]}
    assert phone_languages(Request(scope)) == found


def test_writing_direction() -> None:
    """Arabic and Hebrew pages would run from right to left; Tigrinya and ours do not."""
    assert [direction(code) for code in ("ar", "he", "fa-AF", "ti", "nl", "pl")] == ["rtl"] * 3 + ["ltr"] * 3
