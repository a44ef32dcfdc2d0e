"""Pictures from anybody: only their pixels get through, and only of pictures that are what they say."""

from io import BytesIO

import pytest
from photos import HTML, REFUSED, SECRET, from_a_camera, photo
from PIL import Image

from tresen.kit import pictures
from tresen.kit.errors import Refusal


def red_at(image: Image.Image, x: int, y: int) -> int:
    """How red a pixel is."""
    found = image.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return int(found[0])


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_usual_pictures_are_made_anew(kind: str) -> None:
    made = pictures.read(photo((640, 480), kind))
    image = opened(made.data)
    assert (image.format, image.size, made.width, made.height) == ("JPEG", (640, 480), 640, 480)
    assert red_at(image, 10, 10) > 200 > red_at(image, 600, 400)


def test_where_and_with_what_it_was_taken_is_gone() -> None:
    taken = from_a_camera()
    assert dict(opened(taken).getexif().get_ifd(0x8825)) and SECRET.encode() in taken
    made = pictures.read(taken).data
    assert not dict(opened(made).getexif()) and SECRET.encode() not in made
    assert set(opened(made).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_it_is_turned_before_that_is_forgotten() -> None:
    made = pictures.read(from_a_camera(turned=6))
    image = opened(made.data)
    assert image.size == (480, 640)
    assert red_at(image, 470, 10) > 200 > red_at(image, 10, 10)


def test_large_ones_become_small_and_keep_their_shape() -> None:
    made = pictures.read(photo((4000, 2000)))
    assert (made.width, made.height) == (1024, 512)


def test_what_is_transparent_is_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(out, "PNG")
    assert red_at(opened(pictures.read(out.getvalue()).data), 30, 30) > 250


def test_what_hangs_on_behind_stays_behind() -> None:
    made = pictures.read(photo() + HTML + b"PK\x03\x04" * 10)
    assert b"script" not in made.data and b"PK\x03\x04" not in made.data


@pytest.mark.parametrize("name", REFUSED)
def test_others_are_refused_with_a_reason(name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(Refusal) as refused:
        pictures.read(data)
    assert refused.value.code == code
    for locale in ("de", "en"):
        assert refused.value.told(locale) != Refusal().told(locale)


def test_too_many_bytes_are_not_even_opened() -> None:
    with pytest.raises(pictures.TooLarge):
        pictures.read(photo() + b"\0" * pictures.MOST_BYTES)
