"""The commands, as an operator types them."""

import atexit
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from bot.cli import main
from bot.cli.people import ROSTER_SENTENCES
from bot.content.catalogues import CHAT_SOURCE, SHIPPED_LANGUAGES
from bot.model.clock import Clock
from bot.model.errors import DomainError
from bot.model.people import Guardianship, Invitation, Person
from bot.services import invitations, passes, people
from bot.services.roster import Reason
from bot.services.tools import Tools
from bot.storage import migrations
from bot.storage.database import Database
from tests.cast import DEMO_ROSTER, tools_for
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.log_watch import WATCH
from tests.recordings import record
from tests.storage.postgres import fresh_database

ROOT = Path(__file__).resolve().parent.parent
WITHIN_S = 20.0


@dataclass(frozen=True)
class Terminal:
    """An operator at a school: an environment, and what the commands print."""

    capture: pytest.CaptureFixture[str]
    environment: dict[str, str]

    @property
    def data_dir(self) -> Path:
        """Where the school's data stand."""
        return Path(self.environment["DATA_DIR"])

    def type(self, *arguments: object, **more: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of one command."""
        code = main([str(argument) for argument in arguments], self.environment | more)
        printed = self.capture.readouterr()
        assert "Traceback" not in printed.err
        return code, printed.out, printed.err

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The school's database."""
        with closing(Database(f"sqlite:///{self.data_dir / 'oudergesprek.db'}")) as database:
            yield database


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """A school that has nothing yet."""
    return Terminal(capsys, {"DATA_DIR": str(tmp_path / "data"), "PUBLIC_URL": "https://praat.example"})


def languages_are_on(folder: Path) -> Path:
    """The data folder of a school whose lead switched on the languages of the cast."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    shutil.copy(DEMO_ROSTER.parent / "school.yaml", data)
    return data


@cache
def imported() -> Path:
    """The folder of a school with its roster imported, made once in a process; for copying only."""
    folder = Path(tempfile.mkdtemp(prefix="oudergesprek-imported-"))
    atexit.register(shutil.rmtree, folder)
    environment = {"DATA_DIR": str(languages_are_on(folder)), "PUBLIC_URL": "https://praat.example"}
    with redirect_stdout(StringIO()):
        assert main(["import", str(DEMO_ROSTER)], environment) == 0
    return folder / "data"


@pytest.fixture
def school(terminal: Terminal) -> Terminal:
    """A school with its roster imported."""
    shutil.copytree(imported(), terminal.data_dir)
    return terminal


def test_importing_a_roster(terminal: Terminal) -> None:
    """The first import lists everything it adds, the second changes nothing; the data are the owner's only."""
    code, out, err = terminal.type("import", DEMO_ROSTER)
    assert code == 0
    assert "of the roster 2 would read it" in err
    assert "added: guardian p-pieter of child k-kuba (father, authority yes)" in out.splitlines()
    assert out.endswith("24 changes.\n")
    assert terminal.data_dir.stat().st_mode & 0o077 == 0
    assert terminal.type("import", DEMO_ROSTER)[:2] == (0, "Nothing changed.\n")


def test_a_language_of_the_roster_that_is_off(terminal: Terminal) -> None:
    """The operator reads what to write in school.yaml; from the next command on people read their own language."""
    terminal.type("import", DEMO_ROSTER)
    assert _language_of(terminal, "p-agnieszka") == ("nl", "pl")
    err = terminal.type("import", DEMO_ROSTER)[2]
    assert err.splitlines()[-1].startswith(
        "To switch on what people read, write in school.yaml: languages: [nl, pl"
    )
    shutil.copy(DEMO_ROSTER.parent / "school.yaml", terminal.data_dir)
    code, _out, err = terminal.type("import", DEMO_ROSTER)
    assert (code, "Polski" in err) == (0, False)
    assert _language_of(terminal, "p-agnieszka") == ("pl", None)
    (terminal.data_dir / "school.yaml").unlink()
    terminal.type("invitations")
    assert _language_of(terminal, "p-agnieszka") == ("nl", "pl")


def _language_of(terminal: Terminal, roster_id: str) -> tuple[str, str | None]:
    with terminal.database() as database, database.reading() as session:
        person = people.by_roster_id(session, roster_id)
        return person.language, person.wished_language


def test_counting_the_texts_of_each_language(terminal: Terminal) -> None:
    """A table of the shipped languages, and how the lead switches one on (004-language-threat)."""
    code, out, _ = terminal.type("check", "--languages")
    heads, *rows = [line.split() for line in out.splitlines() if "school.yaml" not in line]
    assert code == 0
    assert heads == ["texts", "complete", "fresh", "reviewed", "approved", "on"]
    assert [row[0] for row in rows] == list(SHIPPED_LANGUAGES)
    assert [row[-1] for row in rows] == ["yes", *["no"] * (len(rows) - 1)]
    for row in rows:
        texts, complete, fresh, reviewed = map(int, row[2:6])
        assert texts > 1300
        assert reviewed <= fresh <= complete <= texts
    assert "languages: [nl, pl]" in out


def test_importing_changes(school: Terminal, tmp_path: Path) -> None:
    """What changes is listed before and after; missing rows end nothing until that is asked."""
    lines = DEMO_ROSTER.read_text().replace("father,yes", "father,no").splitlines(keepends=True)
    file = tmp_path / "new.csv"
    file.write_text("".join(line for line in lines if "p-ewa" not in line))
    assert school.type("import", file)[1].splitlines() == [
        "changed: guardian p-pieter of child k-kuba: authority: yes -> no",
        "1 change.",
    ]
    assert school.type("import", file, "--end-missing")[1].splitlines() == [
        "ended: guardian p-ewa of child k-lena",
        "1 change.",
    ]
    with school.database() as database, database.reading() as session:
        ended = session.scalars(select(Guardianship).where(Guardianship.ended_at.is_not(None))).one()
        assert ended.person.roster_id == "p-ewa"


def test_a_roster_with_mistakes_is_not_imported_at_all(terminal: Terminal, tmp_path: Path) -> None:
    """Every bad row is told with file, line and reason, and the good ones are not imported either."""
    text = DEMO_ROSTER.read_text().replace(",3,k-kuba", ",9,k-kuba").replace(",lead,", ",head,")
    file = tmp_path / "bad.csv"
    file.write_text(text)
    code, out, err = terminal.type("import", file)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        f"{file}:2: grade: use a number from 1 to 8",
        f"{file}:3: grade: use a number from 1 to 8",
        f"{file}:9: role: use guardian, teacher, lead or coordinator",
        "Nothing was imported.",
    ]
    assert not terminal.data_dir.exists()


