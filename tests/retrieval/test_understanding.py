"""Price bounds are read from sentences in both languages, and only where money is meant."""

import pytest

from tresen.retrieval.query import Query
from tresen.retrieval.understanding import read


@pytest.mark.parametrize(
    ("text", "rest", "low", "high"),
    [
        ("Damen Regenjacke S unter 150 Euro", "Damen Regenjacke S", None, 15000),
        ("Jacke bis 99,90 €", "Jacke", None, 9990),
        ("bike lock under $40 black", "bike lock black", None, 4000),
        ("socks under 20", "socks", None, 2000),
        ("Helm ab 50 Euro", "Helm", 5000, None),
        ("shoes between 50 and 100 euros", "shoes", 5000, 10000),
        ("Zelt von 100 bis 200 Euro", "Zelt", 10000, 20000),
        ("höchstens 30 EUR Mütze", "Mütze", None, 3000),
        ("lamp at least 20 euros", "lamp", 2000, None),
    ],
)
def test_a_price_is_a_bound(text: str, rest: str, low: int | None, high: int | None) -> None:
    found = read(Query(text), "EUR")
    assert (found.text, found.price_min, found.price_max) == (rest, low, high)


@pytest.mark.parametrize("text", ["under 4 inch cabinet", "Lampe bis 30 cm", "over the range microwave", "aa 4 pack"])
def test_another_measure_is_no_price(text: str) -> None:
    assert read(Query(text), "EUR") == Query(text)


def test_a_bound_that_is_given_already_wins() -> None:
    query = Query("socks under 20 euros", price_max=500)
    assert read(query, "EUR") == query
