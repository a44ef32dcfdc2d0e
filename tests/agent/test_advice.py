"""Advice from facts: sizes from the shop's chart and words, budgets from prices, questions from what was found."""

from dataclasses import replace
from typing import Any

import pytest
from goods import goods
from little_shop import Chat, LittleShop, running_shop

from tresen.counter import asking, sizing
from tresen.retrieval.query import Query
from tresen.shop.catalog import Product, Texts, Variant
from tresen.shop.money import Money

FEET = {
    "de": "Fußlänge: 40 = 25,2 cm, 41 = 25,8 cm, 42 = 26,5 cm, 43 = 27,2 cm",
    "en": "Foot length: 40 = 25.2 cm, 41 = 25.8 cm, 42 = 26.5 cm, 43 = 27.2 cm",
}
CHEST = {"de": "Brustumfang: S 88–94, M 95–101, L 102–108 cm", "en": "Chest S: 88–94 cm, M: 95–101 cm, L: 102–108 cm"}
INNER = {"de": "Innenlänge 40: 26,2 cm; 41: 26,8 cm; 42: 27,5 cm. Fußlänge plus 1 cm wählen.",
         "en": "Inner length 40: 26.2 cm; 41: 26.8 cm; 42: 27.5 cm. Choose foot length plus 1 cm."}  # fmt: skip
SMALL = {"de": "Fällt eher klein aus; im Zweifel eine Nummer größer bestellen.",
         "en": "Runs slightly small; if in doubt, order one size up."}  # fmt: skip
LARGE = {"de": "Fällt groß aus.", "en": "Runs large."}
TRUE = {"de": "Fällt normal aus.", "en": "True to size."}
LOOSER = {"de": "Körpernah; wer es lockerer mag, nimmt eine Größe mehr.", "en": "Close fit; size up for a looser feel."}


def product(sizes: str = "40 41 42 43", gone: str = "", name: str = "Läufer", **details: Texts) -> Product:
    made = goods(name)
    variants = tuple(
        Variant(
            f"{name}-{size}", name, size, {"size": size}, Money(9990, "EUR"), True, 0 if size in gone.split() else 3, ""
        )
        for size in sizes.split()
    )
    return Product(
        name, "test", name, made.title, made.description, "Kiesel", made.category, "shoes", {}, dict(details), 4.5, 3,
        (), (), "", "", variants,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("details", "usual", "foot", "body", "suggested"),
    [
        ({"size_chart": FEET}, "", 26.4, 0, "42"),
        ({"size_chart": FEET}, "", 26.5, 0, "42"),
        ({"size_chart": FEET}, "", 26.6, 0, "43"),
        ({"size_chart": FEET}, "", 29.0, 0, ""),
        ({"size_chart": FEET}, "", 20.0, 0, ""),
        ({"size_chart": INNER}, "", 25.5, 0, "41"),
        ({"size_chart": FEET}, "", 0, 95, ""),  # a chest is no foot
        ({"fit": SMALL}, "42", 0, 0, "43"),
        ({"fit": LARGE}, "42", 0, 0, "41"),
        ({"fit": TRUE}, "42", 0, 0, "42"),
        ({"fit": LOOSER}, "42", 0, 0, "42"),
        ({"fit": SMALL, "size_chart": FEET}, "42", 25.2, 0, "40"),  # a measure beats a habit
        ({"fit": SMALL}, "", 0, 0, ""),
        ({}, "42", 0, 0, "42"),
        ({}, "", 0, 0, ""),
        ({}, "50", 0, 0, ""),
    ],
)
@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_size_comes_from_the_shops_words(
    details: dict[str, Texts], usual: str, foot: float, body: float, suggested: str, locale: str
) -> None:
    assert sizing.advise(product(**details), locale, usual, foot, body).suggested == suggested


@pytest.mark.parametrize(("chest", "size"), [(90, "S"), (95, "M"), (101.5, "L"), (104, "L"), (120, "")])
@pytest.mark.parametrize("locale", ["de", "en"])
def test_clothes_go_by_the_chest(chest: float, size: str, locale: str) -> None:
    assert sizing.advise(product("S M L", size_chart=CHEST), locale, body_cm=chest).suggested == size


def test_advice_quotes_the_shop_and_says_what_is_gone() -> None:
    told = sizing.advise(product(gone="43", fit=SMALL), "de", "42").told
    assert SMALL["de"] in told
    assert "nimm 43" in told
    assert "43 ist gerade ausverkauft; da sind 40, 41, 42." in told


def test_advice_names_no_size_where_none_is_left_or_made() -> None:
    told = sizing.advise(product("42 43", gone="42 43", fit=SMALL), "en", "42").told
    assert told.endswith("43 is sold out right now, and so are the other sizes.")
    assert sizing.advise(product(""), "de", "42").told == "Läufer auf Deutsch gibt es nur in einer Größe."


def test_only_what_is_said_of_the_fit_is_quoted() -> None:
    noted = {"de": "Normale Weite. Gewicht bei Größe 42.", "en": "Standard width. Weight measured in size 42."}
    assert "„Normale Weite.“" in sizing.advise(product(fit=noted), "de", "42").told