def test_a_contradiction_names_both_lines(terminal: Terminal, tmp_path: Path) -> None:
    """The operator sees which two rows to look at."""
    file = tmp_path / "bad.csv"
    text = DEMO_ROSTER.read_text()
    file.write_text(text.replace("k-zosia,Zosia,p-agnieszka,Agnieszka", "k-zosia,Zosia,p-agnieszka,Aga"))
    assert f"{file}:4: person_name: this contradicts another row (line 2)" in terminal.type("import", file)[2]


def test_every_reason_has_its_sentence() -> None:
    """No mistake in a roster is without words."""
    assert set(ROSTER_SENTENCES) == set(Reason)
    assert len(set(ROSTER_SENTENCES.values())) == len(Reason)


def test_invitations_as_json(school: Terminal) -> None:
    """For each person who has not joined: id, role, language, and a link per configured door."""
    code, out, err = school.type("invitations", "--format", "json")
    assert (code, err) == (0, "")
    found = {entry["person"]: entry for entry in json.loads(out)}
    assert {person: (entry["role"], entry["language"]) for person, entry in found.items()} == {
        "p-agnieszka": ("guardian", "pl"),
        "p-ewa": ("guardian", "pl"),
        "p-pieter": ("guardian", "nl"),
        "p-selam": ("guardian", "ti"),
        "s-hanneke": ("lead", "nl"),
        "s-joris": ("teacher", "nl"),
        "s-karin": ("coordinator", "nl"),
        "s-marieke": ("teacher", "nl"),
    }
    for entry in found.values():
        assert set(entry) == {"person", "role", "language", "telegram", "web"}
        assert entry["telegram"] is None
        assert re.fullmatch(r"https://praat\.example/i/[\w-]{32}", entry["web"])


