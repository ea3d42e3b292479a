"""A photo or voice message that comes along with a form of the dossier."""

from bot.model.delivery import MAX_FILE_BYTES
from bot.model.errors import DomainError
from bot.services import sayings
from bot.web import chat
from bot.web.requests import Form


def sent_with(form: Form) -> sayings.File | None:
    """The photo or voice message that came along; it is shown once its bytes have been looked at.

    Raises DomainError file_too_large, file_unknown.
    """
    sent = form.files.get("file")
    if sent is None:
        return None
    if len(sent.content) > MAX_FILE_BYTES:
        raise DomainError("file_too_large")
    kind = chat.media_kind(sent)
    if kind is None or not sent.content:
        raise DomainError("file_unknown")
    media_type = sent.media_type.partition(";")[0].lower()
    return sayings.File(kind=kind.value, media_type=media_type, content=sent.content)
