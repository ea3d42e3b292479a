"""Translations that were asked for: which are due, and what came of them. Asking a translator is done elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, joinedload

from bot.model.translation import Origin, Translation, TranslationState
from bot.services.claims import Claimant
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

MAX_ATTEMPTS = 30  # about a day of waiting for a translator
MAX_REFUSALS = 3  # by one that was there; days without any translator never count as one


@dataclass(frozen=True)
class Wish:
    """Words that somebody may read and that are not in that language yet."""

    translation_id: int
    words: str = field(repr=False)
    source: str
    target: str
    attempts: int
    refusals: int = 0


def anything_due(session: Session, tools: Tools) -> bool:
    """Whether a translator is to be asked now."""
    return session.scalar(select(Translation.id).where(_due(tools)).limit(1)) is not None


def _due(tools: Tools) -> ColumnElement[bool]:
    now = tools.clock.now()
    return and_(
        Translation.state == TranslationState.WAITING.value,
        Translation.next_try_at.is_(None) | (Translation.next_try_at <= now),
    )


def claim(session: Session, tools: Tools, limit: int, claimant: Claimant) -> list[Wish]:
    """Translations that wait and are due, oldest first; nobody else takes them while this worker is alive."""
    due = session.scalars(
        select(Translation)
        .options(joinedload(Translation.saying))
        .where(_due(tools), claimant.may_take(Translation.claimed_by))
        .order_by(Translation.id)
        .limit(limit)
        .with_for_update(of=Translation, skip_locked=True)
    )
    wishes = []
    for translation in due:
        translation.claimed_by = claimant.name
        saying = translation.saying
        wishes.append(
            Wish(
                translation.id,
                saying.original,
                saying.written_in,
                translation.language,
                translation.attempts,
                translation.refusals,
            )
        )
    return wishes


def keep(
    session: Session, tools: Tools, wish: Wish, words: str, provider: str, *, doubts: Sequence[str] = ()
) -> None:
    """The words stand beside the original, labelled as made by a machine; those who wait for them are told.

    `doubts` are the keys of the checks that found something; the writer is told of the first such translation.
    """
    translation = _waiting(session, wish)
    if translation is not None:
        translation.words = words
        translation.origin = Origin.MACHINE.value
        translation.provider = provider
        translation.made_at = tools.clock.now()
        first = not any(one.doubts for one in translation.saying.translations)
        translation.doubts = list(doubts)
        _settle(session, translation, TranslationState.DONE)
        if doubts and first:
            happened(session, EventKind.TRANSLATION_DOUBTED, translation.id, None)


def try_later(session: Session, tools: Tools, wish: Wish, wait_s: float) -> None:
    """No translator was there: it is asked for again after the time; after the last attempt it is impossible."""
    translation = _waiting(session, wish)
    if translation is not None:
        translation.attempts = wish.attempts + 1
        _again(session, tools, translation, wait_s, last=translation.attempts >= MAX_ATTEMPTS)


def refused(session: Session, tools: Tools, wish: Wish, wait_s: float) -> None:
    """A translator was there and did not do it: it is asked again after the time, three times in all."""
    translation = _waiting(session, wish)
    if translation is not None:
        translation.refusals = wish.refusals + 1
        _again(session, tools, translation, wait_s, last=translation.refusals >= MAX_REFUSALS)


def _again(session: Session, tools: Tools, translation: Translation, wait_s: float, *, last: bool) -> None:
    translation.claimed_by = None
    translation.next_try_at = tools.clock.now() + timedelta(seconds=wait_s)
    if last:
        _settle(session, translation, TranslationState.IMPOSSIBLE)


def give_up(session: Session, wish: Wish, *, offered: bool = True) -> None:
    """Nobody translates it; its readers see only the original, and whether anybody offers the pair."""
    translation = _waiting(session, wish)
    if translation is not None:
        state = TranslationState.IMPOSSIBLE if offered else TranslationState.NOT_OFFERED
        _settle(session, translation, state)


def release(session: Session, wish: Wish) -> None:
    """It can be claimed again at once."""
    translation = _waiting(session, wish)
    if translation is not None:
        translation.claimed_by = None


def _waiting(session: Session, wish: Wish) -> Translation | None:
    """The row, unless it was erased or a person translated it meanwhile."""
    translation = session.get(Translation, wish.translation_id)
    if translation is None or translation.state != TranslationState.WAITING.value:
        return None
    return translation


def _settle(session: Session, translation: Translation, state: TranslationState) -> None:
    translation.state = state.value
    translation.claimed_by = None
    translation.next_try_at = None
    happened(session, EventKind.TRANSLATION_ARRIVED, translation.saying_id, None)
