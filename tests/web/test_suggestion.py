"""The suggestion of another language in the web chat."""

from bot.model.people import Person
from bot.storage.database import Database
from tests.assistant.labels import fixed
from tests.cast import Cast
from tests.web.browser import Browser

DUTCH = "Kuba houdt veel van treinen en tekent ze elke dag thuis."


def test_another_language_by_one_tap(agnieszka: Browser, database: Database, cast: Cast) -> None:
    """Agnieszka, who chose Polish and writes Dutch once, is asked in both; one tap and the chat is Dutch."""

    def language() -> str:
        with database.reading() as session:
            return session.get_one(Person, cast.agnieszka.id).language

    agnieszka.finish_welcome()
    agnieszka.tap(fixed("menu.write_button", "pl"))
    agnieszka.tap("Kuba")
    agnieszka.say(DUTCH)
    newest = agnieszka.newest()
    for reads in ("pl", "nl"):
        assert fixed("suggestion.question", reads, name="Nederlands") in newest.text
    assert language() == "pl"
    agnieszka.tap(fixed("suggestion.yes_button", "nl", name="Nederlands"))
    assert fixed("language.chosen", "nl", name="Nederlands") in agnieszka.newest().text
    assert language() == "nl"
    agnieszka.tap(fixed("suggestion.back_button", "pl", name="Polski"))
    assert language() == "pl"
