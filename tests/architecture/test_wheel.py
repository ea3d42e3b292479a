"""The package as a school installs it: outside a checkout, with everything it needs inside."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment in which only our wheel is installed; dependencies are borrowed from this one."""
    folder = tmp_path_factory.mktemp("installed")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(folder.glob("*.whl"))
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    packages = next((folder / "venv" / "lib").glob("python*/site-packages"))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def _run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(installed / "venv" / "bin" / "oudergesprek"), *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=installed, env={"PATH": "/usr/bin:/bin"}
    )


def test_the_wheel_carries_dialogs_and_locales(installed: Path) -> None:
    """Outside the checkout `check` reads every shipped dialog and catalogue and finds nothing wrong."""
    inside = subprocess.run(
        [
            str(installed / "venv" / "bin" / "python"),
            "-c",
            "from bot.content.shipped import shipped; print(shipped('dialogs'))",
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=installed,
    )
    assert Path(inside.stdout.strip()).is_relative_to(installed)
    checked = _run(installed, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_installed_command_plays_the_whole_path(installed: Path) -> None:
    """`demo --script` ends with an active agreement, also outside the checkout (002-agreements)."""
    played = _run(installed, "demo", "--script")
    assert played.returncode == 0, played.stdout[-2000:] + played.stderr
