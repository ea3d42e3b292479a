"""Installs a LibreTranslate in an environment of its own and runs it; only Python packages are fetched."""

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

PACKAGES = ("libretranslate==1.9.6", "onnx>=1.17")
TOY = Path(__file__).parent / "toy"
START_WITHIN_S = 60
STOP_WITHIN_S = 10

# The engine writes every text it translates to its log at INFO; this server keeps no words.
_RUN = """
import logging, sys
logging.disable(logging.INFO)
from libretranslate.main import main
sys.argv[0] = "libretranslate"
main()
"""


def install(directory: Path) -> None:
    """The directory holds a server that `serving` can start; a second call changes nothing."""
    directory.mkdir(parents=True, exist_ok=True)
    stamp = directory / "installed"
    wanted = _fingerprint()
    if is_installed(directory):
        return
    stamp.unlink(missing_ok=True)
    python = python_of(directory)
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", directory / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    subprocess.run(
        [python, "-W", "ignore", TOY / "build.py", directory / "packages"],
        check=True,
        env=_environment(directory),
    )
    stamp.write_text(wanted, encoding="utf-8")


def is_installed(directory: Path) -> bool:
    """True if `install` has run here with these packages and this glossary."""
    stamp = directory / "installed"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _fingerprint()


@contextmanager
def serving(directory: Path, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server that answers at the yielded address until the block ends; its output is in DIR/server.log."""
    port = port or _free_port()
    url = f"http://127.0.0.1:{port}/"
    options = ["--host", "127.0.0.1", "--port", str(port), "--threads", "4"]
    with (
        (directory / "server.log").open("wb") as log,
        subprocess.Popen(
            [
                python_of(directory),
                "-W",
                "ignore",
                "-c",
                _RUN,
                *options,
                "--disable-files-translation",
                "--disable-web-ui",
            ],
            cwd=directory,
            env=_environment(directory),
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait_until_ready(url, process)
            yield url, process
        finally:
            process.terminate()
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    opener = build_opener(ProxyHandler({}))
    end_s = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end_s and process.poll() is None:
        try:
            with opener.open(url + "health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("The test server did not start; its directory holds server.log.")


def python_of(directory: Path) -> Path:
    """The Python of the environment in this directory."""
    return directory.resolve() / "venv" / "bin" / "python"


def _environment(directory: Path) -> dict[str, str]:
    """A home of its own, so that nothing is read from or written to the user's, and no proxy."""
    home = directory.resolve() / "home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "ARGOS_PACKAGES_DIR": str(directory.resolve() / "packages"),
    }


def _fingerprint() -> str:
    digest = hashlib.sha256(" ".join(PACKAGES).encode())
    for name in ("build.py", "glossary.tsv"):
        digest.update((TOY / name).read_bytes())
    return digest.hexdigest()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
