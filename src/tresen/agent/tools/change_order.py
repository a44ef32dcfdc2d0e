"""Change an order that has not left yet."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer, offer_facts, positions_of
from tresen.agent.context import ShopperContext
from tresen.counter import aftercare, amending, repaying


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def change_order(
    order_number: str, runtime: ToolRuntime[ShopperContext, Any], street: str = "", postal_code: str = "",
    city: str = "", name: str = "", country: str = "", take_out: dict[str, int] | None = None, payment: str = "",
) -> ToolAnswer:  # fmt: skip
    """Offer to change an order that has not left yet: another address in the same country, fewer items, or another
    way to pay while it waits for its payment.

    The shopper confirms it with the button. More or other items are a new order.

    Args:
        order_number: The order's number.
        street: Street and number of the new address.
        postal_code: Its postal code.
        city: Its city.
        name: Whom the parcel goes to, if that changes.
        country: Its country, if it was named.
        take_out: Position of an item in the order (from track_order) and how many of it to take out.
        payment: The name of another way to pay; `list` tells the names there are.
    """
    context = runtime.context
    tx, till, shopper = context.open_tx, context.till, context.shopper
    if take_out:
        offer = await amending.offer(tx, till, shopper, order_number, positions_of(take_out))
        return answer(offer_facts(offer), offer)
    found = await aftercare.my_order(tx, shopper, order_number)
    if payment:
        others = repaying.others(till, found)
        if found.state == "awaiting_payment" and payment not in {found.payment, *(each.name for each in others)}:
            named = [{"name": each.name, "label": each.label(shopper.locale)} for each in others]
            return answer({"payments": named}, *filter(None, [repaying.choices(till, found, shopper.locale)]))
        offer = await aftercare.offer_payment(tx, till, shopper, order_number, payment)
        return answer(offer_facts(offer), offer)
    to = {"street": street, "postal_code": postal_code, "city": city,
          "country": country or found.address.get("country", "")} | ({"name": name} if name else {})  # fmt: skip
    asked.refuse_unsaid(context.run.turn, {**to, "country": ""}, found.address)
    offer = await aftercare.offer_address(tx, till, shopper, order_number, to)
    return answer(offer_facts(offer), offer)
