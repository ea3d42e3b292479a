"""Looks through every byte that a service outside the school was sent, for people of the tests."""

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from tests.cast import DEMO_ROSTER, OTHER_SCHOOL

_NO_NAMES = {"juf", "meester", "de", "Basisschool", "De", "bos"}
_PHONE_NUMBER = re.compile(r"(?:\+|\b0)\d[\d ()./-]{7,}\d")


def confided(request: dict[str, Any]) -> Iterator[str]:
    """Each name of the cast and each phone number in the address, the headers or the body of a request."""
    body = request["body"].decode("utf-8", "replace")
    sent = " ".join([request["path"], str(request["headers"]), body, unquote_plus(body), _unescaped(body)])
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", sent)}
    yield from sorted(words & _names())
    yield from _PHONE_NUMBER.findall(_unescaped(body))


def _unescaped(body: str) -> str:
    """The body as its reader has it."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return body


@cache
def _names() -> frozenset[str]:
    """Of the children and the people of both schools, each word, and some forms that Polish makes of them."""
    rows = [
        *csv.DictReader(DEMO_ROSTER.read_text(encoding="utf-8").splitlines()),
        *csv.DictReader(OTHER_SCHOOL.splitlines(), delimiter=";"),
    ]
    written = " ".join(f"{row['child_first_name']} {row['person_name']}" for row in rows)
    names = {name for name in re.findall(r"[^\W\d_]+", written) if name not in _NO_NAMES}
    declined = {name[:-1] + end for name in names if name.endswith("a") for end in ("y", "ę", "ą", "ie", "i")}
    return frozenset(name.casefold() for name in names | declined)
