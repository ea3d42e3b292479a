"""Headers of every answer, cookies, keys of forms."""

from collections.abc import Callable

import pytest
from starlette.responses import Response

from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.model.people import Person
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web import security
from bot.web.app import application
from bot.web.bell import Bell
from tests.cast import Cast
from tests.web.browser import Browser
from tests.web.served import Served

Invite = Callable[[Person], str]
NewBrowser = Callable[..., Browser]


def test_every_answer_carries_the_headers(agnieszka: Browser) -> None:
    """Pages, files, errors, redirects and data all forbid foreign scripts, framing, guessing, referrers and caching."""
    client = agnieszka.client
    answers = [
        agnieszka.page(),
        client.get(f"{agnieszka.path}messages"),
        agnieszka.say("dzień dobry"),
        client.get("/nowhere"),
        client.get("/healthz"),
        client.put("/healthz"),
        client.post(f"{agnieszka.path}say"),
        client.get("/i/invented"),
        client.get("/static/style.css"),
        client.get("/static/nothing.css"),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert {answer.headers["cache-control"] for answer in answers if "/static/" not in str(answer.url)} == {
        "no-store"
    }


def test_no_page_needs_what_the_policy_forbids(agnieszka: Browser) -> None:
    """No script, style or handler stands inside a page, and nothing comes from another host."""
    for page in (agnieszka.page(), agnieszka.client.get("/i/invented"), agnieszka.client.get("/nowhere")):
        text = page.text.replace("\n", " ")
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<style" not in text
        for script in text.split("<script")[1:]:
            head, _, body = script.partition(">")
            assert 'type="application/json"' in head or ("src=" in head and body.startswith("</script>"))
        for address in text.split("src=")[1:]:
            assert address.startswith(('"/static/', '"file/'))


def test_the_demo_may_frame_its_own_pages(
    served: Served, browser: NewBrowser, database: Database, tools: Tools, texts: Texts, bell: Bell
) -> None:
    """Built for the demo, pages may be framed by the same origin and by no other."""
    served.app = application(
        database=database,
        tools=tools,
        texts=texts,
        reception=Reception(database, tools, texts),
        bell=bell,
        after_commit=lambda: None,
        framing="self",
    )
    answer = browser().client.get("/healthz")
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


def test_the_cookie_goes_to_its_own_chat_only(browser: NewBrowser, cast: Cast, invite: Invite) -> None:
    """The chat's cookie is out of reach of scripts and of other sites, and goes to this chat's path alone."""
    phone = browser()
    address = f"/i/{invite(cast.agnieszka)}"
    answer = phone.press(address, phone.client.get(address))
    cookie = answer.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=lax", f"path={answer.headers['location']}"):
        assert part in cookie


def test_cookies_of_a_public_school_go_over_https_only() -> None:
    """Where the public address is https, the browser is told never to send the cookie in the open."""
    answer = Response()
    security.keep_cookie(answer, "chat", "secret", path="/chat/x/", secure=True)
    assert "secure" in answer.headers["set-cookie"].lower().split("; ")


def test_static_files_may_be_kept(browser: NewBrowser) -> None:
    """A file whose address names its version is kept by the phone; one without is asked for again."""
    client = browser().client
    assert "immutable" in client.get("/static/style.css?v=1").headers["cache-control"]
    assert client.get("/static/style.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/../app.py").status_code == 404


def test_a_key_belongs_to_one_secret() -> None:
    """A key is genuine for the secret it was made with only, also when a script lengthened it."""
    mine, other = security.new_secret(), security.new_secret()
    key = security.new_key(mine)
    assert security.is_genuine(key, mine)
    assert security.is_genuine(f"{key}.abc", mine)
    assert not security.is_genuine(key, other)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _key: "",
        lambda key: key[:-1],
        lambda key: key[1:] + key[0],
        lambda key: f"{key}.",
        lambda key: f"{key}.{'x' * 65}",
        lambda key: f"{key}.a.b",
        lambda key: f"{key}\n",
        lambda key: key.replace(".", ".é"),
        lambda key: "A" * 22 + key[22:],
    ],
)
def test_a_spoiled_key_is_refused(spoil: Callable[[str], str]) -> None:
    """Shortened, lengthened, turned or foreign keys are not genuine."""
    secret = security.new_secret()
    assert not security.is_genuine(spoil(security.new_key(secret)), secret)


def test_a_delivery_is_known_by_key_and_content() -> None:
    """The same form twice is one delivery; going back and changing the words makes another one."""
    secret = security.new_secret()
    key = security.new_key(secret)
    assert security.delivery_key(key, secret, "text=a") == security.delivery_key(key, secret, "text=a")
    assert security.delivery_key(key, secret, "text=a") != security.delivery_key(key, secret, "text=b")
    assert security.delivery_key(key, secret, "a", "b") != security.delivery_key(key, secret, "ab")
