"""The environment: defaults, secrets from files, and one sentence for each value that is wrong."""

import re
from contextlib import chdir
from pathlib import Path

import pytest

from bot.settings import SettingsError, read_settings

TOKEN = "12345:a-token-of-botfather"
KEY = "the-school-key-0123456789"


def sentence(**environment: str) -> str:
    """What the operator reads about a wrong environment."""
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    return str(caught.value)


def test_an_empty_environment_is_a_school_on_one_machine(tmp_path: Path) -> None:
    """Without anything set: SQLite in ./data, the web door on loopback, no Telegram, no translator."""
    with chdir(tmp_path):
        found = read_settings({})
    assert found.data_dir == tmp_path / "data"
    assert found.database_url == f"sqlite:///{tmp_path}/data/oudergesprek.db"
    assert found.sqlite_file == tmp_path / "data" / "oudergesprek.db"
    assert (found.listen_host, found.listen_port) == ("127.0.0.1", 8000)
    assert found.public_url == "http://127.0.0.1:8000"
    assert found.telegram_token is None
    assert found.telegram_api_url == "https://api.telegram.org"
    assert (found.translators, found.libretranslate_url) == ((), None)
    assert (found.translators_for, found.deepl_key, found.microsoft_key) == ({}, None, None)
    assert found.models_dir == tmp_path / "data" / "models"
    assert found.speech_model_dir is None
    assert found.school_timezone == "Europe/Amsterdam"
    assert found.dialogs_dir is None
    assert found.metrics_listen is None
    assert found.log_format == "text"


