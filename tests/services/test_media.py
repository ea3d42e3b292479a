"""What files really are, and what is left of a photo."""

import io
import struct

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.model.errors import DomainError
from bot.services.media import MAX_SIDE_PIXELS, checked

OGG = b"OggS" + b"\x00" * 40
MP4 = b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 40
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\x00" * 40


def picture(kind: str, size: tuple[int, int] = (60, 40), *, mode: str = "RGB") -> bytes:
    """A picture whose upper left corner is red, with place, camera and comment in it."""
    made = Image.new(mode, size, "blue")
    made.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Camera of Agnieszka"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 22.0, 11.0)
    target = io.BytesIO()
    if kind == "PNG":
        words = PngInfo()
        words.add_text("Comment", "at home")
        made.save(target, kind, exif=exif, pnginfo=words)
    elif kind == "JPEG":
        made.save(target, kind, exif=exif, comment=b"at home", quality=95)
    else:
        made.save(target, kind, exif=exif, lossless=True)
    return target.getvalue()


def refusal(kind: str, content: bytes) -> str:
    """The code with which the file is refused."""
    with pytest.raises(DomainError) as raised:
        checked(kind, content)
    return raised.value.code


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_photo_keeps_nothing_but_the_picture(kind: str, media_type: str) -> None:
    """Place, camera and comment are gone; the picture stands upright."""
    before = picture(kind)
    assert b"Agnieszka" in before
    after = checked("photo", before)
    assert after.media_type == media_type
    assert b"Agnieszka" not in after.content
    assert b"at home" not in after.content
    shown = Image.open(io.BytesIO(after.content))
    assert not shown.getexif()
    assert shown.size == (40, 60)
    red, _green, blue = shown.convert("RGB").getpixel((35, 5))  # type: ignore[misc]  # three numbers in RGB
    assert red > blue


def test_a_large_photo_becomes_handy() -> None:
    """The longest side is at most 2560 pixels, the shape stays."""
    after = checked("photo", picture("JPEG", (4000, 2000)))
    assert max(Image.open(io.BytesIO(after.content)).size) == MAX_SIDE_PIXELS
    assert Image.open(io.BytesIO(after.content)).size == (1280, 2560)


def test_a_drawing_that_can_be_seen_through_stays_so() -> None:
    """Transparency is part of the picture."""
    after = checked("photo", picture("PNG", mode="RGBA"))
    assert Image.open(io.BytesIO(after.content)).mode == "RGBA"


def test_a_bomb_is_not_unpacked() -> None:
    """A small file that claims to be an enormous picture is refused before it takes memory."""
    content = bytearray(picture("PNG"))
    content[16:24] = struct.pack(">II", 30_000, 30_000)
    assert refusal("photo", bytes(content)) in {"file_too_large", "file_unreadable"}
    content[16:24] = struct.pack(">II", 9_000, 9_000)
    assert refusal("photo", bytes(content)) in {"file_too_large", "file_unreadable"}


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", b"GIF89a" + b"\x00" * 50, b"<svg/>", OGG, b"MZ\x90"]
)
def test_what_is_no_photo_is_refused_whatever_its_name(content: bytes) -> None:
    """The bytes decide, not what the sender calls it."""
    assert refusal("photo", content) == "file_unreadable"


def test_a_broken_photo_is_refused() -> None:
    """Half a picture is no picture."""
    whole = picture("JPEG", (600, 400))
    assert refusal("photo", whole[: len(whole) // 2]) == "file_unreadable"


@pytest.mark.parametrize(
    ("content", "media_type"), [(OGG, "audio/ogg"), (MP4, "audio/mp4"), (WEBM, "audio/webm")]
)
def test_sound_is_told_by_its_first_bytes(content: bytes, media_type: str) -> None:
    """OGG, MP4 and WebM are kept byte by byte."""
    after = checked("voice", content)
    assert (after.media_type, after.content) == (media_type, content)


@pytest.mark.parametrize(
    "content",
    [b"", b"ID3\x04", b"RIFF\x00\x00\x00\x00WAVE", b"\x00\x00\x00\x20ftypheic", b"<html>", picture("JPEG")],
)
def test_what_is_no_sound_is_refused(content: bytes) -> None:
    """Nothing else is played in a browser of the school."""
    assert refusal("voice", content) == "file_unreadable"


def test_twenty_megabytes_is_the_limit() -> None:
    """One byte more than told beforehand is too much."""
    assert checked("voice", OGG + b"\x00" * (20_000_000 - len(OGG))).media_type == "audio/ogg"
    assert refusal("voice", OGG + b"\x00" * (20_000_001 - len(OGG))) == "file_too_large"
