"""Reads one dialog.yaml: the script in its source language and its sentences, or what is wrong, by line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.problems import did_you_mean
from bot.content.reachability import FACTS, reachable, without_questions
from bot.content.yaml_files import Report, Table, Written, read
from bot.dialog.script import (
    MOST_CHOICES,
    MOST_KEY_CHARS,
    MOST_LABEL_CHARS,
    MOST_QUESTIONS,
    MOST_TEXT_CHARS,
    NO,
    OTHER,
    YES,
    AnswerKind,
    Choice,
    Condition,
    Part,
    Question,
    Script,
)

MAX_MINUTES = 60
MAX_TITLE_CHARS = 60
_KEY = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{MOST_KEY_CHARS - 1}}}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_WITH_CHOICES = (AnswerKind.CHOICE, AnswerKind.SEVERAL, AnswerKind.SCALE, AnswerKind.YES_NO)


@dataclass(frozen=True)
class Sentence:
    """One text of a dialog file and where it stands."""

    text: str
    dialog: str
    question: str  # '' for title and intro
    part: Part
    choice: str
    language: str
    file: str
    line: int
    location: str  # as it stands in the catalogues
    shipped: bool

    @property
    def context(self) -> str:
        """What tells apart equal sentences: the dialog and the question."""
        return f"{self.dialog}.{self.question}" if self.question else self.dialog


@dataclass
class DialogFile:
    """One file while it is read: what was found in it so far."""

    path: Path
    shipped: bool
    report: Report
    language: str = ""
    dialog: str = ""
    sentences: list[Sentence] = field(default_factory=list)

    def take(
        self, table: Table, name: str, part: Part, question: str = "", *, max_chars: int, needed: bool = False
    ) -> Written | None:
        """The text, remembered if it is there and right."""
        written = table.text(name, max_chars=max_chars, needed=needed)
        if written is None:
            return None
        choice = name if part is Part.LABEL else ""
        location = "/".join(self.path.parts[-3:])
        self.sentences.append(
            Sentence(
                text=written.text,
                dialog=self.dialog,
                question=question,
                part=part,
                choice=choice,
                language=self.language,
                file=self.report.file,
                line=written.line,
                location=location,
                shipped=self.shipped,
            )
        )
        return written


def read_script(file: DialogFile) -> Script | None:
    """The script in its source language without texts, or None when the file has a problem."""
    table = read(file.path, file.report)
    if table is None:
        return None
    file.dialog = _id(table, file.report) or ""
    if file.dialog and file.dialog != file.path.parent.name:
        hint = f"name the folder '{file.dialog}', or the dialog '{file.path.parent.name}'"
        file.report.add(table.line_of("id"), "the id is not the name of its folder", hint)
    language = table.text("language", max_chars=MOST_KEY_CHARS, needed=True)
    if language and not _LANGUAGE.fullmatch(language.text):
        file.report.add(language.line, "this is not the code of a language", "write for example: nl")
    file.language = language.text if language else ""
    file.take(table, "title", Part.TITLE, max_chars=MAX_TITLE_CHARS, needed=True)
    file.take(table, "intro", Part.INTRO, max_chars=MOST_TEXT_CHARS)
    for_whom = table.word("for", ("guardian", "teacher")) or ""
    about = table.word("about", ("child",)) or ""
    minutes = table.number("minutes", at_least=1, at_most=MAX_MINUTES, needed=True) or 0
    questions = _questions(table, file)
    table.close()
    if file.report.problems:
        return None
    return Script(file.dialog, file.language, for_whom, about, minutes, questions)


def _questions(table: Table, file: DialogFile) -> tuple[Question, ...]:
    entries = table.tables("questions")
    if len(entries) > MOST_QUESTIONS:
        file.report.add(entries[0].line, "there are too many questions", f"at most {MOST_QUESTIONS}")
    ids = [_id(entry, file.report) for entry in entries]
    earlier: dict[str, Question] = {}
    for number, (entry, question_id) in enumerate(zip(entries, ids, strict=True)):
        if question_id in earlier:
            file.report.add(entry.line_of("id"), f"the id '{question_id}' is used twice", "choose another id")
        name = question_id or ""
        question = _question(entry, name, file, earlier, later=ids[number + 1 :])
        entry.close()
        if question is not None and name:
            earlier.setdefault(name, question)
    questions = tuple(earlier.values())
    if questions and not file.report.problems and (empty := without_questions(questions)):
        child = ", ".join(f"{name} {value}" for name, value in empty[0].items())
        hint = f"add a question without 'when', or one for {child}"
        file.report.add(table.line_of("questions"), "some children are asked nothing at all", hint)
    return questions


def _question(
    entry: Table,
    question_id: str,
    file: DialogFile,
    earlier: Mapping[str, Question],
    later: Sequence[str | None],
) -> Question | None:
    for part in (Part.ASK, Part.EXAMPLE, Part.WHY, Part.HINT):
        file.take(entry, part.value, part, question_id, max_chars=MOST_TEXT_CHARS, needed=part is Part.ASK)
    kind = entry.word("answer", [known.value for known in AnswerKind])
    voice = entry.flag("voice", otherwise=False)
    sensitive = entry.flag("sensitive", otherwise=False)
    other = entry.flag("other", otherwise=False)
    words = entry.flag("words", otherwise=kind == AnswerKind.TEXT or other or voice)
    when = _conditions(entry, file.report, earlier, later)
    choices = _choices(entry, question_id, file)
    most = entry.number("most", at_least=1, at_most=MOST_CHOICES + 1)
    if kind is None:
        return None
    question = Question(
        id=question_id,
        answer=AnswerKind(kind),
        choices=choices,
        most=most,
        other=other,
        words=words,
        voice=voice,
        sensitive=sensitive,
        when=when,
    )
    _fits(entry, question, file.report)
    if not file.report.problems and not reachable(question, earlier):
        hint = "its conditions can never hold together; change 'when'"
        file.report.add(entry.line_of("when"), f"the question '{question_id}' is never asked", hint)
    return question


def _fits(entry: Table, question: Question, report: Report) -> None:
    """Fields that contradict each other, and questions nobody could answer, are reported."""
    kind = question.answer
    keys = [choice.key for choice in question.choices]
    if kind not in _WITH_CHOICES and keys:
        hint = "take the choices away, or write 'answer: choice'"
        report.add(entry.line_of("choices"), f"'answer: {kind}' has no choices", hint)
    if kind is AnswerKind.YES_NO and set(keys) != {YES, NO}:
        hint = f"write under 'choices' the labels of '{YES}' and '{NO}'"
        report.add(entry.line_of("choices"), "a yes_no question has these two choices and no others", hint)
    elif kind in _WITH_CHOICES and len(question.keys) < 2:  # noqa: PLR2004
        report.add(
            entry.line_of("choices"), "there is nothing to choose", "write two or more lines 'key: Label'"
        )
    if question.other and kind not in (AnswerKind.CHOICE, AnswerKind.SEVERAL):
        hint = "take 'other' away, or write 'answer: choice' or 'answer: several'"
        report.add(entry.line_of("other"), f"'answer: {kind}' has no 'something else'", hint)
    if question.most is not None and kind is not AnswerKind.SEVERAL:
        report.add(entry.line_of("most"), f"'answer: {kind}' has no 'most'", "write 'answer: several'")
    elif question.most is not None and question.most > len(question.keys):
        report.add(entry.line_of("most"), "'most' is more than there are choices", "make it smaller")
    if kind is AnswerKind.TEXT and not question.words:
        report.add(entry.line_of("words"), "'answer: text' needs words", "take the line 'words' away")


def _choices(entry: Table, question_id: str, file: DialogFile) -> tuple[Choice, ...]:
    table = entry.table("choices")
    if table is None:
        return ()
    if len(table.names) > MOST_CHOICES:
        file.report.add(table.line, "there are too many choices", f"at most {MOST_CHOICES}")
    first_line: dict[str, int] = {}
    for key in table.names:
        if key == OTHER:
            file.report.add(table.line_of(key), f"'{OTHER}' is a fixed choice", "write 'other: true' instead")
        elif not _KEY.fullmatch(key):
            hint = f"use letters, digits, - and _; at most {MOST_KEY_CHARS}"
            file.report.add(table.line_of(key), f"'{key}' cannot be a key", hint)
        label = file.take(table, key, Part.LABEL, question_id, max_chars=MOST_LABEL_CHARS)
        if label is None:
            continue
        if label.text.casefold() in first_line:
            hint = f"line {first_line[label.text.casefold()]} has it too; choose other words"
            file.report.add(label.line, "two buttons say the same", hint)
        first_line[label.text.casefold()] = label.line
    return tuple(Choice(key) for key in table.names)


def _conditions(
    entry: Table, report: Report, earlier: Mapping[str, Question], later: Sequence[str | None]
) -> tuple[Condition, ...]:
    table = entry.table("when")
    if table is None:
        return ()
    facts = [Condition("fact", name, table.words(name, values)) for name, values in FACTS.items()]
    answers = table.table("answer")
    table.close()
    about_answers = _answer_conditions(answers, report, earlier, later) if answers else []
    return tuple(condition for condition in (*facts, *about_answers) if condition.any_of)


def _answer_conditions(
    table: Table, report: Report, earlier: Mapping[str, Question], later: Sequence[str | None]
) -> list[Condition]:
    conditions = []
    for name in table.names:
        asked = earlier.get(name)
        if asked is not None and asked.keys:
            conditions.append(Condition("answer", name, table.words(name, asked.keys)))
        elif asked is not None:
            hint = "name a question with buttons"
            report.add(table.line_of(name), f"'{name}' has no choices to look at", hint)
        elif name in later:
            report.add(table.line_of(name), f"'{name}' is asked later", "move it up, before this question")
        else:
            report.add(table.line_of(name), f"'{name}' is no earlier question", did_you_mean(name, earlier))
    return conditions


def _id(table: Table, report: Report) -> str | None:
    """The id, or None (and a problem)."""
    written = table.text("id", max_chars=MOST_TEXT_CHARS, needed=True)
    if written is None or _KEY.fullmatch(written.text):
        return written.text if written else None
    hint = f"use letters, digits, - and _; at most {MOST_KEY_CHARS}"
    report.add(written.line, f"'{written.text}' cannot be an id", hint)
    return None
