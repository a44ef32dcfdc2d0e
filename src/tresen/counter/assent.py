"""A typed yes: what counts as one, word for word, and where the law lets it stand for the button."""

import re

from tresen.counter.till import Till
from tresen.kit.words import say
from tresen.shop.tax import EU

YES = frozenset(
    {
        "ja", "jawohl", "ja bitte", "ja gern", "ja gerne", "ja bestellen", "ja ich bestätige", "ich bestätige",
        "yes", "yes please", "yes i confirm", "i confirm", "yes order it", "yes place the order",
    }
)  # fmt: skip
_PLAIN = re.compile(r"[\w\s.,!]+")  # a question mark, a quantity or a picture may mean anything
_WORD = re.compile(r"[^\W_]+")


def is_yes(said: str, kind: str, locale: str) -> bool:
    """Whether a text is nothing but a yes, or what the button of an offer of this kind says."""
    words = " ".join(_WORD.findall(said.casefold()))
    button = " ".join(_WORD.findall(say(f"{kind}-button", locale).casefold()))
    return _PLAIN.fullmatch(said) is not None and (words in YES or words == button)


def counts(till: Till, country: str) -> bool:
    """Whether a yes can be typed: the shop wants it, and neither shop nor buyer is in the EU."""
    return till.house.typed_confirmation and not {till.house.country, country or till.house.country} & EU.keys()


def noted(till: Till, country: str, note: str, locale: str) -> str:
    """The note of an offer, with the word that a yes will do where it does."""
    return f"{note} {say('offer-typed', locale)}".strip() if counts(till, country) else note
