"""Pictures for tests: as cameras make them, and as attackers do."""

import struct
import zlib
from io import BytesIO

from PIL import Image

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
SECRET = "Hinterhof 7"


def photo(size: tuple[int, int] = (640, 480), kind: str = "JPEG", colour: str = "navy", **saved: object) -> bytes:
    """A picture of one colour, its upper left corner red."""
    image = Image.new("RGB", size, colour)
    image.paste("red", (0, 0, size[0] // 4, size[1] // 4))
    out = BytesIO()
    image.save(out, kind, **saved)
    return out.getvalue()


def from_a_camera(turned: int = 1) -> bytes:
    """With the place, the camera, and how it was held; a comment holds a secret."""
    exif = Image.Exif()
    exif[MAKE] = SECRET
    exif[ORIENTATION] = turned
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (47.0, 59.0, 53.1)
    return photo(exif=exif, comment=SECRET.encode())


def bomb(side: int = 30_000) -> bytes:
    """A small PNG that says it has 900 megapixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="99" height="99"/></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
REFUSED = {
    "svg": (SVG, "picture_kind"),
    "gif": (photo(kind="GIF"), "picture_kind"),
    "bmp": (photo(kind="BMP"), "picture_kind"),
    "tiff": (photo(kind="TIFF"), "picture_kind"),
    "html": (HTML, "picture_kind"),
    "a GIF that claims to be more": (photo(kind="GIF") + photo(), "picture_kind"),
    "html before a JPEG": (HTML + photo(), "picture_kind"),
    "nothing": (b"", "picture_kind"),
    "a bomb": (bomb(), "picture_too_large"),
    "a truncated JPEG": (photo()[:1200], "picture_broken"),
    "a truncated PNG": (photo(kind="PNG")[:200], "picture_broken"),
    "one dot": (photo((1, 1)), "picture_too_small"),
    "a PNG of garbage": (b"\x89PNG\r\n\x1a\n" + b"\0" * 400, "picture_kind"),
}
