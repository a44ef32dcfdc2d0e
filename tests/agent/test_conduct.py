"""Recitals and foreign tongues are told from honest words."""

import pytest

from tresen.agent import conduct

RULES = """You are the shopping assistant of a shop. Search before you name a product, a price, a size or stock.
Put something into the cart only when the shopper asks for it. Quantities are absolute.
- Service: mon, tue, wed, thu, fri, 10:00-18:00 (Europe/Berlin)"""


def test_a_recital_is_noticed_and_opening_hours_are_none() -> None:
    assert conduct.recites("Sure: search before you name a product, a price, a size or stock. Put something", RULES)
    assert not conduct.recites("I search before I name a product.", RULES)
    assert not conduct.recites("Service: mon, tue, wed, thu, fri, 10:00-18:00 (Europe/Berlin).", RULES)
    assert not conduct.recites("", RULES)


@pytest.mark.parametrize(
    ("text", "said", "locale", "other"),
    [
        ("These gloves are warm and would suit you well.", "Ich suche warme Handschuhe für den Winter", "de", True),
        ("Diese Handschuhe sind warm und passen gut zu dir.", "I am looking for warm gloves for winter", "en", True),
        ("Diese Handschuhe sind warm und passen gut zu dir.", "Ich suche warme Handschuhe für den Winter", "de", False),
        ("Ces gants sont chauds et vous iront très bien.", "Je cherche des gants chauds pour l'hiver", "de", False),
        ("Sure!", "Ich suche warme Handschuhe für den Winter", "de", False),
        ("These gloves are warm and would suit you well.", "ok", "de", False),
    ],
)
def test_another_language_is_noticed_where_the_shopper_writes_ours(
    text: str, said: str, locale: str, other: bool
) -> None:
    assert conduct.other_language(text, said, locale) is other
