"""Runs everything that must hold: format, lint, types, walls, content, tests. `python -m tests [pytest arguments]`."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORES = os.cpu_count() or 1
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("-m", "ruff", "format", "--check", "--quiet", ".")),
    ("lint", ("-m", "ruff", "check", "--quiet", ".")),
    ("types", ("-m", "mypy")),
    ("walls", ("-c", LINT_IMPORTS)),
    ("content", ("-m", "bot", "check")),
    # Whole files side by side: a server that a file starts is started once. Tests often wait for something.
    ("tests", ("-m", "pytest", "--numprocesses", str(CORES + 1), "--dist", "loadfile", *sys.argv[1:])),
)


def main() -> int:
    """0 only if every step holds; each says its name, its outcome and its time in seconds."""
    failed = []
    for name, command in STEPS:
        began = time.monotonic()
        code = subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode
        outcome = "FAILED" if code else "ok"
        sys.stdout.write(f"{name}: {outcome} ({time.monotonic() - began:.0f} s)\n")
        sys.stdout.flush()
        if code:
            failed.append(name)
    sys.stdout.write("everything holds\n" if not failed else f"does not hold: {', '.join(failed)}\n")
    return 1 if failed else 0


sys.exit(main())
