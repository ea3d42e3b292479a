"""What one reader sees of what the school says about a child: preparations, reports, goals, and that drafts exist."""

from sqlalchemy.orm import Session

from bot.model.access import Subject
from bot.model.conversation import Conversation
from bot.model.drafts import Draft
from bot.model.people import Child
from bot.model.report import Goal, Reaction, Report
from bot.model.teacher_preparation import ORDER, TeacherPreparation
from bot.services import drafts, report, teacher_preparation, views
from bot.services.tools import Tools
from bot.services.views import Eyes


def pictures(session: Session, child: Child, eyes: Eyes) -> tuple[views.TeacherPictureView, ...]:
    """What teachers shared before talks, newest first (001-p01)."""
    if not eyes.may_read(Subject.TEACHER_PREPARATION):
        return ()
    return tuple(_picture(eyes, one) for one in teacher_preparation.of_child(session, child))


def _picture(eyes: Eyes, one: TeacherPreparation) -> views.TeacherPictureView:
    said = {text.question: eyes.shown(text.saying) for text in one.texts}
    return views.TeacherPictureView(
        author_id=one.author_id,
        author=one.author.name,
        shared_at=one.shared_at,
        answers=tuple(
            views.TeacherAnswerView(name, tuple(one.choices.get(name, ())), said.get(name))
            for name in ORDER
            if name in said or one.choices.get(name)
        ),
    )


def goals(session: Session, child: Child, eyes: Eyes) -> tuple[views.GoalView, ...]:
    """The goals chosen together, in any talk, oldest first."""
    if not eyes.may_read(Subject.GOAL):
        return ()
    return tuple(_goal(eyes, one) for one in report.goals_of(session, child))


def _goal(eyes: Eyes, one: Goal) -> views.GoalView:
    return views.GoalView(one.id, eyes.shown(one.saying), one.made_at, one.closed_at)


def reports(session: Session, child: Child, eyes: Eyes) -> tuple[views.ReportView, ...]:
    """The reports this reader receives, newest first, each with what was answered to it."""
    return tuple(
        _report(session, eyes, one)
        for one in report.all_of_child(session, child)
        if eyes.reader is None or report.sees(eyes.relations, eyes.reader.id, one)
    )


def _report(session: Session, eyes: Eyes, one: Report) -> views.ReportView:
    talk = session.get_one(Conversation, one.conversation_id)
    joint = eyes.may_read(Subject.DOSSIER)
    return views.ReportView(
        report_id=one.id,
        conversation_id=one.conversation_id,
        moment=talk.moment,
        talked_at=talk.planned_at,
        apart_with=one.guardian_id,
        state=one.state.value,
        parts=tuple(views.ReportPartView(part.kind, eyes.shown(part.saying)) for part in one.parts),
        child_asked=one.child_asked,
        goals=tuple(_goal(eyes, goal) for goal in one.goals),
        look_back_on=one.look_back_on,
        look_back_moment=one.look_back_moment,
        shown_by=one.shown_by.name,
        shown_at=one.shown_at,
        final_at=one.final_at,
        reactions=tuple(
            _reaction(eyes, reaction)
            for reaction in one.reactions
            if joint or eyes.is_self(reaction.person_id)
        ),
        releases=tuple(
            views.ReleaseView(
                given.person_id,
                given.person.name,
                given.released_by.name,
                eyes.shown(given.reason),
                given.released_at,
            )
            for given in one.releases
            if joint
        ),
    )


def _reaction(eyes: Eyes, one: Reaction) -> views.ReactionView:
    return views.ReactionView(
        reaction_id=one.id,
        name=one.person.name,
        own=eyes.is_self(one.person_id),
        kind=one.kind,
        said=eyes.shown(one.saying) if one.saying else None,
        made_at=one.made_at,
    )


def drafts_begun(session: Session, tools: Tools, child: Child, eyes: Eyes) -> tuple[views.DraftView, ...]:
    """That forms were begun, by whom and since when; never a word of them (design promise 3)."""
    return tuple(
        views.DraftView(
            author=one.author.name,
            own=eyes.reader is not None and eyes.as_staff and eyes.reader.id == one.author_id,
            since=one.begun_at,
            kind=one.kind,
            due_on=drafts.due_on(tools, one),
        )
        for one in drafts.of_child(session, child)
        if _knows_of(eyes, one)
    )


def _knows_of(eyes: Eyes, draft: Draft) -> bool:
    """Of a talk held apart only that guardian and the school."""
    if draft.guardian_id is None:
        return eyes.may_read(Subject.DOSSIER)
    return eyes.may_read(Subject.OWN_CONVERSATION, draft.guardian_id)
