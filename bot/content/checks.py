"""Whether everything that is shipped is said in every shipped language, completely and freshly."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from babel.messages.catalog import Catalog

from bot.content import plain_language
from bot.content.comparison import Needed, compare, unused
from bot.content.dialog_files import Sentence
from bot.content.dialogs import load
from bot.content.extraction import SOURCES, NoWords, Places, chat_template
from bot.content.phrase_files import FOLDER as PHRASES
from bot.content.phrase_files import shipped_phrases
from bot.content.plain_language import Frequency, Measured, Written
from bot.content.po_files import read_catalogue
from bot.content.problems import ContentProblem
from bot.content.read_aloud import ReadAloud, Recorded
from bot.content.read_aloud import problems as of_recordings
from bot.content.school_words_file import FOLDER as SCHOOL_WORDS
from bot.content.school_words_file import shipped_school_words
from bot.dialog.script import MOST_LABEL_CHARS, Part


class _Words:
    """The dialog texts of the catalogues that could be read."""

    def __init__(self, catalogues: Mapping[str, Catalog]) -> None:
        self.languages = tuple(catalogues)
        self._catalogues = catalogues

    def dialog_text(self, language: str, context: str, source: str) -> str | None:
        """The sentence in a language; None where it is missing or fuzzy."""
        message = self._catalogues[language].get(source, context)
        if message is None or message.fuzzy or not isinstance(message.string, str):
            return None
        return message.string or None


def check(places: Places | None = None, school_dialogs: Path | None = None) -> list[ContentProblem]:
    """Everything wrong, or worth a note, in dialogs, templates and catalogues; by file and line.

    Without places the shipped ones are checked. `school_dialogs` is the school's own folder.
    """
    places = places or Places()
    problems: list[ContentProblem] = []
    catalogues: dict[str, dict[str, Catalog]] = {domain: {} for domain in SOURCES}
    for domain, source in SOURCES.items():
        for language in (one for one in places.languages if one != source):
            catalog, broken = read_catalogue(places.catalogue(language, domain), language)
            problems.extend(broken)
            if catalog is not None:
                catalogues[domain][language] = catalog
    folders = [places.dialogs, *([school_dialogs] if school_dialogs else [])]
    loaded = load(folders, _Words(catalogues["dialogs"]))
    template, unreadable = chat_template(places.templates)
    problems.extend((*loaded.problems, *unreadable))
    if not loaded.problems:
        problems.extend(of_recordings(folders, loaded.scripts, places.languages))
    needed = _of_templates(template, places)
    for language, catalog in catalogues["bot"].items():
        path = str(places.catalogue(language, "bot"))
        problems.extend(compare(needed, catalog, path, language))
        problems.extend([] if unreadable else unused(needed, catalog, path))
    for language, catalog in catalogues["dialogs"].items():
        path = str(places.catalogue(language, "dialogs"))
        sentences = [sentence for sentence in loaded.sentences if sentence.language != language]
        needed = _of_dialogs(sentences)
        problems.extend(compare(needed, catalog, path, language))
        problems.extend([] if loaded.problems else unused(needed, catalog, path))
        problems.extend(_same_labels(sentences, catalog, path))
    problems.extend(shipped_phrases()[1])
    problems.extend(shipped_school_words()[1])
    return sorted(set(problems))


def recordings(places: Places | None = None, school_dialogs: Path | None = None) -> list[Recorded]:
    """How much of each dialog of parents can be heard, by language."""
    places = places or Places()
    folders = [places.dialogs, *([school_dialogs] if school_dialogs else [])]
    return list(ReadAloud(folders).recorded(load(folders, NoWords()).scripts, places.languages))


def plain_dutch(
    places: Places | None = None, school_dialogs: Path | None = None, frequency: Frequency | None = None
) -> Measured:
    """How plain all our fixed Dutch is; what cannot be read is left out, `check` names it."""
    places = places or Places()
    path = places.catalogue(plain_language.LANGUAGE, "bot")
    catalogue, _broken = read_catalogue(path, plain_language.LANGUAGE)
    texts = list(plain_language.of_catalogue(catalogue, str(path))) if catalogue is not None else []
    folders = [places.dialogs, *([school_dialogs] if school_dialogs else [])]
    texts += [
        Written(sentence.text, sentence.file, sentence.line)
        for sentence in load(folders, NoWords()).sentences
        if sentence.language == plain_language.LANGUAGE
    ]
    name = f"{plain_language.LANGUAGE}.yaml"
    phrases = shipped_phrases()[0].sentences.get(plain_language.LANGUAGE, {})
    texts += plain_language.of_file(PHRASES / name, phrases.values())
    words = shipped_school_words()[0].words.get(plain_language.LANGUAGE, {})
    texts += plain_language.of_file(SCHOOL_WORDS / name, [word.means for word in words.values()])
    known = [one for word in words.values() for one in word.words]
    return plain_language.measure(texts, frequency, known)


def _of_templates(template: Catalog, places: Places) -> list[Needed]:
    """The sentences of the templates, with the place of each as a path."""
    needed = []
    for message in template:
        if not message.id:
            continue
        shown, line = message.locations[0]
        name = next(one for one in places.templates if shown.startswith(f"{one}/"))
        path = places.templates[name] / shown.removeprefix(f"{name}/")
        forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        needed.append(Needed(forms, message.context, str(path), line or 1, formatted=True))
    return needed


def _of_dialogs(sentences: Sequence[Sentence]) -> list[Needed]:
    """The sentences of the dialogs that are to be translated, each once."""
    needed: dict[tuple[str, str], Needed] = {}
    for sentence in sentences:
        key = (sentence.text, sentence.context)
        one = needed.get(key) or Needed(
            forms=(sentence.text,),
            context=sentence.context,
            file=sentence.file,
            line=sentence.line,
            own=not sentence.shipped,
        )
        is_label = sentence.part is Part.LABEL
        needed[key] = replace(one, max_chars=MOST_LABEL_CHARS) if is_label else one
    return list(needed.values())


def _same_labels(sentences: Sequence[Sentence], catalog: Catalog, path: str) -> Iterator[ContentProblem]:
    """Two buttons of one question that differ in the source but not in the translation."""
    seen: dict[tuple[str, str, str], str] = {}
    for sentence in sentences:
        message = catalog.get(sentence.text, sentence.context)
        if sentence.part is not Part.LABEL or message is None or not isinstance(message.string, str):
            continue
        place = (sentence.file, sentence.context, message.string.casefold())
        if message.string and seen.setdefault(place, sentence.text) != sentence.text:
            hint = "a person could not tell them apart; choose other words"
            yield ContentProblem(path, message.lineno or 1, "two buttons of one question say the same", hint)