def tokens(terminal: Terminal, *more: str) -> dict[str, str]:
    """Fresh tokens by person."""
    out = terminal.type("invitations", "--format", "json", *more)[1]
    return {entry["person"]: entry["web"].rpartition("/")[2] for entry in json.loads(out)}


def usable(terminal: Terminal, tools: Tools, token: str) -> bool:
    """Whether the token would open a door."""
    with terminal.database() as database, database.reading() as session:
        try:
            return invitations.person_of(session, tools, token) is not None
        except DomainError:
            return False


@pytest.fixture
def now() -> Tools:
    """The tools with the real clock, as the commands have it."""
    return tools_for(Clock())


def test_fresh_links_leave_earlier_ones_valid_until_replaced(school: Terminal, now: Tools) -> None:
    """Two calls make two good links; --replace leaves only its own."""
    first, second = tokens(school), tokens(school)
    assert all(usable(school, now, made["p-pieter"]) for made in (first, second))
    third = tokens(school, "--replace")
    assert [usable(school, now, made["p-pieter"]) for made in (first, second, third)] == [False, False, True]


def test_who_joined_gets_no_link(school: Terminal, now: Tools) -> None:
    """After the first use that person is not in the list any more; when all joined, that is said."""
    made = tokens(school)
    with school.database() as database, database.writing() as session:
        invitations.use(session, now, made["p-pieter"], "web", "chat-1")
    assert set(tokens(school)) == set(made) - {"p-pieter"}
    with school.database() as database, database.writing() as session:
        for number, person in enumerate(people.not_joined(session)):
            people.open_door(session, now, person, "web", f"chat-{number + 2}")
    assert school.type("invitations") == (0, "", "Everybody has joined.\n")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"])
def test_links_that_no_phone_can_open(school: Terminal, address: str) -> None:
    """The operator is told before the letters are in the schoolbags; the links are made all the same."""
    code, out, err = school.type("invitations", "--format", "json", PUBLIC_URL=address)
    assert code == 0
    assert json.loads(out)[0]["web"].startswith(address)
    assert err.startswith("PUBLIC_URL")
    assert len(err.splitlines()) == 1


def test_invitations_as_text(school: Terminal) -> None:
    """One line for the person and one for each link."""
    lines = school.type("invitations")[1].splitlines()
    assert lines[0] == "p-agnieszka\tAgnieszka Nowak\tguardian\tpl"
    assert lines[1].startswith("\thttps://praat.example/i/")
    assert len(lines) == 16


def test_letters(school: Terminal, now: Tools) -> None:
    """One file with a page for each guardian, readable by its owner only; its links work."""
    file = school.data_dir / "letters.html"
    code, out, err = school.type("letters", file)
    assert (code, err) == (0, "")
    assert str(file) in out
    assert file.stat().st_mode & 0o077 == 0
    text = file.read_text()
    assert text.count('<section class="letter">') == 4
    found = re.findall(r"https://praat\.example/i/([\w-]+)", text)
    assert len(found) == 4
    assert all(usable(school, now, token) for token in found)


def test_letters_that_cannot_be_written(school: Terminal, tmp_path: Path) -> None:
    """The file is named in one sentence, and no invitation is left over that nobody holds."""
    file = tmp_path / "no" / "letters.html"
    assert school.type("letters", file) == (2, "", f"{file}: No such file or directory.\n")
    with school.database() as database, database.reading() as session:
        assert session.scalar(select(func.count(Invitation.id))) == 0


