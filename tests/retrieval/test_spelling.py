"""Which mistake is the likelier one, and what a catalog's vocabulary makes of it."""

import pytest

from tresen.retrieval.spelling import effort
from tresen.retrieval.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("typed", "likelier", "other"),
    [
        ("nickle", "nickel", "nicole"),  # two letters swapped
        ("outdooor", "outdoor", "outdoors"),  # a letter doubled
        ("ceder", "cedar", "cider"),  # one vowel for another, both
        ("canster", "canister", "caster"),  # a letter left out rather than one too many
        ("grasd", "grass", "grasp"),  # the key beside
    ],
)
def test_the_easier_mistake_costs_less(typed: str, likelier: str, other: str) -> None:
    assert effort(typed, likelier) <= effort(typed, other)
    assert effort(likelier, likelier) == 0


def test_the_first_guess_stands_out_and_known_words_are_left_alone() -> None:
    words = Vocabulary("en", [["canister"]] * 30 + [["caster"]] * 30)
    (first, sure), (second, less) = words.near("canster")
    assert (first, second) == ("canist", "caster")
    assert sure > 0.75 > less
    assert words.knows("caster")
