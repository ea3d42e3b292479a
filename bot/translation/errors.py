"""What can go wrong between us and a translator: a code and a number, never a word, a key or an address."""


class TranslationError(Exception):
    """No translation this time; `code` is safe to log."""

    code = "translation_failed"

    def __init__(self) -> None:
        super().__init__(self.code)


class UnavailableError(TranslationError):
    """The server is away, too slow or broken; a later try may help."""

    code = "translator_unavailable"


class TooManyError(TranslationError):
    """The server asks us to wait `wait_s` seconds before the next try."""

    code = "translator_too_many"

    def __init__(self, wait_s: float) -> None:
        super().__init__()
        self.wait_s = wait_s


class RefusedError(TranslationError):
    """The server does not accept this request, or it is not where it may be; trying again does not help."""

    code = "translator_refused"


class KeyRefusedError(RefusedError):
    """The server does not let us in, whatever the text: the key is wrong, missing or revoked."""


class UnsupportedPairError(TranslationError):
    """This server does not translate between these two languages."""

    code = "translator_unsupported_pair"


class BadAnswerError(TranslationError):
    """The server answered something that is not a translation; trying again does not help."""

    code = "translator_bad_answer"