@pytest.mark.parametrize(
    ("person", "purpose"), [("s-marieke", "desk"), ("s-hanneke", "desk"), ("p-agnieszka", "dossier")]
)
def test_signing_in(school: Terminal, now: Tools, person: str, purpose: str) -> None:
    """Staff get a link to the desk, guardians one to the dossier; standard output is the link alone."""
    code, out, err = school.type("sign-in", person)
    assert (code, err) == (0, "The link works once, within 10 minutes.\n")
    token = out.strip().removeprefix("https://praat.example/in/")
    with school.database() as database, database.writing() as session:
        _, found = passes.exchange(session, now, token, purpose)
        assert session.get_one(Person, found.person_id).roster_id == person


def test_signing_in_without_a_right_to_it(school: Terminal, tmp_path: Path) -> None:
    """An unknown person and one whose role ended are refused in one sentence."""
    code, out, err = school.type("sign-in", "nobody")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    file = tmp_path / "fewer.csv"
    lines = DEMO_ROSTER.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "s-joris" not in line))
    school.type("import", file, "--end-missing")
    assert school.type("sign-in", "s-joris") == (2, "", "This person has no role at the school any more.\n")


def test_exporting(school: Terminal) -> None:
    """As data and as a page, for the operator and for each person what that person may see."""
    parts = {}
    for reader in ("p-agnieszka", "p-pieter", "s-marieke"):
        code, out, err = school.type("export", "--child", "k-kuba", "--for", reader)
        assert (code, err) == (0, "")
        parts[reader] = {part["name"] for part in json.loads(out)["parts"]}
    assert parts == {
        "p-agnieszka": {"Agnieszka Nowak"},
        "p-pieter": {"Pieter de Vries"},
        "s-marieke": {"Agnieszka Nowak", "Pieter de Vries"},
    }
    assert json.loads(school.type("export", "--child", "k-kuba")[1])["first_name"] == "Kuba"
    page = school.type("export", "--child", "k-kuba", "--for", "p-agnieszka", "--format", "html")[1]
    assert page.startswith("<!doctype html>")
    assert '<html lang="pl" dir="ltr">' in page
    assert "Pieter" not in page


def test_exporting_tells_nothing_to_others(school: Terminal) -> None:
    """A child or person that does not exist, and a person who may not see the child: the same sentence."""
    told = {
        school.type("export", "--child", child, "--for", reader)
        for child, reader in (("k-kuba", "p-ewa"), ("k-kuba", "nobody"), ("nothing", "p-agnieszka"))
    }
    told.add(school.type("export", "--child", "nothing"))
    assert told == {(2, "", "Nobody and nothing is known here by this id, or this person may not see it.\n")}


def test_checking_what_is_shipped(terminal: Terminal) -> None:
    """Everything that is shipped is complete; notes stop nothing."""
    code, out, err = terminal.type("check")
    assert (code, err) == (0, "")
    assert out.endswith("Everything is complete.\n")


def test_checking_a_schools_own_files(terminal: Terminal, tmp_path: Path) -> None:
    """A broken dialog and a wrong school.yaml are told with file and line, and the exit code says so."""
    dialogs = tmp_path / "dialogs"
    (dialogs / "begin").mkdir(parents=True)
    (dialogs / "begin" / "dialog.yaml").write_text("id: begin\nquestions: 7\n")
    terminal.data_dir.mkdir()
    (terminal.data_dir / "school.yaml").write_text("quiet: yes\n")
    code, out, err = terminal.type("check", DIALOGS_DIR=str(dialogs))
    assert (code, err) == (1, "")
    assert re.search(rf"^{re.escape(str(dialogs))}/begin/dialog\.yaml:\d+: ", out, re.MULTILINE)
    assert re.search(rf"^{re.escape(str(terminal.data_dir))}/school\.yaml:\d+: ", out, re.MULTILINE)
    assert re.search(r"^[1-9]\d* to mend\.$", out, re.MULTILINE)


