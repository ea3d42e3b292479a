"""The environment, read once into one frozen object; a bad value stops the start with one sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

KNOWN_TRANSLATORS = ("libretranslate", "argos", "deepl", "microsoft")
_STRANGER = "sends words to a third party without a contract and writes them into web addresses"
REFUSED_TRANSLATORS = dict.fromkeys(("google", "mymemory"), _STRANGER)
SECRETS = ("TELEGRAM_TOKEN", "DATABASE_URL", "DEEPL_KEY", "MICROSOFT_KEY")
_NEEDED = {"libretranslate": "LIBRETRANSLATE_URL", "deepl": "DEEPL_KEY", "microsoft": "MICROSOFT_KEY"}
_PAIR_CHOICE = re.compile(r"([a-z]{2,3})-([a-z]{2,3}):([a-z]+)")
DEFAULT_PORT = 8000
LOG_FORMATS = ("text", "json")


class SettingsError(Exception):
    """A value in the environment is missing or wrong; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides."""

    data_dir: Path
    database_url: str
    dialogs_dir: Path | None
    listen_host: str
    listen_port: int
    metrics_listen: tuple[str, int] | None
    log_format: str
    public_url: str
    telegram_token: str | None
    telegram_api_url: str
    translators: tuple[str, ...]
    translators_for: Mapping[tuple[str, str], tuple[str, ...]]
    libretranslate_url: str | None
    deepl_key: str | None = field(repr=False)
    deepl_url: str | None
    microsoft_key: str | None = field(repr=False)
    microsoft_region: str | None
    microsoft_url: str | None
    models_dir: Path
    speech_model_dir: Path | None
    school_timezone: str

    @property
    def sqlite_file(self) -> Path | None:
        """The file of a SQLite database; None for another one."""
        prefix = "sqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this process. Raises SettingsError with one sentence for the operator."""
    values = _with_secret_files(environment)
    data_dir = Path(values.get("DATA_DIR") or "data").absolute()
    host, port = _listen(values.get("LISTEN") or f"127.0.0.1:{DEFAULT_PORT}")
    translators = _translators(values.get("TRANSLATORS", ""))
    for name, needed in _NEEDED.items():
        if name in translators and not values.get(needed):
            raise SettingsError(f"TRANSLATORS names {name}, so {needed} must be set.")
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(values.get("DATABASE_URL") or f"sqlite:///{data_dir / 'oudergesprek.db'}"),
        dialogs_dir=_folder("DIALOGS_DIR", values.get("DIALOGS_DIR")),
        listen_host=host,
        listen_port=port,
        metrics_listen=_metrics_listen(values.get("METRICS_LISTEN"), (host, port)),
        log_format=_log_format(values.get("LOG_FORMAT") or LOG_FORMATS[0]),
        public_url=_url("PUBLIC_URL", values.get("PUBLIC_URL") or _local_url(host, port)),
        telegram_token=_token(values.get("TELEGRAM_TOKEN")),
        telegram_api_url=_url(
            "TELEGRAM_API_URL", values.get("TELEGRAM_API_URL") or "https://api.telegram.org"
        ),
        translators=translators,
        translators_for=_translators_for(values.get("TRANSLATORS_FOR", ""), translators),
        libretranslate_url=_optional_url("LIBRETRANSLATE_URL", values),
        deepl_key=_key("DEEPL_KEY", values),
        deepl_url=_optional_url("DEEPL_URL", values),
        microsoft_key=_key("MICROSOFT_KEY", values),
        microsoft_region=_key("MICROSOFT_REGION", values),
        microsoft_url=_optional_url("MICROSOFT_URL", values),
        models_dir=Path(values.get("MODELS_DIR") or data_dir / "models").absolute(),
        speech_model_dir=_folder("SPEECH_MODEL_DIR", values.get("SPEECH_MODEL_DIR")),
        school_timezone=_zone(values.get("SCHOOL_TIMEZONE") or "Europe/Amsterdam"),
    )


