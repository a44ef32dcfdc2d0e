"""Numbers, units and dimensions are one word however they are written."""

import pytest

from tresen.retrieval.language import words


@pytest.mark.parametrize("written", ["4 in.", "4in", "4-inch", '4"', "4 Zoll", "4 inches"])
def test_inches_are_inches(written: str) -> None:
    assert words(written)[:2] == ["4", "4in"]


@pytest.mark.parametrize("written", ["2x4x8", "2 x 4 x 8", "2 in. x 4 in. x 8 ft.", '2"x4"x8'])
def test_dimensions_are_the_same_however_they_are_written(written: str) -> None:
    assert {"2x4", "4x8", "2x4x8"} <= set(words(written))


@pytest.mark.parametrize(
    ("written", "word"),
    [("1-1/2 in. pipe", "1-1/2in"), (".5 in. bit", "0.5in"), ("18V Akku", "18v"), ("27,5 Zoll", "27.5in"),
     ("5 gal. bucket", "5gallon"), ("dv7-1211ea", "dv71211ea"), ("3/4 pipe", "3/4")],
)  # fmt: skip
def test_a_number_and_its_unit_are_a_word(written: str, word: str) -> None:
    assert word in words(written)


@pytest.mark.parametrize("written", ["4k", "usb 3.0 hub", "size 42", "it's 5", "over 3 items"])
def test_what_is_no_measure_stays_as_it_is(written: str) -> None:
    assert not [word for word in words(written) if word[0].isdigit() and word.endswith(("in", "ft", "gallon"))]
