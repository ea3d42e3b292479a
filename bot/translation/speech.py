"""Listens to recordings with faster-whisper and a model of the school's own. An optional extra.

The library fetches what a model lacks; here a model is complete or it is refused, and nothing is ever fetched.
"""

import importlib
import importlib.util
import io
import threading
from pathlib import Path
from typing import Any

from bot.model.transcript import CannotHearError

LIBRARY = "faster_whisper"
NEEDED = ("model.bin", "config.json", "tokenizer.json")  # without the last one the library would fetch it
_SILENCE = 0.6  # a piece that is more likely silence is left out: the model makes up words for it


class Whisper:
    """A Listener. The model is read when the first recording comes; it hears one recording at a time."""

    def __init__(self, folder: Path) -> None:
        """Raises ValueError with a sentence for the operator if it cannot work."""
        if importlib.util.find_spec(LIBRARY) is None:
            raise ValueError(
                "SPEECH_MODEL_DIR is set and faster-whisper is not installed; "
                "`pip install oudergesprek[speech]` brings it."
            )
        missing = [name for name in NEEDED if not (folder / name).is_file()]
        if missing:
            raise ValueError(
                f"SPEECH_MODEL_DIR must be a folder with a faster-whisper model; it lacks {', '.join(missing)}."
            )
        self._folder = folder
        self._lock = threading.Lock()
        self._model: Any = None

    def write_down(self, sound: bytes, language: str) -> str:
        """The words that were said; nothing for silence and for languages that the model does not know."""
        heard: str | None = None
        try:
            with self._lock:
                heard = self._heard(sound, language)
        except Exception:  # noqa: BLE001 - the library's errors may hold words; none of them goes further
            heard = None
        if heard is None:
            raise CannotHearError
        return heard

    def _heard(self, sound: bytes, language: str) -> str:
        if self._model is None:
            library = importlib.import_module(LIBRARY)
            self._model = library.WhisperModel(
                str(self._folder), device="cpu", compute_type="int8", local_files_only=True
            )
        if language not in self._model.supported_languages:
            return ""
        pieces, _about = self._model.transcribe(
            io.BytesIO(sound), language=language, vad_filter=True, condition_on_previous_text=False
        )
        return " ".join(piece.text.strip() for piece in pieces if piece.no_speech_prob < _SILENCE)
