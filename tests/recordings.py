"""A second of silence as the smallest real Ogg Opus file, and folders of such recordings."""

import struct
from functools import cache
from pathlib import Path

SILENCE = b"\xf8\xff\xfe"  # 20 milliseconds of it, as every Opus encoder writes it
SAMPLES_A_PACKET = 960
PACKETS = 50
_POLYNOMIAL = 0x04C11DB7


def _checksum(page: bytes) -> int:
    """Ogg's own CRC: not reflected, from nought."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _bit in range(8):
            value = (value << 1) ^ _POLYNOMIAL if value & 0x80000000 else value << 1
        value &= 0xFFFFFFFF
    return value


def _page(number: int, packets: list[bytes], *, kind: int, position: int) -> bytes:
    """One page of the only stream; `kind` says first (2), last (4) or neither."""
    sizes = bytes(len(packet) for packet in packets)
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, position, 1, number, 0, len(sizes))
    page = head + sizes + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


@cache
def ogg(name: bytes = b"silence") -> bytes:
    """The recording; another name gives another file of the same sound."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 0, 48000, 0, 0)
    tags = struct.pack("<8sI", b"OpusTags", len(name)) + name + struct.pack("<I", 0)
    return b"".join(
        (
            _page(0, [head], kind=2, position=0),
            _page(1, [tags], kind=0, position=0),
            _page(2, [SILENCE] * PACKETS, kind=4, position=PACKETS * SAMPLES_A_PACKET),
        )
    )


def record(folder: Path, language: str, *questions: str, dialog: str = "begin") -> Path:
    """The questions are recorded in this folder of dialogs; returns it."""
    for question in questions:
        file = folder / dialog / "audio" / language / f"{question}.ogg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(ogg(question.encode()))
    return folder
