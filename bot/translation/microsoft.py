"""Microsoft's translator, outside the school's network.

deep_translator's class for it asks the network in its constructor, has no time limit, reads a key from the environment
and breaks on a network error. The subclass here keeps its shape and replaces its way to the service.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from deep_translator import MicrosoftTranslator
from deep_translator.constants import BASE_URLS

from bot.translation.addresses import ensure_secret
from bot.translation.errors import BadAnswerError, UnsupportedPairError
from bot.translation.guarded_http import GuardedServer
from bot.translation.kept_pairs import KeptPairs, Pairs, every_pair
from bot.translation.portions import Limits, translate_in_portions

_LIMITS = Limits(piece_chars=2000, batch_chars=10_000, batch_pieces=50)
_SERVICE = urlsplit(BASE_URLS["MICROSOFT_TRANSLATE"])
_VERSION = {"api-version": "3.0"}
_OURS = {"pt-pt": "pt"}  # what they call pt is Brazilian


class Microsoft:
    """A Provider: translates between the languages that the service says it has, and no others."""

    name = "microsoft"
    outside = True
    token = '<span translate="no">[[{}]]</span>'  # noqa: S105 - no password

    def __init__(
        self, key: str, region: str | None = None, url: str | None = None, *, deadline_s: float = 20.0
    ) -> None:
        """The deadline holds for each request; raises ValueError if the address may not be used."""
        address = ensure_secret(url or f"https://{_SERVICE.netloc}", "MICROSOFT_URL")
        headers = {"Ocp-Apim-Subscription-Key": key}
        if region:
            headers["Ocp-Apim-Subscription-Region"] = region
        self._server = GuardedServer(address, deadline_s, headers=headers)
        self._public = GuardedServer(address, deadline_s)  # to read the languages no key is needed
        self._theirs: dict[str, str] = {}
        self._pairs = KeptPairs(self._read_pairs)

    def pairs(self) -> Pairs:
        """The language pairs of the service, asked again after ten minutes; raises TranslationError."""
        return self._pairs.get()

    def _read_pairs(self) -> Pairs:
        answer = self._public.ask("languages?" + urlencode(_VERSION | {"scope": "translation"}))
        languages = answer.get("translation") if isinstance(answer, dict) else None
        theirs = {code: code for code in languages} if isinstance(languages, dict) else {}
        theirs |= {ours: code for code, ours in _OURS.items() if code in theirs}
        pairs = every_pair(set(theirs), set(theirs))
        if not pairs:
            raise BadAnswerError
        self._theirs = theirs
        return pairs

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts in the target language, line by line; what holds no letter stays as it is."""
        return self._translate(texts, source, target, "plain")

    def translate_html(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The same for texts that are HTML; what is marked as not to translate stays as it is."""
        return self._translate(texts, source, target, "html")

    def _translate(self, texts: Sequence[str], source: str, target: str, kind: str) -> list[str]:
        if source == target:
            return list(texts)

        def ask(pieces: list[str]) -> list[str]:
            if (source, target) not in self.pairs():
                raise UnsupportedPairError
            translator = FencedMicrosoftTranslator(self._server, self._theirs, source, target)
            return translator.translate_batch(pieces, kind=kind)

        return translate_in_portions(texts, _LIMITS, ask)


class FencedMicrosoftTranslator(MicrosoftTranslator):  # type: ignore[misc] # the library has no types
    """deep_translator's translator for one pair, with languages read beforehand and a guarded way to the service."""

    def __init__(self, server: GuardedServer, languages: dict[str, str], source: str, target: str) -> None:
        # The parent's own constructor asks the network without a time limit; its base takes our languages.
        super(MicrosoftTranslator, self).__init__(server.base_url, languages, source, target)
        self.source, self.target = languages[source], languages[target]
        self._server = server

    def translate(self, text: str, **_options: Any) -> str:
        """The text in the target language; raises TranslationError."""
        return self.translate_batch([text])[0]

    def translate_batch(self, batch: list[str], *, kind: str = "plain", **_options: Any) -> list[str]:
        """What the service gives for the texts (plain or html), not looked into yet; raises TranslationError."""
        pair = {"from": self.source, "to": self.target, "textType": kind}
        answer = self._server.ask(
            "translate?" + urlencode(_VERSION | pair), [{"Text": text} for text in batch]
        )
        try:
            found = [[one["text"] for one in each["translations"]] for each in answer]
        except (TypeError, KeyError):
            found = [[]]
        if not all(len(each) == 1 for each in found):
            raise BadAnswerError
        return [each[0] for each in found]
