"""How each translation service is asked and how it answers, so that one stub can stand in for any of them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.translation.deepl import Deepl
from bot.translation.libretranslate import LibreTranslate
from bot.translation.microsoft import Microsoft
from bot.translation.ports import Provider

KEY = "the-school-key-0123456789"
CODES = ("nl", "pl", "en")
LANGUAGES: Any = [{"code": code, "name": code, "targets": list(CODES)} for code in CODES]


@dataclass(frozen=True)
class Dialect:
    """One service as the stub plays it."""

    name: str
    make: Callable[[str, float], Provider]
    languages: Callable[[bytes], object]
    texts: Callable[[Any], list[str]]
    answer: Callable[[list[object]], object]
    for_a_list_one: object
    key_header: Mapping[str, str]

    @property
    def outside(self) -> bool:
        """Whether it stands outside the school's network."""
        return self.name != LibreTranslate.name

    def echo(self, body: bytes) -> bytes:
        """A good answer: the texts in capitals."""
        return self.wrapped([text.upper() for text in self.texts(json.loads(body))])

    def wrapped(self, values: list[object] | list[str]) -> bytes:
        """An answer of the right shape with these values where texts should stand."""
        return json.dumps(self.answer(list(values))).encode()


LIBRETRANSLATE = Dialect(
    name="libretranslate",
    make=lambda url, deadline_s: LibreTranslate(url, deadline_s=deadline_s),
    languages=lambda _body: LANGUAGES,
    texts=lambda question: question["q"],
    answer=lambda values: {"translatedText": values},
    for_a_list_one={"translatedText": "x"},
    key_header={},
)
MICROSOFT = Dialect(
    name="microsoft",
    make=lambda url, deadline_s: Microsoft(KEY, "westeurope", url, deadline_s=deadline_s),
    languages=lambda _body: {"translation": {code: {"name": code, "dir": "ltr"} for code in CODES}},
    texts=lambda question: [one["Text"] for one in question],
    answer=lambda values: [{"translations": [{"text": value, "to": "pl"}]} for value in values],
    for_a_list_one={"translations": [{"text": "x", "to": "pl"}]},
    key_header={"Ocp-Apim-Subscription-Key": KEY, "Ocp-Apim-Subscription-Region": "westeurope"},
)


def _deepl_languages(body: bytes) -> object:
    targets = ("NL", "PL", "EN-GB", "EN-US", "PT-BR", "PT-PT", "ZH-HANS")
    codes = targets if body == b"type=target" else ("NL", "PL", "EN", "PT")
    return [{"language": code, "name": code} for code in codes]


DEEPL = Dialect(
    name="deepl",
    make=lambda url, deadline_s: Deepl(KEY, url, deadline_s=deadline_s),
    languages=_deepl_languages,
    texts=lambda question: question["text"],
    answer=lambda values: {
        "translations": [
            {"detected_source_language": "NL", "text": value, "billed_characters": 3} for value in values
        ]
    },
    for_a_list_one={"translations": {"text": "x"}},
    key_header={"Authorization": f"DeepL-Auth-Key {KEY}"},
)
DIALECTS = (LIBRETRANSLATE, MICROSOFT, DEEPL)
