"""Let the shopper prove who they are."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.counter import identity
from tresen.kit.errors import Unprocessable
from tresen.kit.words import say


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def prove_identity(
    runtime: ToolRuntime[ShopperContext, Any], email: str = "", order_number: str = "", code: str = ""
) -> ToolAnswer:
    """Let the shopper prove who they are, before orders or personal data of other days are shown.

    Call it with an e-mail or an order number to send a code by mail, then with the code the shopper typed.

    Args:
        email: The shopper's e-mail address, in their words.
        order_number: The number of an order of theirs.
        code: The code the shopper typed; leave it empty to have one sent.
    """
    context, locale = runtime.context, runtime.context.shopper.locale
    asked.refuse_unsaid(context.run.turn, {"email": email, "order number": order_number, "code": code})
    if code.strip():
        who = await identity.prove(context.open_tx, context.shopper, code)
        return answer({"proven": who.proven, "say": say("code-right" if who.proven else "code-wrong", locale)})
    claim = email.strip() or order_number.strip()
    if not claim:
        raise Unprocessable("Ask for the e-mail address or the order number first.", code="nothing_claimed")
    if (await identity.known(context.open_tx, context.shopper)).email == claim.lower():
        return answer({"proven": True, "say": say("identity-known", locale)})
    said = await identity.send_code(context.open_tx, context.house, context.shopper, claim)
    return answer({"proven": False, "say": said})
