"""What one reader sees of a child, as frozen values: page, chat and export all show exactly these."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.dialog.script import OTHER, AnswerKind, Part, Script
from bot.model.access import Action, Relation, Subject, may
from bot.model.agreements import Agreement, AgreementOutcome, AgreementVersion, Confirmation
from bot.model.companions import TalkCompanion
from bot.model.conversation import Conversation
from bot.model.differences import Piece, difference
from bot.model.messages import Message
from bot.model.people import Person
from bot.model.preparation import Answer
from bot.model.translation import Saying
from bot.services import agreement_words, companions, looking_back, sayings
from bot.services.sayings import Shown

_READERS_AT_SCHOOL = frozenset({Relation.TEACHER, Relation.LEAD, Relation.COORDINATOR})


@dataclass(frozen=True)
class Eyes:
    """One reader on one side of the table; without `reader` it is the operator, who makes an export."""

    reader: Person | None
    relations: frozenset[Relation]
    language: str
    as_staff: bool
    knows: frozenset[str] = frozenset()  # the languages in which the reader may know that somebody reads

    def is_self(self, person_id: int | None) -> bool:
        """Whether the reader looks, as a guardian, at what is the reader's own."""
        return self.reader is not None and not self.as_staff and self.reader.id == person_id

    def may_read(self, subject: Subject, owner_id: int | None = None) -> bool:
        """What the rule table says."""
        own = {Relation.SELF} if self.is_self(owner_id) else set()
        return self.reader is None or may(self.relations | own, Action.READ, subject)

    def shown(self, saying: Saying) -> Shown:
        """The words as this reader can read them."""
        reader_id = self.reader.id if self.reader else None
        shown = sayings.shown(saying, self.language, reader_id, knows=self.knows)
        if shown.left_to_people and not may(self.relations, Action.CORRECT, Subject.TRANSLATION):
            shown = replace(shown, left_to_people=False)
        return shown

    def knows_how(self, confirmation: Confirmation) -> bool:
        """Whether the reader sees in which language and how somebody confirmed; never of another guardian."""
        at_school = self.reader is None or not self.relations.isdisjoint(_READERS_AT_SCHOOL)
        return at_school or confirmation.for_school or self.is_self(confirmation.person_id)


@dataclass(frozen=True)
class AnswerView:
    """One answer of a preparation."""

    answer_id: int
    question: str  # the stable id
    kind: str  # how it is answered (dialog.script.AnswerKind)
    asked: str  # the question in the reader's language
    choices: tuple[str, ...]  # keys
    labels: tuple[str, ...]  # what was chosen, in the reader's language; a date, a time, yes and no as keys
    said: Shown | None
    sensitive: bool
    share: str
    answered_at: datetime
    shared_at: datetime | None
    with_buddy: bool = False  # another parent helped to find the words


@dataclass(frozen=True)
class MessageView:
    """One message of a guardian's thread."""

    message_id: int
    author: str
    from_school: bool
    said: Shown
    made_at: datetime
    read_at: datetime | None
    answer_id: int | None = None  # which answer it is about, if the reader sees that answer
    asked: str = ""  # the question of that answer, in the reader's language


@dataclass(frozen=True)
class HelpView:
    """A guardian's wish for a person, paper or the phone."""

    wish_id: int
    kind: str
    asked_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class PartView:
    """One guardian's part: seen by that guardian and the school, never by another guardian."""

    person_id: int
    name: str
    relation: str
    authority: bool
    own: bool  # it is the reader's own part: then unshared answers are in it
    progress: str | None  # None: not for this reader
    withdrawn: bool  # only ever true for the guardian and the operator
    answers: tuple[AnswerView, ...]
    unshared: int | None  # how many answers exist that the school does not read; None: not for this reader
    messages: tuple[MessageView, ...]
    help_wishes: tuple[HelpView, ...]


@dataclass(frozen=True)
class CompanionView:
    """A buddy who has a place at a talk, as the guardian who wanted it and the school see it."""

    role: str
    name: str  # the first name