def test_listing_what_is_not_recorded(terminal: Terminal, tmp_path: Path) -> None:
    """Who reads questions aloud for the school sees what is left; that it is not recorded is nothing wrong."""
    dialogs = record(tmp_path / "dialogs", "pl", "BO01", "BO02")
    code, out, err = terminal.type("check", "--audio", DIALOGS_DIR=str(dialogs))
    without, plain, _ = terminal.type("check", DIALOGS_DIR=str(dialogs))
    assert (code, err) == (without, "")
    assert re.search(r"^recordings of 'begin' in nl: 0 of \d+; missing: BO01, BO02, ", out, re.MULTILINE)
    assert re.search(r"^recordings of 'begin' in pl: 2 of \d+; missing: BO03, ", out, re.MULTILINE)
    assert "recordings of" not in plain


def test_measuring_how_plain_the_dutch_is(terminal: Terminal) -> None:
    """Figures, and how to see rare words; what is not plain is noted and stops nobody."""
    code, out, _ = terminal.type("check", "--plain")
    assert code == (0 if out.endswith("Everything is complete.\n") else 1)
    assert re.search(r"^words in a sentence, on average +\d\.\d$", out, re.MULTILINE)
    assert re.search(r"^rare words +(not known|\d+\.\d %)$", out, re.MULTILINE)


def test_a_broken_dialog_stops_every_command(terminal: Terminal, tmp_path: Path) -> None:
    """The start stops with file, line and hint."""
    (tmp_path / "dialogs" / "begin").mkdir(parents=True)
    file = tmp_path / "dialogs" / "begin" / "dialog.yaml"
    file.write_text("id: [begin\n")
    code, out, err = terminal.type("invitations", DIALOGS_DIR=str(tmp_path / "dialogs"))
    assert (code, out) == (2, "")
    assert f"{file}:" in err
    assert len(err.splitlines()) == 1


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program that may be written in."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("bot", "dialogs", "locales"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_bringing_the_catalogues_up_to_date(copy: Path) -> None:
    """A new sentence is put into every catalogue, and the check asks for its translation."""
    template = copy / "bot" / "content" / "letters" / "letter.html"
    template.write_text(
        template.read_text() + "{% macro new() %}{% trans %}Quite new.{% endtrans %}{% endmacro %}"
    )
    process = started(copy, "check", "--update-catalogues", DATA_DIR=str(copy))
    out, _ = process.communicate(timeout=120)
    translated = [language for language in SHIPPED_LANGUAGES if language != CHAT_SOURCE]
    assert process.returncode == 1
    assert out.count("this sentence is empty") == len(translated)
    for language in translated:
        catalogue = (copy / "locales" / language / "LC_MESSAGES" / "bot.po").read_text()
        assert 'msgid "Quite new."\nmsgstr ""' in catalogue


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LISTEN", "8000"),
        ("PUBLIC_URL", "praat.example"),
        ("TELEGRAM_TOKEN", "my-secret-token"),
        ("DATABASE_URL", "mysql://user:secret@host/db"),
        ("TRANSLATORS", "google"),
        ("SCHOOL_TIMEZONE", "Amsterdam"),
    ],
)
@pytest.mark.parametrize("command", [("run",), ("migrate",), ("check",), ("sign-in", "s-marieke")])
def test_a_wrong_environment_stops_every_command(
    terminal: Terminal, command: tuple[str, ...], name: str, value: str
) -> None:
    """One sentence that names the variable, exit code 2, no secret repeated."""
    code, out, err = terminal.type(*command, **{name: value})
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.startswith(name)
    assert "secret" not in err


def test_a_model_that_cannot_listen_stops_the_start(terminal: Terminal, tmp_path: Path) -> None:
    """Nothing is fetched for a folder without a model, or without the extra: the operator reads what is missing."""
    code, out, err = terminal.type("run", LISTEN=free_address(), SPEECH_MODEL_DIR=str(tmp_path))
    assert (code, out) == (2, "")
    assert "SPEECH_MODEL_DIR" in err
    assert len(err.splitlines()) == 1


