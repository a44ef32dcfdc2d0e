"""Stories of products for the shop's own pages."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from tresen.agent import stories
from tresen.agent.stories.facts import LONGEST_STORY, LONGEST_USE, LONGEST_VALUE, MOST_VALUES, SHORTEST_STORY, Audience
from tresen.conversation.spending import SHOP
from tresen.counter import find
from tresen.server.chat import Body
from tresen.server.deps import App

router = APIRouter(prefix="/v1", tags=["shop"])


class Wanted(Body):
    """Whom the story is for; `length` is in words."""

    locale: Annotated[str, StringConstraints(max_length=100)] | None = None
    use: Annotated[str, StringConstraints(max_length=LONGEST_USE)] = ""
    values: list[Annotated[str, StringConstraints(max_length=LONGEST_VALUE)]] = Field([], max_length=MOST_VALUES)
    gift: bool = False
    length: int | None = Field(None, ge=SHORTEST_STORY, le=LONGEST_STORY)


@router.post("/products/{product_id}/story")
async def tell(app: App, product_id: str, wanted: Wanted) -> dict[str, Any]:
    """The story of a product, each sentence with the facts it rests on."""
    house, teller = app.settings.shop, app.agent.stories
    locale = house.locale(wanted.locale)
    length = wanted.length or stories.words_on("web", house)
    audience = Audience.of(wanted.use, wanted.values, wanted.gift, length)
    async with app.db.read() as tx:
        telling = teller.telling(await find.get_product(tx, product_id), audience, locale)
        story = await teller.ready(tx, telling, (SHOP,))
    story = story or await teller.make(app.db, telling, (SHOP,))
    return {
        "text": story.text,
        "sentences": [{"text": each.text, "sources": each.sources} for each in story.sentences],
        "generated_by": story.generated_by,
    }
