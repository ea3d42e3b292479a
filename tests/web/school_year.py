"""Things that happen at school before somebody opens the desk or the dossier, done through the services."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.dialog.inputs import Change, Say
from bot.dialog.state import State
from bot.model.agreements import Agreement, AgreementVersion
from bot.model.conversation import Conversation
from bot.model.dossier import Entry
from bot.model.drafts import DraftKind
from bot.model.messages import Message
from bot.model.people import Child, Person
from bot.model.preparation import Run
from bot.model.privacy import PassPurpose
from bot.model.report import Report
from bot.model.translation import Attachment, MediaState, Saying, Translation, TranslationState
from bot.services import (
    agreements,
    conversation,
    corrections,
    dossier,
    drafts,
    messages,
    passes,
    preparation,
    report,
    sayings,
)
from bot.services.tools import Tools
from bot.storage.database import Database

OGG = b"OggS" + bytes(range(200))


def prepare(
    session: Session,
    tools: Tools,
    guardian: Person,
    child: Child,
    answers: Mapping[str, str],
    *,
    share: bool = True,
    also_share: Iterable[str] = (),
) -> Run:
    """The guardian answered these questions in words; shared as the review does, and `also_share` one by one."""
    run = preparation.begin(session, tools, guardian, child).run
    for question, words in answers.items():
        preparation.advance(session, tools, guardian, run, Change(question))
        saying = sayings.keep(session, tools, guardian, words, child=child, language=guardian.language)
        preparation.advance(session, tools, guardian, run, Say(words), saying)
    session.flush()
    if share:
        preparation.share_all(session, tools, guardian, run)
    for question in also_share:
        answer = preparation.answer_to(run, question)
        assert answer is not None, State.from_json(run.state)
        preparation.share_one(session, tools, guardian, answer)
    session.flush()
    return run


def translate(session: Session, tools: Tools, saying: Saying, language: str, words: str, origin: str) -> None:
    """The saying can be read in this language."""
    for known in saying.translations:
        if known.language == language:
            known.words, known.origin, known.state = words, origin, TranslationState.DONE.value
            session.flush()
            return
    now = tools.clock.now()
    saying.translations.append(
        Translation(
            language=language,
            words=words,
            origin=origin,
            provider="somebody",
            state=TranslationState.DONE.value,
            attempts=0,
            asked_at=now,
            made_at=now,
        )
    )
    session.flush()


def correct(
    session: Session, tools: Tools, teacher: Person, saying: Saying, language: str, words: str
) -> None:
    """The teacher says how the translation should be."""
    found = corrections.find_in(session, tools, teacher, saying.id, language, as_staff=True)
    seen = sayings.mark_of(found.words)
    corrections.correct(session, tools, teacher, found, words, seen=seen, as_staff=True)
    session.flush()


def record(session: Session, tools: Tools, saying: Saying, content: bytes = OGG) -> Attachment:
    """A voice message came with the saying and has been fetched."""
    attachment = Attachment(
        saying_id=saying.id,
        kind="voice",
        media_type="audio/ogg",
        content=content,
        state=MediaState.READY.value,
        attempts=1,
        made_at=tools.clock.now(),
    )
    saying.attachments.append(attachment)
    session.flush()
    return attachment


def plan(
    session: Session,
    tools: Tools,
    teacher: Person,
    child: Child,
    *,
    at: datetime | None = None,
    guardian: Person | None = None,
    goal_words: str = "",
) -> Conversation:
    """A begin talk is planned, in a week unless told otherwise."""
    return conversation.plan(
        session,
        tools,
        teacher,
        child,
        moment="begin",
        planned_at=at or tools.clock.now() + timedelta(days=7),
        length_minutes=15,
        place="school",
        goals=["meet", "agreements"],
        people=["parents"],
        goal_words=goal_words,
        guardian=guardian,
    )


def propose(
    session: Session,
    tools: Tools,
    teacher: Person,
    child: Child,
    words: str,
    guardians: list[Person] | None = None,
) -> Agreement:
    """An agreement is proposed, ready in a month and looked back on a week later."""
    today = tools.clock.today()
    return agreements.propose(
        session,
        tools,
        teacher,
        child,
        words=words,
        owner="parents",
        due_on=today + timedelta(days=30),
        look_back_on=today + timedelta(days=37),
        guardians=guardians,
    )


def confirm(session: Session, tools: Tools, guardian: Person, version: AgreementVersion) -> None:
    """The guardian confirms the version; somebody explained it."""
    agreements.confirm(session, tools, guardian, version, version.digest, "explained")


def remark(
    session: Session,
    tools: Tools,
    guardian: Person,
    version: AgreementVersion,
    words: str,
    *,
    wish: bool = False,
) -> None:
    """The guardian says the agreement in own words, or wishes a change."""
    child = session.get_one(Child, version.agreement.child_id)
    saying = sayings.keep(session, tools, guardian, words, child=child, language=guardian.language)
    said = agreements.wish_change if wish else agreements.teach_back
    said(session, tools, guardian, version, saying)


def add(
    session: Session, tools: Tools, guardian: Person, child: Child, words: str, kind: str = "fact"
) -> Entry:
    """The guardian adds something to the dossier."""
    saying = sayings.keep(session, tools, guardian, words, child=child, language=guardian.language)
    return dossier.add(session, tools, guardian, child, saying, kind)


def write(
    session: Session, tools: Tools, author: Person, child: Child, guardian: Person, words: str
) -> Message:
    """A message stands in the guardian's thread."""
    saying = sayings.keep(session, tools, author, words, child=child, language=author.language)
    return messages.write(session, tools, author, child, guardian, saying)