@dataclass(frozen=True)
class TalkView:
    """One talk."""

    conversation_id: int
    moment: str
    planned_at: datetime | None
    length_minutes: int
    place: str | None
    place_said: Shown | None
    goals: tuple[str, ...]
    goal_said: Shown | None
    people: tuple[str, ...]  # who will be there
    planned_people: tuple[str, ...]  # as the teacher planned it
    serious: tuple[str, ...]  # the teacher's mark
    companions: tuple[CompanionView, ...]  # never those of another guardian
    apart_with: int | None  # the guardian's person id; None: joint
    held_at: datetime | None
    cancelled_at: datetime | None


@dataclass(frozen=True)
class ConfirmationView:
    """Who stands behind a version; how they read it is None where that is not for this reader."""

    person_id: int
    name: str
    for_school: bool
    confirmed_at: datetime
    lapsed_at: datetime | None
    language: str | None
    words_shown: str | None
    origin: str | None
    understanding: str | None


@dataclass(frozen=True)
class RemarkView:
    """A teach-back or a wish for change."""

    remark_id: int
    name: str
    kind: str
    said: Shown
    made_at: datetime


@dataclass(frozen=True)
class OutcomeView:
    """How somebody says an agreement went."""

    outcome_id: int
    person_id: int
    name: str
    for_school: bool
    result: str
    said: Shown | None
    made_at: datetime
    stands: bool  # the same person said nothing else later


@dataclass(frozen=True)
class ChangeView:
    """What a version says differently, word by word: in the reader's language if both texts are, else as written."""

    language: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class VersionView:
    """One exact text of an agreement."""

    version_id: int
    number: int
    digest: str
    said: Shown
    owner: str
    due_on: date
    look_back_on: date
    written_by: str
    written_at: datetime
    confirmations: tuple[ConfirmationView, ...]
    remarks: tuple[RemarkView, ...]
    outcomes: tuple[OutcomeView, ...]  # oldest first
    change: ChangeView | None  # None: the first version, or the same words as before
    corrected: ChangeView | None = None  # the reader confirmed other words of the translation, which lapsed

    @property
    def views(self) -> tuple[OutcomeView, ...]:
        """What each side says now."""
        return tuple(one for one in self.outcomes if one.stands)


@dataclass(frozen=True)
class PartyView:
    """A guardian the agreement names."""

    person_id: int
    name: str
    confirmed: bool  # the current version


@dataclass(frozen=True)
class AgreementView:
    """One agreement with everything it ever said, oldest version first."""

    agreement_id: int
    state: str
    conversation_id: int | None  # None also where the talk is not for this reader
    parties: tuple[PartyView, ...]
    versions: tuple[VersionView, ...]
    made_at: datetime
    activated_at: datetime | None
    closed_at: datetime | None
    earlier_id: int | None = None  # last year's agreement that goes on here
    following_id: int | None = None  # next year's agreement in which this one goes on

    @property
    def current(self) -> VersionView:
        """The version that stands now."""
        return self.versions[-1]


@dataclass(frozen=True)
class AdditionView:
    """An addition, labelled as fact or view."""

    entry_id: int
    kind: str
    said: Shown
    author: str
    own: bool  # the reader wrote it and may remove it
    made_at: datetime


@dataclass(frozen=True)
class DraftView:
    """Words about the child exist that their author has not shared; only that they exist is shown."""

    author: str
    own: bool
    since: datetime
    kind: str = "words"  # words | teacher_preparation | report
    due_on: date | None = None  # the last day to share or delete it


@dataclass(frozen=True)
class TeacherAnswerView:
    """One answer of a teacher's preparation."""

    question: str  # the stable id
    keys: tuple[str, ...]
    said: Shown | None


@dataclass(frozen=True)
class TeacherPictureView:
    """What a teacher shared before the talk (001-p01)."""

    author_id: int
    author: str
    shared_at: datetime
    answers: tuple[TeacherAnswerView, ...]


@dataclass(frozen=True)
class GoalView:
    """A goal chosen together."""

    goal_id: int
    said: Shown
    made_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class ReportPartView:
    """One part of a report in own words."""

    kind: str
    said: Shown


@dataclass(frozen=True)
class ReactionView:
    """What a guardian answered to a report."""

    reaction_id: int
    name: str
    own: bool
    kind: str
    said: Shown | None
    made_at: datetime


@dataclass(frozen=True)
class ReleaseView:
    """The lead gave the report to a guardian without authority."""

    person_id: int
    name: str
    released_by: str
    reason: Shown
    released_at: datetime


