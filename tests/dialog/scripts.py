"""Small scripts that the engine tests play."""

from bot.dialog.script import AnswerKind, Choice, Condition, Part, Question, Script, place

CHILD = Question("who", AnswerKind.TEXT, words=True, voice=True, sensitive=True)
LIKES = Question(
    "likes",
    AnswerKind.SEVERAL,
    choices=(Choice("outside"), Choice("reading"), Choice("music")),
    most=2,
    other=True,
    words=True,
    voice=True,
)
GLAD = Question("glad", AnswerKind.SCALE, choices=(Choice("often"), Choice("rarely")))
HELP = Question("help", AnswerKind.YES_NO, choices=(Choice("yes"), Choice("no")))
WHICH_HELP = Question(
    "which_help", AnswerKind.TEXT, words=True, when=(Condition("answer", "help", ("yes",)),)
)
SCHOOL = Question(
    "school",
    AnswerKind.CHOICE,
    choices=(Choice("now"), Choice("later")),
    other=True,
    words=True,
    when=(Condition("fact", "grade", ("5", "6", "7", "8")),),
)
DAY = Question("day", AnswerKind.DATE)
HOUR = Question("hour", AnswerKind.TIME)

LABELS = {
    "nl": {"outside": "Buiten spelen", "reading": "Lezen", "music": "Muziek", "yes": "Ja", "no": "Nee"},
    "pl": {
        "outside": "Zabawa na dworze",
        "reading": "Czytanie",
        "music": "Muzyka",
        "yes": "Tak",
        "no": "Nie",
    },
}


def script(*questions: Question) -> Script:
    """A Dutch script with Polish labels, of these questions or of one of every kind."""
    asked = questions or (CHILD, LIKES, GLAD, HELP, WHICH_HELP, SCHOOL, DAY, HOUR)
    texts = {
        language: {
            place(question.id, Part.LABEL, choice.key): labels.get(choice.key, choice.key)
            for question in asked
            for choice in question.choices
        }
        for language, labels in LABELS.items()
    }
    return Script("begin", "nl", "guardian", "child", 10, asked, texts)
