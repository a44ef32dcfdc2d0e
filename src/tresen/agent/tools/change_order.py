"""Change the address of an order."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer, offer_facts
from tresen.agent.context import ShopperContext
from tresen.counter import aftercare


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def change_order(
    order_number: str, street: str, postal_code: str, city: str, runtime: ToolRuntime[ShopperContext, Any],
    name: str = "", country: str = "",
) -> ToolAnswer:  # fmt: skip
    """Offer to send an order that has not left yet to another address in the same country; the shopper confirms it.

    Args:
        order_number: The order's number.
        street: Street and number.
        postal_code: Postal code.
        city: City.
        name: Whom the parcel goes to, if that changes too.
        country: Country, if it was named.
    """
    context = runtime.context
    found = await aftercare.my_order(context.open_tx, context.shopper, order_number)
    to = {"street": street, "postal_code": postal_code, "city": city,
          "country": country or found.address.get("country", "")} | ({"name": name} if name else {})  # fmt: skip
    offer = await aftercare.offer_address(context.open_tx, context.till, context.shopper, order_number, to)
    return answer(offer_facts(offer), offer)
