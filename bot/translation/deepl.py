"""DeepL, outside the school's network, through its own client library.

That library follows the environment's proxies, has no time limit of its own for a whole request, tries for minutes and
writes texts to its log at DEBUG. So its way to the service is replaced here and its log is closed.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import deepl
from deepl.http_client import HttpClient

from bot.translation.addresses import ensure_secret
from bot.translation.errors import BadAnswerError, TranslationError, UnsupportedPairError
from bot.translation.guarded_http import GuardedServer
from bot.translation.kept_pairs import KeptPairs, Pairs, every_pair
from bot.translation.portions import Limits, translate_in_portions

_LIMITS = Limits(piece_chars=2000, batch_chars=10_000, batch_pieces=50)
_VARIANTS = ("en-gb", "pt-pt")  # theirs have no plain English or Portuguese to translate to
_OK = 200
_Result = TypeVar("_Result")

# It logs what it sends and gets.
logging.getLogger("deepl").addFilter(lambda _record: False)


class Deepl:
    """A Provider: translates between the languages that the service says it has, and no others."""

    name = "deepl"
    outside = True
    token = "ph{}@tb.x"  # noqa: S105 - no password; tags of one's own are moved or dropped in some languages

    def __init__(self, key: str, url: str | None = None, *, deadline_s: float = 20.0) -> None:
        """The deadline holds for each request; raises ValueError if key or address may not be used."""
        if deepl.auth_key_is_free_account(key):
            raise ValueError(
                "DEEPL_KEY is of the free plan, which may keep what it reads; a paid one is needed."
            )
        client = deepl.DeepLClient(key, server_url=url, send_platform_info=False)
        address = ensure_secret(client.server_url, "DEEPL_URL")
        client = deepl.DeepLClient(key, server_url=address, send_platform_info=False)
        client._client = _GuardedClient(GuardedServer(address, deadline_s, headers=client.headers))  # noqa: SLF001
        self._client = client
        self._theirs: dict[str, str] = {}
        self._pairs = KeptPairs(self._read_pairs)

    def pairs(self) -> Pairs:
        """The language pairs of the service, asked again after ten minutes; raises TranslationError."""
        return self._pairs.get()

    def _read_pairs(self) -> Pairs:
        sources = _guarded(lambda: {_code(one) for one in self._client.get_source_languages()})
        codes = _guarded(lambda: [_code(one) for one in self._client.get_target_languages()])
        theirs = {code: code for code in codes}
        theirs |= {code.partition("-")[0]: code for code in _VARIANTS if code in theirs}
        pairs = every_pair(sources, set(theirs))
        if not pairs:
            raise BadAnswerError
        self._theirs = theirs
        return pairs

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts in the target language, line by line; what holds no letter stays as it is."""
        return self._translate(texts, source, target, None)

    def translate_html(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The same for texts that are HTML; addresses in them stay as they are."""
        return self._translate(texts, source, target, "html")

    def _translate(
        self, texts: Sequence[str], source: str, target: str, tag_handling: str | None
    ) -> list[str]:
        if source == target:
            return list(texts)

        def ask(pieces: list[str]) -> list[str]:
            if (source, target) not in self.pairs():
                raise UnsupportedPairError
            return _guarded(lambda: self._ask(pieces, source, self._theirs[target], tag_handling))

        return translate_in_portions(texts, _LIMITS, ask)

    def _ask(self, pieces: list[str], source: str, target: str, tag_handling: str | None) -> list[str]:
        found = self._client.translate_text(
            pieces,
            source_lang=source,
            target_lang=target,
            preserve_formatting=True,
            tag_handling=tag_handling,
        )
        return [one.text for one in found] if isinstance(found, list) else []


class _GuardedClient(HttpClient):
    """In place of the library's way to the network: one deadline, no proxy, no redirect, no long row of tries."""

    def __init__(self, server: GuardedServer) -> None:
        super().__init__(send_platform_info=False)
        self._server = server

    def request_with_backoff(
        self,
        method: str,
        url: str,
        data: Mapping[str, str] | None,
        json: Mapping[str, object] | None,
        headers: Mapping[str, str],  # noqa: ARG002 - the server has them
        stream: bool = False,  # noqa: ARG002
        **_options: object,
    ) -> tuple[int, str]:
        """A good answer as the library reads it; raises TranslationError for every other one."""
        path = url.removeprefix(self._server.base_url)
        return _OK, self._server.fetch(method, path, question=json, form=data or None)


def _guarded(ask: Callable[[], _Result]) -> _Result:
    """What the library makes of an answer; what it raises over a strange one may hold words and ends here."""
    try:
        return ask()
    except TranslationError as error:
        failure = error
    except Exception:  # noqa: BLE001
        failure = BadAnswerError()
    raise failure


def _code(language: deepl.Language) -> str:
    return language.code.lower()
