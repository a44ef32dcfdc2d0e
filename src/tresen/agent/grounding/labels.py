"""Values of tools' results as words: what a bare figure under a key says."""

from typing import Any


def worded(field: str, value: str, label: str) -> tuple[str, str]:
    """A bare value with what its label says of it: `Gewicht (g)`, `298` reads as `Gewicht 298 g`."""
    key = field.rpartition(".")[2]
    bare = value.replace(".", "", 1).replace(",", "", 1).isdigit()
    if field == "rating":
        return f"{value} Sterne", "rating Bewertung"
    if key == "stars":
        return f"{value} Sterne", "review"
    if key == "ratings" and bare:
        return f"{value} Bewertungen", "rating Bewertung"
    if key in ("price", "total", "amount", "nearest_price"):
        return value, f"{label} {'Preis price' if key == 'price' else key}"
    if key in ("stock", "count", "quantity", "position", "returnable") and bare:
        return (f"{value} Artikel cart" if key in ("count", "quantity") else ""), "cart Warenkorb"
    if field.startswith("attributes.") and bare:
        name, _, unit = key.rstrip(")").rpartition("(" if "(" in key else " ")
        return (f"{name} {value} {unit}" if name else f"{value} {key}"), key
    return f"{value}", f"{key} {label}" if field.startswith(("attributes.", "details.")) else label


def screen(value: dict[str, Any]) -> str:
    """What an object without an id is: the cart, the checkout, or nothing in particular."""
    if "chosen" in value or "payments" in value or "offered" in value:
        return "checkout"
    return "cart" if "cart" in value else ""


def flat(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in flat(each)]
    if isinstance(value, list):
        return [text for each in value for text in flat(each)]
    return [str(value)] if value not in (None, "") else []
