"""Hand over to a person."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import mood
from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.counter import handover


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def ask_for_human(
    reason: str, runtime: ToolRuntime[ShopperContext, Any], department: str = "", brief: str = ""
) -> ToolAnswer:
    """Hand the conversation to a person of the shop and end your turn; the shopper is told by the shop itself.

    Args:
        reason: Why a person is needed, in a few words.
        department: The department, if one fits better than the first.
        brief: For the person who takes over: the goal, what was tried, what is next.
    """
    context = runtime.context
    case = mood.case(context.run.turn)
    said = await handover.ask_for_human(
        context.open_tx, context.house, context.shopper, reason, department, brief, case
    )
    return answer({"said": said}, ends_turn=True)
