"""What a board starts: hardened containers, no way out for words and translators, secrets as files."""

import os
import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
AT_WORK = ("assistant", "postgres", "libretranslate")  # the others run once
ENVIRONMENT = {"PUBLIC_URL": "https://praat.example", "PATH": os.environ.get("PATH", os.defpath)}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as it stands."""
    found = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services by name."""
    found: dict[str, dict[str, Any]] = compose["services"]
    assert set(found) == {*AT_WORK, "migrate", "models"}
    return found


def test_every_container_is_hardened(services: dict[str, dict[str, Any]]) -> None:
    """Nothing can be written but what is named, no power is left, and none can be gained."""
    for service in services.values():
        assert service["read_only"] is True
        assert "/tmp" in service["tmpfs"]  # noqa: S108 - a place in the container
        assert service["cap_drop"] == ["ALL"]
        assert "cap_add" not in service
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert not {"privileged", "ports", "pid", "ipc", "network_mode", "devices"} & service.keys()
        assert not any("docker.sock" in volume for volume in service.get("volumes", []))


def test_nobody_at_work_is_root(services: dict[str, dict[str, Any]]) -> None:
    """Each has a user of its own; only filling the volume of models, once, is done by a root without powers."""
    users = {name: service.get("user") for name, service in services.items()}
    image_user = re.findall(r"(?m)^USER (.+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert image_user == ["10001:10001"]
    assert (users["assistant"], users["migrate"]) == (None, None)  # that of the image
    assert users["postgres"] == "999:999"
    assert users["libretranslate"] == "1032:1032"
    assert users["models"] == "0:0"
    assert services["models"]["profiles"] == ["models"]


def test_words_and_translators_have_no_way_out(
    compose: dict[str, Any], services: dict[str, dict[str, Any]]
) -> None:
    """PostgreSQL, the translator and migrations are on the inner network only; nobody fetches models with them."""
    assert compose["networks"]["inside"] == {"internal": True}
    networks = {name: set(service["networks"]) for name, service in services.items()}
    assert networks == {
        "assistant": {"inside", "door"},
        "migrate": {"inside"},
        "postgres": {"inside"},
        "libretranslate": {"inside"},
        "models": {"fetching"},
    }


def test_the_translator_keeps_no_words(services: dict[str, dict[str, Any]]) -> None:
    """Its log level is switched off before it starts, its output is thrown away, its models cannot be changed."""
    translator = services["libretranslate"]
    assert "logging.disable(logging.INFO)" in translator["entrypoint"][-1]
    assert translator["logging"] == {"driver": "none"}
    assert translator["volumes"] == ["models:/models:ro"]
    options = [*translator["command"], *translator["environment"]]
    for keeping in ("suggestions", "metrics", "translation-cache", "translation_cache", "debug", "api-keys"):
        assert not any(keeping in str(option).lower() for option in options)
    assert services["models"]["image"] == translator["image"]
    assert services["models"]["environment"] == translator["environment"]


def test_the_database_writes_no_words_into_its_log(services: dict[str, dict[str, Any]]) -> None:
    """Neither statements nor their values nor the details of an error."""
    command = services["postgres"]["command"]
    for setting in (
        "log_statement=none",
        "log_min_error_statement=panic",
        "log_min_duration_statement=-1",
        "log_error_verbosity=terse",
        "log_parameter_max_length_on_error=0",
    ):
        assert setting in command


def test_secrets_are_files(compose: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    """No password or token stands in an environment, in the file or in the image."""
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|DATABASE_URL", name):
                assert name.endswith("_FILE")
                secret = str(value).removeprefix("/run/secrets/")
                assert secret in service["secrets"]
        assert set(service.get("secrets", [])) <= set(compose["secrets"])


def test_workers_start_after_the_schema(services: dict[str, dict[str, Any]]) -> None:
    """Migrating waits for the database, every worker for the migration, and each is asked whether it is ready."""
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["migrate"]["command"] == ["migrate"]
    assert services["migrate"]["restart"] == "no"
    waits = services["assistant"]["depends_on"]
    assert waits["migrate"] == {"condition": "service_completed_successfully"}
    assert "/readyz" in services["assistant"]["healthcheck"]["test"][-1]
    for name in AT_WORK:
        assert services[name]["healthcheck"]["test"]
        assert services[name]["restart"] == "unless-stopped"


def test_images_are_pinned(services: dict[str, dict[str, Any]]) -> None:
    """No image but our own moves under the board; its clients fit its server."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    images = [service["image"] for service in services.values() if "build" not in service]
    images += re.findall(r"(?m)^FROM (\S+)", dockerfile)
    assert len(images) == 5
    assert all(re.search(r":v?\d+", image) for image in images)
    server = services["postgres"]["image"].partition(":")[2]
    assert f"postgresql-client-{server}" in dockerfile


def test_the_environment_is_one_that_the_program_takes(
    services: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    """Every setting of a worker is read without a complaint; the figures have a port of their own."""
    secrets = {
        "database_url": "postgresql+psycopg://oudergesprek:pw@postgres/oudergesprek",
        "telegram_token": "",
    }
    for name, value in secrets.items():
        (tmp_path / name).write_text(value)
    environment = {
        name: str(value)
        .replace("/run/secrets", str(tmp_path))
        .replace("${PUBLIC_URL:?the https address that stands in letters}", "https://praat.example")
        for name, value in services["assistant"]["environment"].items()
    }
    assert not any("${" in value for value in environment.values())
    found = read_settings(environment)
    assert (found.sqlite_file, found.telegram_token) == (None, None)
    assert (found.listen_port, found.metrics_listen) == (8000, ("0.0.0.0", 9464))  # noqa: S104
    assert (found.log_format, found.translators) == ("json", ("libretranslate",))


def test_only_what_the_wheel_needs_reaches_the_builder() -> None:
    """What the Dockerfile copies is let through, everything else is left out, data and secrets above all."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_through = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    copied: set[str] = set()
    for sources in re.findall(
        r"(?m)^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8")
    ):
        copied |= set(sources.split())
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)
    for left_out in ("data", "secrets", "school", ".git", "tests", "compose.yaml", ".env"):
        assert not any(fnmatch(left_out, name) for name in let_through)


def test_nothing_to_build_with_stays_in_the_image() -> None:
    """The wheel is built in another stage; the last one has no compiler and no pip."""
    last = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    assert "pip uninstall" in last
    assert "pip install" not in last
    assert not re.search(r"\b(gcc|build-essential|git|curl)\b", last)
    assert "COPY --from=build /venv /venv" in last


def test_docker_compose_reads_it() -> None:
    """The tool itself finds nothing wrong, with all profiles, and refuses to start without PUBLIC_URL."""
    tool = shutil.which("docker-compose")
    if tool is None:
        pytest.skip("no docker-compose here")

    def config(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tool, "--file", "compose.yaml", "--profile", "models", "config", "--services"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    read = config(ENVIRONMENT)
    assert read.returncode == 0, read.stderr
    assert set(read.stdout.split()) == {*AT_WORK, "migrate", "models"}
    without = config({"PATH": ENVIRONMENT["PATH"]})
    assert without.returncode != 0
    assert "the https address that stands in letters" in without.stderr
