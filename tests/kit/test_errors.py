"""Errors speak to three audiences, and to the shopper in their language."""

import pytest

from tresen.conversation.outbox import Undeliverable
from tresen.kit.errors import Fenced, Misconfigured, NotFound, Refusal, TresenError, Unauthorized
from tresen.kit.words import locales
from tresen.shop.stock import OutOfStock


def test_german_and_english_are_the_languages_there_are() -> None:
    assert locales() == {"de", "en"}


@pytest.mark.parametrize(
    ("left", "locale", "expected"),
    [
        (0, "de", "Diese Variante ist leider ausverkauft."),
        (1, "de", "Von dieser Variante ist nur noch ein Stück da."),
        (3, "de", "Von dieser Variante sind nur noch 3 Stück da."),
        (0, "en", "sold out"),
        (3, "en", "3"),
        (3, "fr", "3"),
    ],
)
def test_a_refusal_is_told_in_the_shoppers_language(left: int, locale: str, expected: str) -> None:
    assert expected in OutOfStock(left).told(locale)


def test_an_unknown_refusal_is_still_a_sentence() -> None:
    refusal = Refusal("internal words", code="nobody_knows")
    assert refusal.told("de") == "Das geht leider nicht."
    assert "internal" not in refusal.told("en")


def test_what_is_not_given_is_the_classs_own() -> None:
    assert (NotFound().status, NotFound().code, NotFound().say) == (404, "not_found", NotFound.say)
    special = NotFound("No such sock.", code="no_sock", hint="knit one")
    assert (special.say, special.code, special.hint) == ("No such sock.", "no_sock", "knit one")
    assert NotFound.say != "No such sock."
    assert str(special) == "No such sock. (knit one)"


def test_expected_and_unexpected_are_told_apart() -> None:
    assert issubclass(Unauthorized, Refusal)
    assert issubclass(Undeliverable, Refusal)
    for failure in (Fenced, Misconfigured):
        assert issubclass(failure, TresenError)
        assert not issubclass(failure, Refusal)
        assert failure.status >= 500
