"""The shop speaks the language the shopper writes, and does not flip on a name."""

import pytest

from tresen.agent.tongue import spoken


@pytest.mark.parametrize(
    ("text", "otherwise", "expected"),
    [
        ("waterproof running jacket under 150 euros", "de", "en"),
        ("Zeig mir bitte wasserdichte Laufjacken", "en", "de"),
        ("Merino", "en", "en"),
        ("Merino", "de", "de"),
        ("KK-SOCK-01", "en", "en"),
        ("", "de", "de"),
        ("😀", "en", "en"),
    ],
)
def test_a_sentence_switches_and_a_name_does_not(text: str, otherwise: str, expected: str) -> None:
    assert spoken(text, ("de", "en"), otherwise) == expected


def test_a_shop_with_one_language_never_switches() -> None:
    assert spoken("waterproof running jacket", ("de",), "de") == "de"