def test_a_translator_outside_the_school_stops_the_start(terminal: Terminal) -> None:
    """LibreTranslate at a public address is refused before anything is opened (design promise 7)."""
    outside = {"TRANSLATORS": "libretranslate", "LIBRETRANSLATE_URL": "http://8.8.8.8:5000"}
    code, out, err = terminal.type("run", LISTEN=free_address(), **outside)
    assert (code, out) == (2, "")
    assert "LIBRETRANSLATE_URL" in err
    assert len(err.splitlines()) == 1


def test_a_file_that_is_no_database(terminal: Terminal) -> None:
    """One sentence, and the file stays as it is."""
    terminal.data_dir.mkdir()
    file = terminal.data_dir / "oudergesprek.db"
    file.write_bytes(b"this is no database, but it is long enough to look at" * 100)
    before = file.read_bytes()
    code, out, err = terminal.type("migrate")
    assert (code, out) == (2, "")
    assert err.startswith("The database")
    assert len(err.splitlines()) == 1
    assert file.read_bytes() == before


def test_migrating_an_empty_and_a_new_database(terminal: Terminal) -> None:
    """The schema is made without a backup, and again nothing happens."""
    said = (0, f"The database stands at revision {migrations.newest_revision()}.\n", "")
    assert terminal.type("migrate") == said
    assert terminal.type("migrate") == said
    assert [file.name for file in terminal.data_dir.glob("*.backup")] == []


def test_a_file_with_content_is_copied_before_it_is_migrated(terminal: Terminal) -> None:
    """Whatever stood in the file stands in the backup beside it."""
    terminal.data_dir.mkdir()
    with closing(sqlite3.connect(terminal.data_dir / "oudergesprek.db")) as connection:
        connection.execute("CREATE TABLE of_before (words TEXT)")
        connection.execute("INSERT INTO of_before VALUES ('kept')")
        connection.commit()
    code, _, err = terminal.type("migrate")
    (backup,) = terminal.data_dir.glob("*.backup")
    assert code == 0
    assert str(backup) in err
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT words FROM of_before").fetchall() == [("kept",)]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    assert tables == (1,)


@pytest.mark.parametrize("command", ["migrate", "invitations"])
def test_a_database_of_a_newer_program_is_left_alone(school: Terminal, command: str) -> None:
    """Going back to an older program is refused, nothing is written."""
    with school.database() as database, database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    code, out, err = school.type(command)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "newer" in err
    assert [file.name for file in school.data_dir.glob("*.backup")] == []


def test_postgresql_is_migrated_by_its_own_command_only(terminal: Terminal) -> None:
    """Every other command refuses an old schema and names `migrate`; after it they work."""
    with fresh_database() as url:
        for command in (("run",), ("import", DEMO_ROSTER), ("invitations",)):
            code, out, err = terminal.type(*command, DATABASE_URL=url, LISTEN=free_address())
            assert (code, out) == (2, "")
            assert "oudergesprek migrate" in err
        assert terminal.type("migrate", DATABASE_URL=url)[0] == 0
        assert terminal.type("import", DEMO_ROSTER, DATABASE_URL=url)[1].endswith("24 changes.\n")
        assert terminal.type("import", DEMO_ROSTER, DATABASE_URL=url)[1] == "Nothing changed.\n"


def test_a_database_that_cannot_be_reached(terminal: Terminal) -> None:
    """One sentence without the password."""
    url = f"postgresql+psycopg://school:secret@{free_address()}/school"
    code, out, err = terminal.type("migrate", DATABASE_URL=url)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "DATABASE_URL" in err
    assert "secret" not in err


