"""The library argostranslate, an optional extra: silent, with its files beside the models; and how models come there.

Only installing fetches anything, and only when the operator asks for it.
"""

import logging
import os
import shutil
import socket
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.translation.errors import TranslationError

PIVOT = "en"  # models translate to and from English; other pairs go by way of it
SUFFIX = ".argosmodel"
_FETCH_S = 60.0  # for each read; a model has about 70 MB
_OWN_FILES = ".argos"


class ModelError(TranslationError):
    """A model cannot be installed; `sentence` tells the operator why."""

    code = "translator_model"

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


def load(models: Path) -> Any:
    """The library. Raises ValueError with a sentence for the operator if it is not installed here."""
    try:
        with _environment(models):
            import argostranslate.package  # noqa: PLC0415 - an optional extra
            import argostranslate.sbd  # noqa: PLC0415
            import argostranslate.settings  # noqa: PLC0415
            import argostranslate.translate  # noqa: PLC0415
    except ImportError:
        raise ValueError(
            "argos is not installed here; `pip install oudergesprek[offline]` brings it."
        ) from None
    except OSError:
        raise ValueError("MODELS_DIR must be a folder that can be read and written.") from None
    logging.getLogger("argostranslate.utils").addFilter(_nothing)  # it logs every text at INFO
    return argostranslate


def install(models: Path, wanted: Sequence[str]) -> Iterator[str]:
    """The names of the models, each as soon as it stands in the folder: of files, or to and from languages.

    Raises ModelError for what cannot be fetched or read, ValueError if the library is not installed.
    """
    argos = load(models)
    models.mkdir(parents=True, exist_ok=True)
    languages = [one for one in wanted if not one.endswith(SUFFIX)]
    for file in (Path(one) for one in wanted if one.endswith(SUFFIX)):
        _unpack(argos, models, file)
        yield file.stem
    if languages:
        for offered in _offered(argos, languages):
            try:
                file = _patiently(offered.download)
            except Exception:  # noqa: BLE001 - of many kinds
                raise ModelError(_CANNOT_FETCH) from None
            _unpack(argos, models, file)
            file.unlink(missing_ok=True)
            yield f"{offered.from_code} to {offered.to_code}"


_CANNOT_FETCH = (
    "The models cannot be fetched from here. Fetch their files where there is a network, bring them, "
    f"and name them: `oudergesprek translators install FILE{SUFFIX}`."
)


def _offered(argos: Any, languages: Sequence[str]) -> list[Any]:
    """What can be fetched, both ways for each language. Raises ModelError if one of them is missing."""
    index = argos.settings.local_package_index
    index.unlink(missing_ok=True)
    _patiently(argos.package.update_package_index)  # only logs what fails
    if not index.is_file():
        raise ModelError(_CANNOT_FETCH)
    try:
        offered = {(one.from_code, one.to_code): one for one in argos.package.get_available_packages()}
    except (ValueError, TypeError, AttributeError):
        raise ModelError(_CANNOT_FETCH) from None
    ways = [way for code in languages if code != PIVOT for way in ((code, PIVOT), (PIVOT, code))]
    missing = [f"{source} to {target}" for source, target in ways if (source, target) not in offered]
    if missing:
        raise ModelError(f"Nobody offers a model for {', '.join(missing)}; nothing was fetched.")
    return [offered[way] for way in ways]


def _unpack(argos: Any, models: Path, file: Path) -> None:
    """The model stands in the folder, whole from the first moment, in place of an older one."""
    incoming = models / _OWN_FILES / "incoming"
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir(parents=True)
    argos.settings.package_data_dir = incoming
    try:
        argos.package.install_from_path(file)
    except (OSError, zipfile.BadZipFile):
        raise ModelError(f"{file.name} cannot be read, or MODELS_DIR cannot be written.") from None
    except Exception:  # noqa: BLE001 - the library has no type of its own for this
        raise ModelError(f"{file.name} is not a model.") from None
    unpacked = [folder for folder in incoming.iterdir() if (folder / "metadata.json").is_file()]
    if not unpacked:
        raise ModelError(f"{file.name} is not a model.")
    for folder in unpacked:
        shutil.rmtree(models / folder.name, ignore_errors=True)
        folder.rename(models / folder.name)


def _patiently(fetch: Any) -> Any:
    """What it fetches; a server that goes silent is waited for a minute, not for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_FETCH_S)
    try:
        return fetch()
    finally:
        socket.setdefaulttimeout(before)


@contextmanager
def _environment(models: Path) -> Iterator[None]:
    """The library makes its folders beside the models while it is imported, and not in somebody's home."""
    own = models.absolute() / _OWN_FILES
    wanted = {f"XDG_{kind}_HOME": str(own / kind.lower()) for kind in ("DATA", "CONFIG", "CACHE")}
    wanted |= {
        "ARGOS_PACKAGES_DIR": str(models.absolute()),
        "ARGOS_CHUNK_TYPE": "MINISBD",
        "ARGOS_DEBUG": "0",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _nothing(_record: logging.LogRecord) -> bool:
    return False
