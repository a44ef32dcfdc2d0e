"""What the demo shop does not sell is told in both languages; what it sells is found, typing mistakes or not."""

import pytest

from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval

FOREIGN = {
    "de": (
        "Tennisschläger", "Tennisbälle", "Fußball", "Schlafsack", "Badehose", "Waschmaschine", "Boxhandschuhe",
        "Tischtennisplatte", "Laufband", "Inlineskates", "Skihelm", "Kinderwagen", "Smartphone", "Halskette", "Gitarre",
        "Kaffeemaschine", "Hundefutter", "Kettenöl", "Staubsauger", "Zelt",
    ),
    "en": (
        "tennis rackets", "tennis balls", "soccer ball", "sleeping bag", "swim trunks", "washing machine",
        "boxing gloves", "ping pong table", "treadmill", "inline skates", "ski helmet", "stroller", "smartphone",
        "necklace", "guitar", "coffee machine", "dog food", "chain lube", "vacuum cleaner", "tent",
    ),
}  # fmt: skip
SENTENCES = (
    ("do you sell tennis rackets?", "en"), ("I'm looking for a tennis racket for my son", "en"),
    ("habt ihr Tennisschläger?", "de"), ("ich suche einen Tennisschläger für Kinder", "de"),
)  # fmt: skip
SOLD = {
    "de": {
        "Laufsoken": "SOCK", "Fahrradschlos": "LOCK", "Bügelschlos": "LOCK", "Fahradhelm": "HELM", "Regnejacke": "RJKT",
        "Handschue": "CGLV CAPG", "Stirnlape": "HEAD", "Radshuhe": "CSHO", "Massageball": "CARE", "Rücklicht": "LITE",
        "Fahrradtasche": "BAGS", "Faszienrolle": "CARE", "Turnschuhe": "SHOE TRAIL CSHO", "Kinderhelm": "HELM",
        "Satteltasche": "BAGS", "Trikot": "CJSY", "Standpumpee": "PUMP", "Lauftagebuch": "GIFT", "Energiegel": "NUTR",
        "Drehmomentschlüsel": "PUMP",
    },
    "en": {
        "runing soks": "SOCK", "bike locks": "LOCK", "bike helmt": "HELM", "rain jaket": "RJKT", "glovs": "CGLV CAPG",
        "headlamp": "HEAD", "trail shoes": "TRAIL", "massage ball": "CARE", "rear light": "LITE", "saddle bag": "BAGS",
        "foam roller": "CARE", "sneakers": "SHOE TRAIL CSHO SOCK", "kids helmet": "HELM", "jersy": "CJSY",
        "floor pump": "PUMP", "running journal": "GIFT", "energy gel": "NUTR", "bicycle tire": "TYRE",
        "compresion socks": "SOCK", "GPS watch": "WTCH",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "locale"), [*((text, locale) for locale, texts in FOREIGN.items() for text in texts), *SENTENCES]
)
async def test_what_is_not_sold_is_said_and_nothing_stands_in(demo: Retrieval, text: str, locale: str) -> None:
    found = await demo.find(Query(text, locale))
    assert found.outcome in {"category_not_carried", "nothing"}
    assert found.hits == ()


@pytest.mark.parametrize(
    ("text", "locale", "families"),
    [(text, locale, families) for locale, texts in SOLD.items() for text, families in texts.items()],
)
async def test_what_is_sold_comes_first(demo: Retrieval, text: str, locale: str, families: str) -> None:
    found = await demo.find(Query(text, locale))
    assert found.outcome == "found"
    assert found.hits[0].product_id.partition("-")[0] in families.split()