def pass_for(database: Database, tools: Tools, person: Person, purpose: PassPurpose) -> str:
    """A one-time link's token."""
    with database.writing() as session:
        return passes.issue(session, tools, session.get_one(Person, person.id), purpose)


def show_report(
    session: Session, tools: Tools, teacher: Person, child: Child, *, apart_with: Person | None = None
) -> Report:
    """A talk was held, and its report with one goal was shown to the parents."""
    talk = plan(session, tools, teacher, child, guardian=apart_with)
    form = drafts.Form(child, DraftKind.REPORT, talk)
    drafts.write(session, tools, teacher, form, "parents_story", "Kuba vertelt thuis veel.", 0)
    filled = report.Filled(
        parts={"parents_story": "Kuba vertelt thuis veel.", "teacher_sees": "Kuba kiest zelf een boek."},
        child_asked=False,
        goals=["Kuba durft hulp te vragen."],
        agreements=[],
        look_back_on=None,
    )
    seen = drafts.fingerprint(drafts.find(session, tools, teacher, form))
    return report.show(session, tools, teacher, talk, filled, seen)


def begin_forms(session: Session, tools: Tools, teacher: Person, child: Child, talk: Conversation) -> None:
    """The teacher has typed a preparation, and a report of the talk that could be shown."""
    due = (tools.clock.today() + timedelta(days=30)).isoformat()
    typed = {
        "parents_story": "Kuba vertelt thuis veel.",
        "teacher_sees": "Kuba kiest altijd zelf een boek.",
        "child_asked": "not_asked",
        "goal_1": "Kuba vraagt om hulp.",
        "agreement_1_words": "We lezen samen.",
        "agreement_1_owner": "parents",
        "agreement_1_due_on": due,
        "look_back_on": due,
    }
    preparation_form = drafts.Form(child, DraftKind.PREPARATION)
    drafts.write(session, tools, teacher, preparation_form, "BL01", ["parents"], 0)
    drafts.write(session, tools, teacher, preparation_form, "BL02", "Kuba luistert goed.", 0)
    for name, content in typed.items():
        drafts.write(session, tools, teacher, drafts.Form(child, DraftKind.REPORT, talk), name, content, 0)
