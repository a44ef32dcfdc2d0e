"""Tell the story of a product."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.agent.stories import words_on
from tresen.agent.stories.facts import Audience
from tresen.conversation.parts import Cards, Text
from tresen.conversation.spending import whom
from tresen.counter import cards, find

NOTHING: list[str] = []
TOLD = "The shopper reads this story as it is, with the card. Do not repeat it; add one short question at most."


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def tell_story(
    product_id: str, runtime: ToolRuntime[ShopperContext, Any],
    use: str = "", values: list[str] = NOTHING, for_gift: bool = False,
) -> ToolAnswer:  # fmt: skip
    """Tell the story of one product, from the shop's facts: when asked for it, or what is special about it.

    Args:
        product_id: The id of a product that find_products returned or the shopper looks at.
        use: What the shopper wants it for, in their words, such as running in winter.
        values: What matters to them, such as sustainability, vegan, price.
        for_gift: Whether it is a present.
    """
    context = runtime.context
    locale, stories = context.shopper.locale, context.stories
    product = await find.get_product(context.open_tx, product_id)
    shown = await cards.shown(context.open_tx, [product], locale)
    audience = Audience.of(use, values, for_gift, words_on(context.channel, context.house))
    telling = stories.telling(product, audience, locale)
    payers = whom(context.shopper)
    story = await stories.ready(context.open_tx, telling, payers)
    story = story or await stories.make(context.run.turn.db, telling, payers)
    await context.run.turn.live("text.delta", text=f"{story.text}\n\n")
    sources = list(dict.fromkeys(source for sentence in story.sentences for source in sentence.sources))
    facts = {"id": product.id, "title": telling.title, "told": story.text, "sources": sources, "say": TOLD}
    return answer(facts, Text(story.text), Cards(shown))