def test_every_value_is_read(tmp_path: Path) -> None:
    """What is set wins over every default."""
    found = read_settings(
        {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": "postgresql+psycopg://school@db/school",
            "DIALOGS_DIR": str(tmp_path),
            "LISTEN": "0.0.0.0:9000",
            "LOG_FORMAT": "json",
            "METRICS_LISTEN": "[::1]:9464",
            "PUBLIC_URL": "https://praat.example/",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": "http://127.0.0.1:8081/",
            "TRANSLATORS": "libretranslate, deepl,microsoft,argos",
            "TRANSLATORS_FOR": "pl-nl:deepl, uk-nl:libretranslate,pl-nl:microsoft,",
            "LIBRETRANSLATE_URL": "http://127.0.0.1:5000",
            "DEEPL_KEY": KEY,
            "DEEPL_URL": "https://deepl.example/",
            "MICROSOFT_KEY": KEY,
            "MICROSOFT_REGION": "westeurope",
            "MICROSOFT_URL": "https://microsoft.example",
            "MODELS_DIR": str(tmp_path),
            "SPEECH_MODEL_DIR": str(tmp_path),
            "SCHOOL_TIMEZONE": "America/Curacao",
        }
    )
    assert (found.data_dir, found.dialogs_dir) == (tmp_path, tmp_path)
    assert found.sqlite_file is None
    assert (found.listen_host, found.listen_port) == ("0.0.0.0", 9000)  # noqa: S104
    assert (found.metrics_listen, found.log_format) == (("::1", 9464), "json")
    assert (found.public_url, found.telegram_api_url) == ("https://praat.example", "http://127.0.0.1:8081")
    assert found.telegram_token == TOKEN
    assert found.translators == ("libretranslate", "deepl", "microsoft", "argos")
    assert found.translators_for == {("pl", "nl"): ("deepl", "microsoft"), ("uk", "nl"): ("libretranslate",)}
    assert (found.deepl_key, found.deepl_url) == (KEY, "https://deepl.example")
    assert (found.microsoft_key, found.microsoft_region) == (KEY, "westeurope")
    assert (found.microsoft_url, found.models_dir) == ("https://microsoft.example", tmp_path)
    assert found.speech_model_dir == tmp_path
    assert KEY not in repr(found)
    assert found.school_timezone == "America/Curacao"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://school"),
        ("DATABASE_URL", "school.db"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DIALOGS_DIR", "no/such/folder"),
        ("SPEECH_MODEL_DIR", "no/such/folder"),
        ("LISTEN", "8000"),
        ("LISTEN", "127.0.0.1:"),
        ("LISTEN", "127.0.0.1:http"),
        ("LISTEN", "127.0.0.1:0"),
        ("LISTEN", "127.0.0.1:70000"),
        ("LISTEN", ":8000"),
        ("METRICS_LISTEN", "9464"),
        ("METRICS_LISTEN", "127.0.0.1:"),
        ("METRICS_LISTEN", "127.0.0.1:8000"),  # where everybody reads
        ("LOG_FORMAT", "xml"),
        ("PUBLIC_URL", "praat.example"),
        ("PUBLIC_URL", "ftp://praat.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://user:secret@praat.example"),
        ("PUBLIC_URL", "https://praat.example/?key=secret"),
        ("PUBLIC_URL", "https://praat.example:port"),
        ("PUBLIC_URL", "http://[::1"),
        ("TELEGRAM_TOKEN", "a-token"),
        ("TELEGRAM_TOKEN", "12345:"),
        ("TELEGRAM_TOKEN", "12345:with space"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TRANSLATORS", "google"),
        ("TRANSLATORS", "mymemory"),
        ("TRANSLATORS", "qcri"),
        ("TRANSLATORS", "libretranslate,deepl"),
        ("TRANSLATORS", "microsoft"),
        ("TRANSLATORS_FOR", "pl-nl"),
        ("TRANSLATORS_FOR", "pl:argos"),
        ("TRANSLATORS_FOR", "pl-nl=argos"),
        ("TRANSLATORS_FOR", "pl-nl:argos"),  # which TRANSLATORS does not name
        ("DEEPL_KEY", "two secret words"),
        ("DEEPL_KEY", "secret\nHeader: x"),
        ("MICROSOFT_KEY", "sécret"),
        ("MICROSOFT_REGION", "west europe"),
        ("DEEPL_URL", "deepl.example"),
        ("MICROSOFT_URL", "https://microsoft.example?key=secret"),
        ("LIBRETRANSLATE_URL", "localhost"),
        ("SCHOOL_TIMEZONE", "Amsterdam"),
        ("SCHOOL_TIMEZONE", "../../etc/passwd"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_sentence(name: str, value: str) -> None:
    """The sentence names the variable, ends with a full stop, and does not repeat what might be a secret."""
    said = sentence(**{name: value})
    assert said.startswith(name)
    assert said.endswith(".")
    assert "\n" not in said
    assert "secret" not in said
    if name == "TELEGRAM_TOKEN":
        assert value not in said


def test_an_address_of_the_newer_internet() -> None:
    """LISTEN may be an IPv6 address; the web address made of it can be opened."""
    found = read_settings({"LISTEN": "[::1]:8000"})
    assert (found.listen_host, found.public_url) == ("::1", "http://[::1]:8000")


def test_a_translator_needs_its_address() -> None:
    """TRANSLATORS=libretranslate without LIBRETRANSLATE_URL stops the start."""
    assert "LIBRETRANSLATE_URL" in sentence(TRANSLATORS="libretranslate")


@pytest.mark.parametrize("name", ["google", "mymemory"])
def test_a_stranger_is_refused_with_the_reason(name: str) -> None:
    """Who has no contract with the school and takes words in a web address cannot be switched on."""
    said = sentence(TRANSLATORS=f"libretranslate,{name}", LIBRETRANSLATE_URL="http://127.0.0.1:5000")
    assert f"may not name {name}" in said
    assert "without a contract" in said


@pytest.mark.parametrize(("name", "needed"), [("deepl", "DEEPL_KEY"), ("microsoft", "MICROSOFT_KEY")])
def test_a_service_needs_its_key(name: str, needed: str) -> None:
    """Without it the start stops."""
    assert sentence(TRANSLATORS=name) == f"TRANSLATORS names {name}, so {needed} must be set."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", TOKEN),
        ("DATABASE_URL", "postgresql+psycopg://school:pw@db/school"),
        ("DEEPL_KEY", KEY),
        ("MICROSOFT_KEY", KEY),
    ],
)
def test_secrets_come_from_files_too(tmp_path: Path, name: str, value: str) -> None:
    """NAME_FILE names a file that holds the value; spaces and line ends around it do not matter."""
    file = tmp_path / "secret"
    file.write_text(f"{value}\n", encoding="utf-8")
    found = read_settings({f"{name}_FILE": str(file)})
    assert value in {found.telegram_token, found.database_url, found.deepl_key, found.microsoft_key}


@pytest.mark.parametrize("name", ["TELEGRAM_TOKEN", "DATABASE_URL", "DEEPL_KEY"])
def test_a_secret_that_is_set_twice_or_cannot_be_read(tmp_path: Path, name: str) -> None:
    """Both ways at once, a missing file, a folder or bytes that are no text: one sentence."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "good").write_text("hush", encoding="utf-8")
    twice = sentence(**{name: "hush", f"{name}_FILE": str(tmp_path / "good")})
    assert re.fullmatch(rf"Set {name} or {name}_FILE, not both\.", twice)
    for file in ("none", "bytes", "."):
        said = sentence(**{f"{name}_FILE": str(tmp_path / file)})
        assert said.startswith(f"{name}_FILE")
        assert "hush" not in said


def test_the_settings_cannot_be_changed() -> None:
    """One frozen object, read once."""
    found = read_settings({})
    with pytest.raises(AttributeError):
        found.listen_port = 1  # type: ignore[misc]
