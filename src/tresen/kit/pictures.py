"""Pictures from anybody: opened with care, and made anew without what a camera or an attacker put beside them."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from tresen.kit.errors import Unprocessable

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1024
SHORTEST_SIDE = 16
FORMATS = ("JPEG", "PNG", "WEBP")  # what is opened at all; no other decoder sees the bytes
MEDIA_TYPES = frozenset(f"image/{name.lower()}" for name in FORMATS)
MEDIA_TYPE = "image/jpeg"
QUALITY = 85
_WHITE = (255, 255, 255)


class BadPicture(Unprocessable):
    """Not a picture that is taken."""

    code = "picture_broken"
    say = "This picture cannot be read. Please send another one."


class UnknownKind(BadPicture):
    status = 415
    code = "picture_kind"
    say = "Please send the picture as JPEG, PNG or WebP."


class TooLarge(BadPicture):
    status = 413
    code = "picture_too_large"
    say = "This picture is too large. At most 8 MB and 40 megapixels, please."


class Gone(BadPicture):
    code = "picture_gone"
    say = "This picture is not there any more. Please send it again."


class TooSmall(BadPicture):
    code = "picture_too_small"
    say = "This picture is too small to show anything."


@dataclass(frozen=True)
class Picture:
    """A picture made anew: JPEG, upright, at most 1024 pixels a side, nothing but its pixels."""

    data: bytes
    width: int
    height: int
    media_type: str = MEDIA_TYPE


def read(data: bytes) -> Picture:
    """The picture in `data`; takes up to a second of one core, so not on the event loop.

    Raises:
        BadPicture: of another kind, too large, too small or broken.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data), formats=FORMATS) as found:
            _measure(found)
            found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded small at once
            return _anew(found)
    except Image.DecompressionBombError as error:
        raise TooLarge from error
    except UnidentifiedImageError as error:
        raise UnknownKind from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise BadPicture from error


def _measure(found: Image.Image) -> None:
    """By what the file says of itself, before any pixel is decoded."""
    width, height = found.size
    if width * height > MOST_PIXELS:
        raise TooLarge
    if min(width, height) < SHORTEST_SIDE:
        raise TooSmall


def _anew(found: Image.Image) -> Picture:
    """Its pixels on white, turned as the camera was held; metadata stay behind with the old file."""
    upright = ImageOps.exif_transpose(found)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels = upright.convert("RGBA") if "A" in upright.getbands() or "transparency" in upright.info else upright
    clean = Image.new("RGB", pixels.size, _WHITE)
    clean.paste(pixels.convert("RGB"), mask=pixels.getchannel("A") if pixels.mode == "RGBA" else None)
    out = BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), *clean.size)