@dataclass(frozen=True)
class ReportView:
    """A report with everything that was answered to it."""

    report_id: int
    conversation_id: int
    moment: str
    talked_at: datetime | None
    apart_with: int | None  # the guardian's person id; None: joint
    state: str
    parts: tuple[ReportPartView, ...]
    child_asked: bool
    goals: tuple[GoalView, ...]
    look_back_on: date | None
    look_back_moment: str | None
    shown_by: str
    shown_at: datetime
    final_at: datetime | None
    reactions: tuple[ReactionView, ...]
    releases: tuple[ReleaseView, ...]


@dataclass(frozen=True)
class ParentSideView:
    """What one guardian shared about a subject."""

    person_id: int
    name: str
    relation: str
    own: bool
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True)
class TeacherSideView:
    """What one teacher shared about a subject."""

    author: str
    shared_at: datetime
    answer: TeacherAnswerView


@dataclass(frozen=True)
class ThemeView:
    """One subject with both sides."""

    theme: str  # model.seen_differently.Theme.name
    parents: tuple[ParentSideView, ...]  # each apart
    teachers: tuple[TeacherSideView, ...]


@dataclass(frozen=True)
class NotedDifferenceView:
    """What a report says that was seen differently in the talk (BF03)."""

    report_id: int
    moment: str
    talked_at: datetime | None
    apart_with: int | None  # the guardian's person id; None: joint
    said: Shown
    noted_by: str


@dataclass(frozen=True)
class SeenDifferentlyView:
    """Two sides beside each other; nothing here says who differs."""

    themes: tuple[ThemeView, ...] = ()
    noted: tuple[NotedDifferenceView, ...] = ()  # newest first


@dataclass(frozen=True)
class LookView:
    """Somebody opened a page about the child."""

    viewer: str
    own: bool
    as_staff: bool
    what: str
    looked_at: datetime


@dataclass(frozen=True)
class DossierView:
    """Everything about a child that this reader may see, in one order (004-dossier-3)."""

    child_id: int
    first_name: str
    grade: int
    group: str
    language: str  # of the reader
    as_staff: bool
    joint: bool  # whether the joint part is for this reader (no: a guardian without authority)
    parts: tuple[PartView, ...]
    talks: tuple[TalkView, ...]
    agreements: tuple[AgreementView, ...]
    additions: tuple[AdditionView, ...]
    drafts: tuple[DraftView, ...]
    looks: tuple[LookView, ...]
    teacher: tuple[TeacherPictureView, ...]
    reports: tuple[ReportView, ...]
    goals: tuple[GoalView, ...]
    seen_differently: SeenDifferentlyView = SeenDifferentlyView()


def answer(eyes: Eyes, script: Script, one: Answer) -> AnswerView:
    """The answer with its question and labels in the reader's language."""
    question = script.question(one.question)
    return AnswerView(
        answer_id=one.id,
        question=one.question,
        kind=question.answer.value if question else AnswerKind.TEXT.value,
        asked=script.text(eyes.language, one.question, Part.ASK),
        choices=tuple(one.choices),
        labels=tuple(
            script.text(eyes.language, one.question, Part.LABEL, key) or key
            for key in one.choices
            if key != OTHER
        ),
        said=eyes.shown(one.saying) if one.saying else None,
        sensitive=one.sensitive,
        share=one.share,
        answered_at=one.answered_at,
        shared_at=one.shared_at,
        with_buddy=one.with_buddy,
    )


def message(eyes: Eyes, one: Message, answers: Iterable[AnswerView] = ()) -> MessageView:
    """The message in the reader's language, with the answer it is about if that is among those the reader sees."""
    about = next((answer for answer in answers if answer.answer_id == one.answer_id), None)
    return MessageView(
        message_id=one.id,
        author=one.author.name,
        from_school=one.from_school,
        said=eyes.shown(one.saying),
        made_at=one.made_at,
        read_at=one.read_at,
        answer_id=about.answer_id if about else None,
        asked=about.asked if about else "",
    )


