"""Offer an order."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer, checkout_choices, checkout_facts
from tresen.agent.context import ShopperContext
from tresen.conversation.parts import Link
from tresen.counter import checkout
from tresen.kit.words import say


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def quote_checkout(
    runtime: ToolRuntime[ShopperContext, Any], name: str = "", street: str = "", postal_code: str = "",
    city: str = "", country: str = "", email: str = "", shipping: str = "", payment: str = "",
) -> ToolAnswer:  # fmt: skip
    """Take the cart to the checkout: note what the shopper said, say what is missing, and offer the order to confirm.

    The shopper orders with the button on the offer or on the linked page; you can never order for them.

    Args:
        name: Whom the parcel goes to.
        street: Street and number.
        postal_code: Postal code.
        city: City.
        country: Country, in two letters or by name.
        email: Where the confirmation goes.
        shipping: The key of a shipping option that this tool listed.
        payment: The name of a way to pay that this tool listed.
    """
    context = runtime.context
    tx, till, shopper = context.open_tx, context.till, context.shopper
    said = {"name": name, "street": street, "postal_code": postal_code, "city": city, "country": country,
            "email": email}  # fmt: skip
    told = {key: text for key, text in said.items() if text}
    if told or shipping or payment:
        asked.insist_on(context.run.turn, asked.WISHES)
    if told:
        known = (await checkout.wishes(tx, shopper)).address
        asked.refuse_unsaid(context.run.turn, {**told, "country": ""}, known)
        await checkout.remember(tx, till, shopper, {"country": till.house.country, **known, **told}, shipping, payment)
    elif shipping or payment:
        await checkout.remember(tx, till, shopper, None, shipping, payment)
    found = await checkout.look(tx, till, shopper)
    facts = checkout_facts(found, shopper.locale)
    if "cart" in found.missing:
        return answer(facts)
    if found.missing:
        page = Link(say("checkout-page", shopper.locale), await checkout.page_url(tx, till, shopper))
        return answer(facts, page, *checkout_choices(found, shopper.locale))
    offer = await checkout.quote(tx, till, shopper)
    return answer({**facts, "offered": True, "button": offer.button, "total": offer.total}, offer)
