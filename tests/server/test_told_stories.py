"""`POST /v1/products/{id}/story` for the shop's pages, and the same story told in a conversation."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fake_openai import FakeOpenAI, Say
from goods import product_id
from little_app import furnish, served
from serving import serving
from telling import lines
from visitor import Visitor, part, words

SOCK = product_id("Laufsocke")
STORY = f"/v1/products/{SOCK}/story"


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("stories")
    await furnish(home)
    return home


@pytest.fixture(scope="module")
async def base(home: Path) -> AsyncIterator[str]:
    async with served(home) as (_, url):
        yield url


@pytest.fixture
async def http(base: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=base) as client:
        yield client


async def test_pages_get_a_story_with_its_sources(http: httpx.AsyncClient) -> None:
    told = (await http.post(STORY, json={"locale": "de", "use": "Winter", "gift": True})).raise_for_status().json()
    assert told["generated_by"] == "planner" and "Laufsocke auf Deutsch" in told["text"]
    assert " ".join(each["text"] for each in told["sentences"]) == told["text"]
    assert all(each["sources"] for each in told["sentences"])
    english = (await http.post(STORY, json={"locale": "en"})).json()
    assert "Laufsocke in English" in english["text"]


async def test_unknown_products_have_no_story(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/products/p_nothing/story", json={})
    assert answer.status_code == 404 and answer.json()["code"] == "unknown_product"


@pytest.mark.parametrize(
    "body",
    [{"use": "x" * 81}, {"values": ["x" * 41]}, {"values": ["x"] * 7}, {"length": 5}, {"length": 151}, {"tone": "loud"},
     {"use": 3}, []],
)  # fmt: skip
async def test_beyond_the_bounds_is_refused(http: httpx.AsyncClient, body: object) -> None:
    assert (await http.post(STORY, json=body)).status_code == 422


async def test_odd_letters_do_no_harm(http: httpx.AsyncClient) -> None:
    odd = json.dumps({"use": "winter\u0000\ud800<script>", "values": ["\u0000", "}\n"]})
    told = await http.post(STORY, content=odd, headers={"Content-Type": "application/json"})
    assert told.status_code == 200 and "script" not in told.json()["text"]


async def test_a_model_is_asked_once_for_one_audience(home: Path) -> None:
    first = 4  # title, brand and category come before the description
    fake = FakeOpenAI()
    fake.summary = Say(lines(("Laufsocke in English is good.", [1, first]), ("It is good, says Kiesel.", [2, first])))
    async with (
        serving(fake.app) as provider,
        served(home, work=False, model="fake-1", openai_base_url=f"{provider}/v1") as (_, url),
        httpx.AsyncClient(base_url=url) as client,
    ):
        asked = {"locale": "en", "use": "winter"}
        both = await asyncio.gather(*(client.post(STORY, json=asked) for _ in range(2)))
        later = await client.post(STORY, json={**asked, "use": " WINTER "})
    told = [each.raise_for_status().json() for each in (*both, later)]
    assert told[0]["generated_by"] == "fake-1" and told[0] == told[1] == told[2]
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("locale", "ask", "opener", "question"),
    [
        ("de", "Was ist das Besondere daran?", "Das steckt hinter", "Warenkorb"),
        ("de", "Erzähl mir die Geschichte dazu, es soll ein Geschenk sein", "Als Geschenk gedacht", "Warenkorb"),
        ("en", "What is special about it?", "Here is the story", "cart"),
        ("en", "Tell me the story behind it, it's a gift", "A present to think of", "cart"),
    ],
)
async def test_a_shopper_hears_the_story_and_sees_the_card(
    base: str, locale: str, ask: str, opener: str, question: str
) -> None:
    shopper = await Visitor.begin(base, locale, context={"product": SOCK})
    answer = await shopper.say(ask)
    texts = [each["text"] for each in answer["parts"] if each["type"] == "text"]
    assert texts[0].startswith(opener) and question in texts[-1]
    assert [card["product_id"] for card in part(answer, "cards")["cards"]] == [SOCK]


async def test_a_product_not_shown_yet_is_looked_up(base: str) -> None:
    shopper = await Visitor.begin(base, "de")
    answer = await shopper.say("Erzähl mir die Geschichte der Laufsocke auf Deutsch")
    assert "Laufsocke auf Deutsch" in words(answer) and part(answer, "cards")["cards"][0]["product_id"] == SOCK


async def test_other_stories_are_not_told(base: str) -> None:
    shopper = await Visitor.begin(base, "de")
    answer = await shopper.say("Erzähl mir eine Geschichte")
    assert not [each for each in answer["parts"] if each["type"] == "cards"]


@pytest.mark.parametrize(
    "ask", ["Was ist das Besondere an der Rückgabe?", "Was ist besonders an der ersten und zweiten?"]
)
async def test_questions_about_other_things_are_no_story(base: str, ask: str) -> None:
    shopper = await Visitor.begin(base, "de", context={"product": SOCK})
    assert "Das steckt hinter" not in words(await shopper.say(ask))
