"""The till and the order desk of a little shop: what buying and orders answer, in the JSON of the real tools."""

from typing import Any

Answer = tuple[dict[str, Any], bool]
SALES = (
    "quote_checkout", "apply_code", "track_order", "cancel_order", "change_order", "request_return", "start_withdrawal",
    "dispute_invoice", "prove_identity", "suggest_additions", "save_for_later", "notify_when_back", "compare_products",
)  # fmt: skip
SHIPPING = [
    {"key": "home", "label": "Versand nach Hause", "price": "4,90 €"},
    {"key": "pickup", "label": "Abholung im Laden", "price": "0,00 €"},
]
PAYMENTS = [
    {"name": "demo", "label": "Probezahlung"},
    {"name": "invoice", "label": "Auf Rechnung"},
    {"name": "on_pickup", "label": "Bei Abholung im Laden"},
]
ADDRESS = ("name", "street", "postal_code", "city", "email")
RIGHT_CODE = "123456"


class LittleCounter:
    """Mixed into the little shop; `proven` opens the orders, `told` holds what the checkout knows."""

    cart: dict[str, int]
    told: dict[str, str]
    orders: list[dict[str, Any]]
    proven: bool
    codes: list[str]

    def _quote_checkout(self, **args: str) -> Answer:
        self.told |= args
        pickup = self.told.get("shipping") == "pickup"
        needed = ("name", "email") if pickup else ADDRESS
        lacking = [each for each in needed if not self.told.get(each)]
        if set(args) & set(ADDRESS) and lacking:
            for each in set(args) & set(ADDRESS):
                del self.told[each]
            fields = dict.fromkeys(lacking, "missing")
            return {"refused": "bad_address", "tell": f"Es fehlt: {lacking}", "fields": fields}, False
        gaps = {"cart": not self.cart, "shipping": "shipping" not in self.told, "address": bool(lacking),
                "payment": "payment" not in self.told}  # fmt: skip
        missing = [name for name, lacks in gaps.items() if lacks]
        facts = {"missing": missing, "shipping": SHIPPING, "payments": PAYMENTS, "total": "19,80 €",
                 "chosen": {"shipping": self.told.get("shipping", "")}}  # fmt: skip
        return facts | ({} if missing else {"offered": True, "button": "Zahlungspflichtig bestellen"}), True

    def _apply_code(self, code: str, remove: bool = False) -> Answer:
        if code.upper() != "HALLO10":
            return {"refused": "code_unknown", "say": "No such code.", "tell": "Diesen Code gibt es nicht."}, False
        self.codes = [] if remove else [code]
        return {"cart": {"items": [], "total": "17,82 €", "count": 0}}, True

    def _seen(self, number: str) -> dict[str, Any] | None:
        return next((each for each in self.orders if self.proven and each["number"] == number), None)

    def _track_order(self, order_number: str = "") -> Answer:
        if not order_number:
            return {"orders": self.orders if self.proven else []}, True
        found = self._seen(order_number)
        return ({"orders": [found]}, True) if found else (_unknown(), False)

    def _of(self, order_number: str, kind: str) -> Answer:
        if not self._seen(order_number):
            return _unknown(), False
        return {"offered": kind, "done": False, "button": f"Ja: {kind}"}, True

    def _cancel_order(self, order_number: str) -> Answer:
        return self._of(order_number, "cancel")

    def _change_order(self, order_number: str, **args: Any) -> Answer:
        if args.get("payment") == "list" and self._seen(order_number):
            return {"payments": PAYMENTS[1:2]}, True
        kind = next((each for each in ("take_out", "payment") if each in args), "address")
        return self._of(order_number, kind)

    def _request_return(self, order_number: str, kind: str = "return", **args: Any) -> Answer:
        if kind == "exchange":
            return {"refused": "return_no_exchange", "tell": "Umtauschen per Post bieten wir nicht an."}, False
        return self._of(order_number, "return")

    def _start_withdrawal(self, order_number: str = "") -> Answer:
        if order_number and self._seen(order_number):
            return self._of(order_number, "withdrawal")
        return {"page": "http://shop.test/withdraw", "say": "Hier kannst du widerrufen."}, True

    def _dispute_invoice(self, order_number: str, objection: str) -> Answer:
        return ({"said": "Somebody will answer."}, True) if self._seen(order_number) else (_unknown(), False)

    def _prove_identity(self, email: str = "", order_number: str = "", code: str = "") -> Answer:
        self.proven = self.proven or code == RIGHT_CODE
        said = "Danke." if self.proven else "Dieser Code stimmt nicht." if code else "Wir haben einen Code geschickt."
        return {"proven": self.proven, "say": said}, True

    def _suggest_additions(self, product_id: str = "") -> Answer:
        row = {"id": "light", "title": "Rotlicht", "price": "19,90 €", "reason": "Passt zu: Socken"}
        return {"suggestions": [row]}, True

    def _save_for_later(self, variant_id: str, bring_back: bool = False) -> Answer:
        return {"cart": {"items": [], "total": "0,00 €", "count": 0}, "saved": not bring_back}, True

    def _notify_when_back(self, variant_id: str) -> Answer:
        return {"noted": True, "title": "Laufsocken"}, True


def _unknown() -> dict[str, Any]:
    return {"refused": "unknown_order", "say": "Unknown.", "tell": "Ich finde dazu keine Bestellung."}


def past_order(number: str = "KK-2026-1311", state: str = "delivered") -> dict[str, Any]:
    """An order of two things, as track_order tells it."""
    titles = (("Merino-Laufsocken", "Blau, 39-42", 2), ("Laufmütze", "Schwarz", 1))
    items = [
        {"position": at, "title": title, "options": options, "quantity": count, "returnable": count}
        for at, (title, options, count) in enumerate(titles)
    ]
    return {"number": number, "state": state, "label": state, "items": items, "details": {"Lieferung": "3. bis 5. Mai"}}
