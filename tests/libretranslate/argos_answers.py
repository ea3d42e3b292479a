"""Run by the test server's own Python, which has the library: what the offline translator makes of toy models.

Prints one JSON object; knows nothing of pytest, which is not installed there.
"""

import io
import json
import logging
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from bot.translation import argos_library
from bot.translation.argos import Argos
from bot.translation.argos_library import ModelError
from bot.translation.errors import TranslationError

LONG = "Mijn kind is verlegen, hoe laat is school vandaag? " * 40


def code_of(ask: Callable[[], object]) -> str:
    """The code of the error that it raises, and nothing else of it."""
    try:
        ask()
    except TranslationError as error:
        behind = error.__cause__ or error.__context__
        return error.code if behind is None else "something stands behind it"
    return "none"


def answers(toys: Path, folder: Path) -> dict[str, Any]:
    """Everything the tests look at."""
    models = folder / "models"
    for name in ("nl_en", "en_pl", "en_nl"):
        shutil.copytree(toys / f"translate-{name}-1_0", models / f"translate-{name}-1_0")
    argos = Argos(models)
    found: dict[str, Any] = {"pairs": sorted(argos.pairs())}
    found["over English"] = argos.translate(["Goedemorgen. Mijn kind is ziek vandaag!", "12:30"], "nl", "pl")
    found["lines"] = argos.translate(["\n  Goedemorgen\n\n\tDank u  \n"], "nl", "pl")
    found["long"] = argos.translate([LONG], "nl", "pl") == [
        "Moje dziecko jest nieśmiałe, o której godzinie is szkoła dzisiaj? " * 40
    ]
    found["no pair"] = code_of(lambda: argos.translate(["Dzień dobry"], "pl", "nl"))
    found["no time"] = code_of(lambda: Argos(models, deadline_s=-1).translate(["Dank u"], "nl", "pl"))

    packed = shutil.make_archive(str(folder / "pl_en"), "zip", toys, "translate-pl_en-1_0")
    file = Path(packed).rename(folder / "pl_en.argosmodel")
    found["installed"] = [list(argos_library.install(models, [str(file)])) for _again in range(2)]
    found["and back"] = argos.translate(["Dzień dobry."], "pl", "nl")

    (folder / "broken.argosmodel").write_text("no model")
    found["broken file"] = sentence_of(
        lambda: list(argos_library.install(models, [str(folder / "broken.argosmodel")]))
    )
    with zipfile.ZipFile(folder / "other.argosmodel", "w") as other:
        other.writestr("letter/hello.txt", "no model")
    found["other file"] = sentence_of(
        lambda: list(argos_library.install(models, [str(folder / "other.argosmodel")]))
    )
    found["no file"] = sentence_of(
        lambda: list(argos_library.install(models, [str(folder / "none.argosmodel")]))
    )
    library = argos_library.load(models)
    library.settings.remote_package_index = "http://127.0.0.1:9/index.json"
    found["no network"] = sentence_of(lambda: list(argos_library.install(models, ["uk"])))
    offered = folder / "index.json"
    offered.write_text(
        json.dumps([{"from_code": "uk", "to_code": "en", "links": ["http://127.0.0.1:9/uk_en"]}])
    )
    library.settings.remote_package_index = offered.as_uri()
    found["one way only"] = sentence_of(lambda: list(argos_library.install(models, ["uk"])))
    both = [
        {"from_code": a, "to_code": b, "links": ["http://127.0.0.1:9/m"]}
        for a, b in (("uk", "en"), ("en", "uk"))
    ]
    offered.write_text(json.dumps(both))
    found["model not there"] = sentence_of(lambda: list(argos_library.install(models, ["uk"])))

    (models / "translate-en_pl-1_0" / "model" / "model.bin").write_bytes(b"")
    found["broken model"] = code_of(lambda: Argos(models).translate(["Dank u"], "nl", "pl"))
    (models / "translate-nl_en-1_0" / "metadata.json").write_text("{")
    found["broken package"] = code_of(lambda: Argos(models).translate(["Dank u"], "nl", "pl"))
    found["in the home"] = sorted(str(path) for path in Path.home().rglob("*argos-translate*"))
    return found


def sentence_of(ask: Callable[[], object]) -> str:
    """What the operator reads."""
    try:
        ask()
    except ModelError as error:
        return error.sentence
    return "none"


def main() -> None:
    """The answers, with all that was logged or printed meanwhile."""
    logged, printed = io.StringIO(), io.StringIO()
    logging.basicConfig(stream=logged, level=logging.DEBUG, force=True)
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(printed):
        found = answers(Path(sys.argv[1]), Path(folder))
    found["logged"] = logged.getvalue() + printed.getvalue()
    sys.stdout.write(json.dumps(found))


main()