@pytest.mark.parametrize("address", ["0.0.0.0:8000", "192.0.2.1:8000", "school.example:8000"])
def test_the_demo_is_for_this_computer_only(terminal: Terminal, address: str) -> None:
    """Any other address is refused before anything is opened."""
    code, out, err = terminal.type("demo", LISTEN=address)
    assert (code, out) == (2, "")
    assert "LISTEN" in err


def free_address() -> str:
    """An address on loopback where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def started(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """The program in a process of its own, with nothing of our environment but what Python needs."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(school: Terminal, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`run` in a process of its own, once its door is open; killed at the end if it still lives."""
    address = free_address()
    process = started(ROOT, "run", **(school.environment | {"LISTEN": address} | more))
    try:
        ends = time.monotonic() + WITHIN_S
        while True:
            try:
                httpx.get(f"http://{address}/", timeout=1)
                break
            except httpx.TransportError:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < ends
                time.sleep(0.05)
        yield process, f"http://{address}"
    finally:
        process.kill()
        _out, err = process.communicate()
        WATCH.look(err or "", "the program in a process of its own")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_running_without_a_token(school: Terminal, number: signal.Signals) -> None:
    """The web door is served and said to be the only one; a signal ends it within seconds, with code 0."""
    token = tokens(school)["p-agnieszka"]
    with serving(school) as (process, url):
        page = httpx.get(f"{url}/i/{token}")
        assert page.status_code == 200
        assert 'lang="pl"' in page.text
        began = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=WITHIN_S)
        assert time.monotonic() - began < 8
    assert process.returncode == 0
    assert out.splitlines() == [
        "The web door is open at https://praat.example/ (stop with Ctrl+C).",
        "TELEGRAM_TOKEN is not set: only the web door is served.",
    ]
    assert err == ""


def test_an_address_that_is_taken(school: Terminal) -> None:
    """The second program on one port says so in one sentence."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        for command in ("run", "demo"):
            code, out, err = school.type(command, LISTEN=address)
            assert (code, out, len(err.splitlines())) == (2, "", 1)
            assert err.startswith("LISTEN")


def test_running_with_a_token(school: Terminal, tmp_path: Path) -> None:
    """Both doors are open, an invitation link reaches the bot, and the token stands nowhere in what is printed."""
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    with FakeTelegram() as telegram:
        doors = {"TELEGRAM_TOKEN_FILE": str(secret), "TELEGRAM_API_URL": telegram.url}
        out = school.type("invitations", "--format", "json", **doors)[1]
        links = {entry["person"]: entry["telegram"] for entry in json.loads(out)}
        assert re.fullmatch(r"https://t\.me/wilg_bot\?start=[\w-]{32}", links["p-pieter"])
        with serving(school, **doors) as (process, _):
            telegram.person_says(77, "/start " + links["p-pieter"].partition("=")[2], language="nl")
            assert telegram.wait_for_messages(77, 1, WITHIN_S)
            process.send_signal(signal.SIGTERM)
            printed, err = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 0
    assert "The Telegram door is open at https://t.me/wilg_bot." in printed
    assert TOKEN not in printed + err + out


def test_running_while_telegram_is_away(school: Terminal) -> None:
    """The web door opens all the same, and one sentence says what is wrong."""
    doors = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": f"http://{free_address()}"}
    with serving(school, **doors) as (process, url):
        assert httpx.get(f"{url}/i/invented").status_code == 404
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 0
    assert "Telegram cannot be reached" in err
    assert TOKEN not in err


def test_a_token_that_telegram_refuses(school: Terminal) -> None:
    """The program stops with one sentence that does not repeat the token."""
    with FakeTelegram() as telegram:
        wrong = {"TELEGRAM_TOKEN": "1:another-token", "TELEGRAM_API_URL": telegram.url}
        code, out, err = school.type("letters", school.data_dir / "letters.html", **wrong)
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        process = started(ROOT, "run", **(school.environment | {"LISTEN": free_address()} | wrong))
        _, said = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 2
    assert "TELEGRAM_TOKEN" in said.splitlines()[-1]
    assert "another-token" not in err + said