def talk(eyes: Eyes, one: Conversation, confirmed: Sequence[TalkCompanion]) -> TalkView:
    """The talk in the reader's language, with the buddies who have a place at it."""
    return TalkView(
        conversation_id=one.id,
        moment=one.moment,
        planned_at=one.planned_at,
        length_minutes=one.length_minutes,
        place=one.place,
        place_said=eyes.shown(one.place_saying) if one.place_saying else None,
        goals=tuple(one.goals),
        goal_said=eyes.shown(one.goal_saying) if one.goal_saying else None,
        people=tuple(companions.in_the_room(one, confirmed)),
        planned_people=tuple(one.people),
        serious=tuple(one.serious),
        companions=tuple(
            CompanionView(place.role, place.match.buddy.first_name)
            for place in confirmed
            if eyes.may_read(Subject.COMPANION, place.match.asker_id)
        ),
        apart_with=one.guardian_id,
        held_at=one.held_at,
        cancelled_at=one.cancelled_at,
    )


def agreement(eyes: Eyes, one: Agreement, missing: Iterable[Person], talk_ids: set[int]) -> AgreementView:
    """The agreement as this reader sees it; `missing` has to confirm, `talk_ids` the reader may know."""
    missing_ids = {person.id for person in missing}
    return AgreementView(
        agreement_id=one.id,
        state=one.state,
        conversation_id=one.conversation_id if one.conversation_id in talk_ids else None,
        parties=tuple(
            PartyView(party.person_id, party.person.name, party.person_id not in missing_ids)
            for party in one.parties
        ),
        versions=tuple(
            _version(eyes, version, before)
            for before, version in zip([None, *one.versions], one.versions, strict=False)
        ),
        made_at=one.made_at,
        activated_at=one.activated_at,
        closed_at=one.closed_at,
        earlier_id=one.earlier_id,
    )


def _version(eyes: Eyes, one: AgreementVersion, before: AgreementVersion | None) -> VersionView:
    return VersionView(
        version_id=one.id,
        number=one.number,
        digest=one.digest,
        said=eyes.shown(one.saying),
        owner=one.owner,
        due_on=one.due_on,
        look_back_on=one.look_back_on,
        written_by=one.written_by.name,
        written_at=one.written_at,
        confirmations=tuple(_confirmation(eyes, confirmation) for confirmation in one.confirmations),
        remarks=tuple(
            RemarkView(
                remark.id,
                remark.person.name,
                remark.kind,
                eyes.shown(remark.saying),
                remark.made_at,
            )
            for remark in one.remarks
        ),
        outcomes=_outcomes(eyes, one),
        change=_change(eyes, before, one) if before else None,
        corrected=_corrected(eyes, one),
    )


def _corrected(eyes: Eyes, one: AgreementVersion) -> ChangeView | None:
    """What is different since the reader confirmed this version in words that were corrected since."""
    lapsed = agreement_words.lapsed_by_correction(one, eyes.reader.id) if eyes.reader else None
    now = eyes.shown(one.saying)
    if lapsed is None or now.words is None:
        return None
    return ChangeView(lapsed.language, tuple(difference(lapsed.words_shown, now.words)))


def _outcomes(eyes: Eyes, version: AgreementVersion) -> tuple[OutcomeView, ...]:
    standing = {one.id for one in looking_back.standing(version)}
    return tuple(_outcome(eyes, one, stands=one.id in standing) for one in version.outcomes)


def _outcome(eyes: Eyes, one: AgreementOutcome, *, stands: bool) -> OutcomeView:
    return OutcomeView(
        outcome_id=one.id,
        person_id=one.person_id,
        name=one.person.name,
        for_school=one.for_school,
        result=one.result,
        said=eyes.shown(one.saying) if one.saying else None,
        made_at=one.made_at,
        stands=stands,
    )


def _change(eyes: Eyes, before: AgreementVersion, now: AgreementVersion) -> ChangeView | None:
    if before.saying_id == now.saying_id:
        return None
    old, new = eyes.shown(before.saying), eyes.shown(now.saying)
    if old.words is not None and new.words is not None:
        return ChangeView(eyes.language, tuple(difference(old.words, new.words)))
    return ChangeView(new.original_language, tuple(difference(old.original, new.original)))


def _confirmation(eyes: Eyes, one: Confirmation) -> ConfirmationView:
    how = eyes.knows_how(one)
    return ConfirmationView(
        person_id=one.person_id,
        name=one.person.name,
        for_school=one.for_school,
        confirmed_at=one.confirmed_at,
        lapsed_at=one.lapsed_at,
        language=one.language if how else None,
        words_shown=one.words_shown if how else None,
        origin=one.origin if how else None,
        understanding=one.understanding if how else None,
    )
