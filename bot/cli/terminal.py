"""What all commands share: how they are registered, what they print, how they write files."""

import argparse
import contextlib
import ipaddress
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FAULT = 2  # the exit code of everything the operator has to mend
DATA_DIR_MODE = 0o700  # a family's words are the school's only
FILE_MODE = 0o600

Command = Callable[[argparse.Namespace, Mapping[str, str]], int]
Commands = Any  # argparse keeps the type of its subparsers to itself


def add(commands: Commands, name: str, command: Command, sentence: str) -> argparse.ArgumentParser:
    """The parser of a new command."""
    made: argparse.ArgumentParser = commands.add_parser(name, help=sentence, description=sentence)
    made.set_defaults(command=command)
    return made


def note(sentence: str) -> None:
    """The sentence stands on standard error."""
    print(sentence, file=sys.stderr, flush=True)


def confirmed(question: str) -> bool:
    """Whether the operator typed yes; where nobody can type, nothing is confirmed."""
    try:
        return input(f"{question} Type yes: ").strip().lower() == "yes"
    except EOFError:
        return False


def write_private(file: Path, text: str) -> None:
    """The file holds the text and is readable for its owner only."""
    with open(
        file, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, FILE_MODE)
    ) as target:
        target.write(text)


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach the host."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
