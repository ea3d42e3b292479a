"""The environment, read once into one frozen object; a bad value stops the start with one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

KNOWN_TRANSLATORS = ("libretranslate",)
SECRETS = ("TELEGRAM_TOKEN", "DATABASE_URL")
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
    libretranslate_url: str | None
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
    libretranslate_url = values.get("LIBRETRANSLATE_URL") or None
    if "libretranslate" in translators and not libretranslate_url:
        raise SettingsError("TRANSLATORS names libretranslate, so LIBRETRANSLATE_URL must be set.")
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
        libretranslate_url=_url("LIBRETRANSLATE_URL", libretranslate_url) if libretranslate_url else None,
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


def _translators(value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in names:
        if name not in KNOWN_TRANSLATORS:
            raise SettingsError(f"TRANSLATORS may name only: {', '.join(KNOWN_TRANSLATORS)}.")
    return names


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
