"""One question about another language, for a person whose words were clearly in it; the answer is one tap."""

from typing import Any

from sqlalchemy.orm import Session

from bot.assistant import preparation, speech
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.content.catalogues import own_name
from bot.content.texts import Texts
from bot.model.people import Person
from bot.model.translation import Saying
from bot.services import people
from bot.services import suggestion as service
from bot.services.tools import Tools


def ask(session: Session, tools: Tools, texts: Texts, saying: Saying) -> None:
    """The author is asked in both languages, once in a life; it answers the author's own step, so at once."""
    author, language = session.get_one(Person, saying.author_id), saying.written_in
    door = service.door_to_ask_at(session, tools, author, language)
    if door is None:
        return
    voice = Voice(session, tools, texts, door)
    name = {"name": own_name(language)}
    yes = speech.button(
        texts.label(language, "suggestion.yes_button", name), "suggestion.take", language=language
    )
    keep = {"name": own_name(author.language)}
    no = speech.button(texts.label(author.language, "suggestion.no_button", keep), "suggestion.keep")
    voice.say(
        "suggestion.ask",
        buttons=[[yes], [no]],
        name=own_name(language),
        in_it=texts.label(language, "suggestion.question", name),
    )


def _take(turn: Turn, action: dict[str, Any]) -> None:
    """The person goes on in this language; one more tap leads back to the one before."""
    before, language = turn.language, action["language"]
    people.choose_language(turn.session, turn.tools, turn.person, language)
    back = turn.texts.label(before, "suggestion.back_button", {"name": own_name(before)})
    rows = [] if before == language else [[speech.button(back, "suggestion.take", language=before)]]
    turn.say("language.chosen", buttons=rows, name=own_name(language))
    preparation.show_again(turn)


def _keep(turn: Turn, _action: dict[str, Any]) -> None:
    turn.say("suggestion.kept", name=own_name(turn.language))


ACTIONS = {"suggestion.take": _take, "suggestion.keep": _keep}