def _with_secret_files(environment: Mapping[str, str]) -> dict[str, str]:
    values = {name: value.strip() for name, value in environment.items()}
    for name in SECRETS:
        file = values.get(f"{name}_FILE")
        if not file:
            continue
        if values.get(name):
            raise SettingsError(f"Set {name} or {name}_FILE, not both.")
        try:
            values[name] = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{name}_FILE names a file that cannot be read.") from None
    return values


def _database_url(value: str) -> str:
    if value in {"sqlite:///", "sqlite:///:memory:"}:
        raise SettingsError("DATABASE_URL must name a file; a database in memory would lose everything.")
    if value.startswith(("sqlite:///", "postgresql+psycopg://")):
        return value
    raise SettingsError("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")


def _listen(value: str, name: str = "LISTEN", example: str = f"127.0.0.1:{DEFAULT_PORT}") -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004
        raise SettingsError(f"{name} must be an address and a port, like {example}.")
    return host.strip("[]"), int(port)


def _metrics_listen(value: str | None, public: tuple[str, int]) -> tuple[str, int] | None:
    """Where the figures are read; never where everybody reads."""
    if not value:
        return None
    private = _listen(value, "METRICS_LISTEN", "127.0.0.1:9464")
    if private[1] == public[1]:
        raise SettingsError("METRICS_LISTEN must have another port than LISTEN.")
    return private


def _log_format(value: str) -> str:
    if value not in LOG_FORMATS:
        raise SettingsError(f"LOG_FORMAT must be one of: {', '.join(LOG_FORMATS)}.")
    return value


def _local_url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = (
            parts.scheme in {"http", "https"} and parts.hostname and not parts.query and not parts.username
        )
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            f"{name} must be a web address like https://example.org, without password or query."
        )
    return value.rstrip("/")


def _optional_url(name: str, values: Mapping[str, str]) -> str | None:
    value = values.get(name)
    return _url(name, value) if value else None


def _translators(value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in names:
        if name in REFUSED_TRANSLATORS:
            raise SettingsError(f"TRANSLATORS may not name {name}: it {REFUSED_TRANSLATORS[name]}.")
        if name not in KNOWN_TRANSLATORS:
            raise SettingsError(f"TRANSLATORS may name only: {', '.join(KNOWN_TRANSLATORS)}.")
    return names


def _translators_for(value: str, translators: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, ...]]:
    """For each pair that is named, its own translators in the order in which they are named."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for part in value.split(","):
        if not part.strip():
            continue
        matched = _PAIR_CHOICE.fullmatch(part.strip())
        if matched is None:
            raise SettingsError("TRANSLATORS_FOR must be like pl-nl:deepl,uk-nl:libretranslate.")
        source, target, name = matched.groups()
        if name not in translators:
            raise SettingsError("TRANSLATORS_FOR may name only what TRANSLATORS names.")
        pair = (source, target)
        found[pair] = (*found.get(pair, ()), name)
    return found


def _key(name: str, values: Mapping[str, str]) -> str | None:
    value = values.get(name)
    if value and not re.fullmatch(r"[\x21-\x7e]+", value):
        raise SettingsError(f"{name} must be one word without spaces.")
    return value or None


def _folder(name: str, value: str | None) -> Path | None:
    if not value:
        return None
    if not Path(value).is_dir():
        raise SettingsError(f"{name} must be a folder that exists.")
    return Path(value).absolute()


def _token(value: str | None) -> str | None:
    if not value:
        return None
    number, _, secret = value.partition(":")
    if not number.isdigit() or not secret or not value.isascii() or " " in value:
        raise SettingsError("TELEGRAM_TOKEN does not look like a token from BotFather.")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise SettingsError("SCHOOL_TIMEZONE must be a name like Europe/Amsterdam.") from None
    return value
