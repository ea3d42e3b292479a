"""Which providers are asked for a pair of languages, in which order, and which of them rest. Asks nobody itself."""

from collections.abc import Callable, Mapping, Sequence

from bot.model.clock import Clock
from bot.translation.breaker import Breaker
from bot.translation.errors import TooManyError, TranslationError, UnsupportedPairError
from bot.translation.ports import Provider

Pair = tuple[str, str]


class Order:
    """The providers as the school named them. `only_for` gives some pairs a list of their own."""

    def __init__(
        self,
        providers: Sequence[Provider],
        clock: Clock,
        *,
        only_for: Mapping[Pair, Sequence[str]] | None = None,
        tell: Callable[[str, bool], None] = lambda _name, _well: None,
    ) -> None:
        """`tell` hears the name of a provider and whether it is well, each time that may have changed."""
        self.providers = tuple(providers)
        self._only_for = dict(only_for or {})
        self._breakers = {provider.name: Breaker(clock) for provider in providers}
        self._tell = tell

    def of(self, source: str, target: str) -> tuple[Provider, ...]:
        """The providers to ask for this pair, best first, also those that rest."""
        names = self._only_for.get((source, target))
        if names is None:
            return self.providers
        return tuple(provider for name in names for provider in self.providers if provider.name == name)

    def may_ask(self, provider: Provider) -> bool:
        """False while it rests after failures. Tell afterwards what came of it, with `worked` or `failed`."""
        return self._breakers[provider.name].lets_through()

    def worked(self, provider: Provider) -> None:
        """It gave an answer: nothing stands against it any more."""
        self._breakers[provider.name].worked()
        self._tell(provider.name, True)

    def failed(self, provider: Provider, error: TranslationError) -> None:
        """It failed; that it lacks a pair of languages says nothing about how it is."""
        if isinstance(error, UnsupportedPairError):
            return
        breaker = self._breakers[provider.name]
        breaker.failed(error.wait_s if isinstance(error, TooManyError) else None)
        self._tell(provider.name, not breaker.is_open)
