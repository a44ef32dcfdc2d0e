"""Scripts that suggest: what completes the cart, what is better; the shop's reasons are said, none of our own."""

from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import clipped, listed, told
from tresen.agent.planner.purchase import meant
from tresen.agent.planner.results import line, rows
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View

MOST_WORDS = 14


def additions(wish: Wish, view: View) -> Script:
    """What goes well with the cart."""
    (result,) = yield (Call("suggest_additions", {}),)
    if not result.ok:
        return Said(told("unavailable", view.locale))
    names = _suggested(result)
    key = "additions" if names else "no-additions"
    return Said(told(key, view.locale, names=listed(names, view.locale)))


def better(wish: Wish, view: View) -> Script:
    """Something better than what is in view, where facts say so."""
    product = meant(wish, view)
    if isinstance(product, Said):
        return product
    (result,) = yield (Call("suggest_additions", {"product_id": product.id}),)
    if not result.ok:
        return Said(told("unavailable", view.locale))
    names = _suggested(result)
    key = "better" if names else "no-better"
    return Said(told(key, view.locale, title=product.title, names=listed(names, view.locale)))


def _suggested(result: Result) -> list[str]:
    """Title and reason of each suggestion."""
    return [
        f"{title} ({clipped(reason, MOST_WORDS)})" if (reason := line(row.get("reason"))) else title
        for row in rows(result.data.get("suggestions"))
        if (title := line(row.get("title")))
    ]