def test_what_is_not_stated_is_not_made_up() -> None:
    assert sizing.advise(product(), "de").told.startswith("Wie Läufer auf Deutsch ausfällt, gibt der Shop nicht an.")
    assert "does not state" in sizing.advise(product(), "en", "42").told
    assert (
        sizing.advise(product(), "en", "50").told
        == "Läufer in English does not come in 50; it comes in 40, 41, 42, 43."
    )


def on_surface(name: str, surface: tuple[str, str], sizes: str = "41 42", gone: str = "") -> Product:
    german, english = surface
    return replace(product(sizes, gone, name), attributes={"surface": {"de": german, "en": english}})


ROAD, TRAIL = ("Straße", "road"), ("Trail", "trail")
MIXED = [on_surface("a", ROAD), on_surface("b", TRAIL), on_surface("c", ROAD), on_surface("d", TRAIL)]


def ask(products: list[Product], shown: int = 4, asked: tuple[str, ...] = (), **query: Any) -> asking.Question | None:
    return asking.question(products, shown, Query(**{"text": "Laufschuhe", "locale": "de", **query}), (), asked)


def test_a_fact_that_parts_what_was_found_is_asked_for() -> None:
    found = ask(MIXED)
    assert found
    assert (found.key, found.text, found.values) == ("surface", "Eher Straße oder Trail?", ("Straße", "Trail"))
    assert ask(MIXED, locale="en", text="shoes").text == "Rather road or trail?"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "case",
    [
        {"products": MIXED[:2]},  # so few need no question
        {"products": [on_surface(name, ROAD) for name in "abcdef"]},  # all the same
        {"products": [*(on_surface(name, ROAD) for name in "abcdefghi"), on_surface("j", TRAIL)]},  # mostly the same
        {"products": MIXED, "asked": ("surface",)},
        {"products": MIXED, "options": {"surface": "trail"}},
        {"products": MIXED, "text": "Schuhe für Trails"},  # said already
        {"products": MIXED, "sort": "price"},  # the shopper goes by something else
        {"products": MIXED, "brand": "Kiesel", "price_max": 10_000},  # and knows what they want
        {"products": [*MIXED[::2], *MIXED[1::2]], "shown": 2},  # the same on the screen, whatever the answer
        {"products": [product(name=name) for name in "abcdef"]},  # the shop states nothing that tells them apart
    ],
)
def test_no_question_where_the_answer_changes_nothing(case: dict[str, Any]) -> None:
    assert ask(**case) is None


def test_a_size_is_asked_for_when_not_everything_is_there_in_it() -> None:
    shelf = [product(gone="42", name="a"), product(name="b"), product(name="c")]
    found = ask(shelf)
    assert found
    assert (found.key, found.values) == ("size", ("40", "41", "42", "43"))
    assert ask(shelf, asked=("size",)) is None
    assert ask(shelf, text="Schuhe in 42") is None
    assert ask([product(name=name) for name in "abc"]) is None


class Advising(LittleShop):
    """A shop with a size chart and budgets."""

    def tools(self) -> list[dict[str, Any]]:
        return [*super().tools(), {"type": "function", "function": {"name": "advise_size", "description": ""}}]

    def _advise_size(self, product_id: str, **args: Any) -> tuple[dict[str, Any], bool]:
        return {"tell": f"Zu {product_id}: {args}"}, True


def chat() -> Chat:
    shop = running_shop()
    return Chat(Advising(shop.categories, shop.products, shop.passages, shop.locale))


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("Welche Größe brauche ich bei der ersten?", {}),
        ("Welche Größe soll ich bei der ersten nehmen, ich trage sonst 42?", {"usual_size": "42"}),
        ("Which size should I take of the first one if my feet are 26.5 cm?", {"foot_length_cm": 26.5}),
        ("Fällt die erste klein aus?", {}),
        ("Does the first one run small? I usually wear M", {"usual_size": "M"}),
    ],
)
def test_the_planner_asks_the_shop_for_the_size(text: str, args: dict[str, Any]) -> None:
    talk = chat()
    talk.say("Zeig mir Laufsocken")
    talk.say(text)
    ((name, given),) = talk.calls
    assert name == "advise_size"
    assert given == {"product_id": "sock1", **args}


def test_a_budget_is_told_what_is_left_of_it() -> None:
    talk = chat()
    listed = talk.shop._listed(talk.shop.products[0]) | {"n": 1, "left_of_budget": "5,10 €"}
    talk.shop.outcome = {"products": [listed], "outcome": "found"}
    said = talk.say("Ich suche Laufsocken, mein Budget ist 20 Euro")
    assert said.endswith(f"Mit {listed['title']} bleiben dir 5,10 € übrig.")


def test_a_question_back_is_said_and_its_answer_refines() -> None:
    talk = chat()
    talk.shop.outcome = {"ask": {"about": "season", "say": "Eher Sommer oder Winter?", "answers": ["Sommer", "Winter"]}}
    assert talk.say("Zeig mir Laufsocken").endswith("Eher Sommer oder Winter?")
    talk.shop.outcome = {}
    talk.say("Winter")
    assert talk.calls[0][1]["attributes"] == {"season": "Winter"}
