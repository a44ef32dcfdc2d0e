"""The same story on a catalog that nobody prepared: a tea house, German only, from a CSV and a Markdown file."""

import json
from collections.abc import AsyncIterator

import pytest

from catalog_ingest.options import Options
from catalog_ingest.pipeline import ingest
from catalog_ingest.progress import Silent
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, owner, shoppers, turns
from tresen.conversation.events import MessageSent, ToolReturned
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Shopper
from tresen.kit.ids import secret
from tresen.settings import Settings

HEAD = "Artikelnummer;Gruppe;Bezeichnung;Beschreibung;Marke;Kategorie;Preis;Bestand;option:Packung;Bewertung"
TEAS = [
    ("Sencha Morgentau", "Frischer japanischer Grüntee mit grasiger Note.", "Grüntee", "4,7"),
    ("Jasminperle", "Grüntee, von Hand gerollt und mit Jasminblüten beduftet.", "Grüntee", "4,5"),
    ("Gunpowder Hafen", "Kräftiger chinesischer Grüntee, leicht rauchig.", "Grüntee", "3,9"),
    ("Assam Hochland", "Malziger Schwarztee für den Morgen.", "Schwarztee", "4,6"),
    ("Earl Grey Alster", "Schwarztee mit Bergamotte.", "Schwarztee", "4,2"),
    ("Kamille pur", "Ganze Kamillenblüten, ohne Zusätze.", "Kräutertee", "4,4"),
    ("Pfefferminz Wendland", "Pfefferminzblätter aus dem Wendland.", "Kräutertee", "4,8"),
]
POLICY = """# Versand

## Versandkosten

Innerhalb Deutschlands kostet der Versand 3,90 Euro. Ab 35 Euro ist er frei.

## Lieferzeit

Wir versenden werktags; das Paket ist in ein bis drei Tagen da.
"""


@pytest.fixture(scope="module")
async def teahouse(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tresen]:
    folder = tmp_path_factory.mktemp("tea")
    rows = [HEAD]
    for number, (title, text, category, rating) in enumerate(TEAS, 1):
        for pack, price in (("100 g", "6,90"), ("250 g", "14,50")):
            rows.append(f"T{number}-{pack[:3]};T{number};{title};{text};Teehaus;{category};{price};9;{pack};{rating}")
    (folder / "tee.csv").write_text("\n".join(rows), "utf-8")
    (folder / "regeln").mkdir()
    (folder / "regeln" / "versand.md").write_text(POLICY, "utf-8")
    app = bootstrap(Settings(home=folder / "home", database_url="", model=""))
    await app.start()
    report = await ingest(
        app.db, app.retrieval, [folder / "tee.csv", folder / "regeln"], Options(locale="de"), Silent()
    )
    assert report.rejected == []
    yield app
    await app.close()


async def say(app: Tresen, shopper: Shopper, text: str) -> tuple[str, MessageSent, list[ToolReturned]]:
    async with app.db.write() as tx:
        received = await turns.receive(tx, shopper, (Text(text),), secret())
    await turns.respond(app.db, app.bus, shopper.conversation_id, app.responder, app.taps)
    async with app.db.read() as tx:
        new = [each.data for each in await log.read(tx, shopper.conversation_id, after=received.seq)]
    (sent,) = [data for data in new if isinstance(data, MessageSent)]
    return text_of(sent.parts, shopper.locale), sent, [data for data in new if isinstance(data, ToolReturned)]


async def begin(app: Tresen, locale: str) -> Shopper:
    async with app.db.write() as tx:
        return (await shoppers.open_web(tx, locale)).shopper


def titles(message: MessageSent) -> list[str]:
    return [card.title for part in message.parts if part.type == "cards" for card in part.cards]


async def test_the_story_on_tea(teahouse: Tresen) -> None:
    shopper = await begin(teahouse, "de")
    _, found, _ = await say(teahouse, shopper, "Ich hätte gern einen Grüntee, der gut bewertet ist")
    assert set(titles(found)) == {"Sencha Morgentau", "Jasminperle"}
    second = titles(found)[1]
    said, chosen, _ = await say(teahouse, shopper, "den zweiten bitte, die 250 g Packung, zwei Stück")
    cart = next(part for part in chosen.parts if part.type == "cart")
    assert [(item.title, item.options, item.quantity) for item in cart.items] == [(second, "250 g", 2)]
    assert cart.total == "29,00\xa0€"
    assert "29,00" in said
    said, answered, _ = await say(teahouse, shopper, "Was kostet der Versand?")
    assert "3,90" in said
    assert answered.parts[-1].sources[0].heading.endswith("Versandkosten")
    await say(teahouse, shopper, "Ich würde gern mit jemandem aus dem Laden sprechen")
    async with teahouse.db.read() as tx:
        assert (await owner.current(tx, shopper.conversation_id)).owner == "waiting"


async def test_an_english_shopper_is_served_from_a_german_catalog(teahouse: Tresen) -> None:
    shopper = await begin(teahouse, "en")
    _, found, _ = await say(teahouse, shopper, "do you have peppermint tea?")
    assert "Pfefferminz Wendland" in titles(found)


async def test_what_the_shop_does_not_carry_is_said(teahouse: Tresen) -> None:
    shopper = await begin(teahouse, "de")
    said, found, returned = await say(teahouse, shopper, "Habt ihr Laufsocken?")
    assert titles(found) == []
    assert {json.loads(data.text)["outcome"] for data in returned} <= {"category_not_carried", "nothing"}
    assert "Laufsocken" in said
