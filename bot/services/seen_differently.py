"""What a parent and the teacher say about the same subject, side by side; whether they differ people decide.

Made of what the reader sees already, so that it never shows more and asks the database nothing.
"""

from collections.abc import Sequence

from bot.model.preparation import Share
from bot.model.report import PartKind
from bot.model.seen_differently import THEMES, Theme
from bot.services import views


def side_by_side(
    parts: Sequence[views.PartView],
    teacher: Sequence[views.TeacherPictureView],
    reports: Sequence[views.ReportView],
) -> views.SeenDifferentlyView:
    """Each subject that both sides shared an answer about, and what talks noted as seen differently (BF03)."""
    return views.SeenDifferentlyView(
        themes=tuple(
            views.ThemeView(theme.name, parents, teachers)
            for theme in THEMES
            if (parents := _parents(parts, theme)) and (teachers := _teachers(teacher, theme))
        ),
        noted=tuple(
            views.NotedDifferenceView(
                report_id=report.report_id,
                moment=report.moment,
                talked_at=report.talked_at,
                apart_with=report.apart_with,
                said=part.said,
                noted_by=report.shown_by,
            )
            for report in reports
            for part in report.parts
            if part.kind == PartKind.SEEN_DIFFERENTLY.value
        ),
    )


def _parents(parts: Sequence[views.PartView], theme: Theme) -> tuple[views.ParentSideView, ...]:
    """Each guardian apart, with what the school may read of them; an own draft is no side yet."""
    found = []
    for part in parts:
        shared = {
            one.question: one
            for one in part.answers
            if one.share == Share.SHARED.value and not part.withdrawn and (one.labels or one.said)
        }
        answers = tuple(shared[question] for question in theme.parents if question in shared)
        if answers:
            found.append(views.ParentSideView(part.person_id, part.name, part.relation, part.own, answers))
    return tuple(found)


def _teachers(teacher: Sequence[views.TeacherPictureView], theme: Theme) -> tuple[views.TeacherSideView, ...]:
    """The newest answer of each teacher, for what was shared again stands in front."""
    found: dict[int, views.TeacherSideView] = {}
    for picture in teacher:
        for one in picture.answers:
            if one.question == theme.teacher and picture.author_id not in found:
                found[picture.author_id] = views.TeacherSideView(picture.author, picture.shared_at, one)
    return tuple(found.values())
