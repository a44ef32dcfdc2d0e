"""Search the shop's documents."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.conversation.parts import Source, Sources
from tresen.counter import find

MOST_CITED = 2


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def search_policies(query: str, runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Look up shipping, returns, payment, warranty, privacy, opening hours and other rules of the shop.

    Args:
        query: The shopper's question, in their own words.
    """
    hits = await find.search_policies(runtime.context.retrieval, query, runtime.context.shopper.locale)
    passages = [hit.passage for hit in hits]
    facts = [
        {"n": number, "title": hit.passage.title, "heading": hit.passage.heading, "text": hit.passage.text,
         "score": round(hit.score, 2), "locale": hit.passage.locale}
        for number, hit in enumerate(hits, 1)
    ]  # fmt: skip
    cited = tuple(
        Source(passage.title, passage.heading, f"/demo/policies/{passage.document_id}#{passage.anchor}", passage.id)
        for passage in passages[:MOST_CITED]
    )
    return answer({"found": bool(hits), "passages": facts}, *([Sources(cited)] if cited else []))
