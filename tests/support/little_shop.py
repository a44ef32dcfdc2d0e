"""Two tiny shops behind the agent's tools, in memory: enough to hold a whole conversation with the planner."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from little_counter import SALES, LittleCounter

from tresen.agent.planner.model import Planner
from tresen.agent.planner.spelling import alike, words

Answer = tuple[dict[str, Any], bool]  # the JSON, and whether it is no refusal
NAMES = (
    *("find_products", "get_product", "set_cart_quantity", "show_cart", "search_policies", "ask_for_human"),
    *SALES,
)
ENDS = ("ask_for_human", "dispute_invoice")


ATTRIBUTES = (
    "Attributes, with some of their values (German|English):\n"
    "size: M, L\ngender: Unisex, Damen|women, Herren|men, Kinder|kids\n"
    "season: Sommer|summer, Winter|winter\nflavour: Zitrone|lemon\n"
    "Attributes that are yes or no: waterproof, vegan, rechargeable, gluten_free"
)


@dataclass
class LittleShop(LittleCounter):
    """The texts of `products` are per locale; a variant is its options and its stock."""

    categories: list[list[str]]
    products: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    locale: str = "de"
    cart: dict[str, int] = field(default_factory=dict)
    handed_over: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    proven: bool = True
    codes: list[str] = field(default_factory=list)
    outcome: dict[str, Any] = field(default_factory=dict)  # laid over what find_products answers

    def tools(self) -> list[dict[str, Any]]:
        lines = "\n".join(f"- {key} | {german} | {english}" for key, german, english in self.categories)
        brands = ", ".join(dict.fromkeys(product["brand"] for product in self.products))
        about = f"Search.\n\nCategories: (key | German | English)\n{lines}\nBrands: {brands}\n{ATTRIBUTES}"
        return [
            {"type": "function", "function": {"name": name, "description": about if name == NAMES[0] else ""}}
            for name in NAMES
        ]

    def run(self, name: str, args: dict[str, Any]) -> Answer:
        answer: Answer = getattr(self, f"_{name}")(**args)
        return answer

    def pick(self, text: Any) -> Any:
        return text[self.locale] if isinstance(text, dict) else text

    def money(self, amount: float) -> str:
        return f"{amount:.2f} €".replace(".", ",") if self.locale == "de" else f"€{amount:.2f}"

    def _find_products(self, **args: Any) -> Answer:
        fitting = [each for each in self.products if self._fits(each, args)]
        if args.get("sort") in ("rating", "price"):
            fitting.sort(key=lambda each: each["price"] if args["sort"] == "price" else -each["rating"])
        shown = fitting[: args.get("limit", 4)]
        found = {
            "outcome": "found" if shown else "nothing",
            "total": len(fitting),
            "relaxed": [],
            "unknown": [],
            "nearest_price": None,
            "products": [self._listed(each) | {"n": number} for number, each in enumerate(shown, 1)],
        }
        return found | self.outcome, True

    def _fits(self, product: dict[str, Any], args: dict[str, Any]) -> bool:
        said = words(f"{product['title']} {product['category']}")
        return (
            args.get("category", product["category"]) == product["category"]
            and args.get("brand", product["brand"]) == product["brand"]
            and product["price"] <= args.get("price_max", 10**6)
            and product["rating"] >= args.get("rating_min", 0)
            and ("category" in args or any(alike(one, other) for one in words(args["query"]) for other in said))
        )

    def _listed(self, product: dict[str, Any]) -> dict[str, Any]:
        variants = self._variants(product)
        options: dict[str, list[str]] = {}
        for variant in variants:
            for key, value in variant["options"].items():
                options[key] = list(dict.fromkeys([*options.get(key, []), value]))
        return {key: product[key] for key in ("id", "brand", "rating", "ratings")} | {
            "title": self.pick(product["title"]),
            "price": self.money(product["price"]),
            "available": any(variant["stock"] for variant in variants),
            "options": options,
            "match": None,
        }

    def _variants(self, product: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "id": f"{product['id']}-{place}",
                "options": {key: self.pick(value) for key, value in options.items()},
                "price": self.money(product["price"]),
                "stock": stock,
            }
            for place, (options, stock) in enumerate(product["variants"])
        ]

    def _get_product(self, product_id: str) -> Answer:
        product = next((each for each in self.products if each["id"] == product_id), None)
        if product is None:
            return {"refused": "unknown_product", "say": "No such product."}, False
        facts = {
            key: {self.pick(fact["label"]): self.pick(fact["text"]) for fact in product[key]}
            for key in ("attributes", "details")
        }
        told = {
            "description": self.pick(product["description"]),
            "reviews": product.get("reviews", []),
            "variants": self._variants(product),
            "goes_well_with": product.get("goes_well_with", []),
        }
        return self._listed(product) | facts | told, True

    def _compare_products(self, product_ids: list[str]) -> Answer:
        return {"products": [self._get_product(each)[0] for each in product_ids], "rows": []}, True

    def _set_cart_quantity(self, variant_id: str, quantity: int) -> Answer:
        stock = {each["id"]: each["stock"] for product in self.products for each in self._variants(product)}
        if variant_id not in stock:
            return {"refused": "unknown_variant", "say": "Unknown."}, False
        if quantity > stock[variant_id]:
            return {"refused": "out_of_stock", "say": "Not enough.", "left": stock[variant_id]}, False
        self.cart = {key: count for key, count in (self.cart | {variant_id: quantity}).items() if count}
        return self._show_cart()

    def _show_cart(self) -> Answer:
        items, total = [], 0.0
        for product in self.products:
            for variant in self._variants(product):
                if count := self.cart.get(variant["id"], 0):
                    total += count * product["price"]
                    items.append(self._item(product, variant, count))
        return {"cart": {"items": items, "total": self.money(total), "count": sum(self.cart.values())}}, True

    def _item(self, product: dict[str, Any], variant: dict[str, Any], count: int) -> dict[str, Any]:
        return {
            "variant_id": variant["id"],
            "product_id": product["id"],
            "title": self.pick(product["title"]),
            "options": ", ".join(variant["options"].values()),
            "quantity": count,
            "price": variant["price"],
            "total": self.money(count * product["price"]),
        }

    def _search_policies(self, query: str) -> Answer:
        asked = [word[:6] for word in words(query) if len(word) > 4]
        scored = []
        for passage in self.passages:
            said = " ".join(words(f"{passage['title']} {passage['heading']} {passage['text']}"))
            if passage["locale"] == self.locale and (score := sum(word in said for word in asked)):
                scored.append((score, passage))
        found = [passage for _, passage in sorted(scored, key=lambda pair: -pair[0])]
        return {"found": bool(found), "passages": [each | {"n": n} for n, each in enumerate(found, 1)]}, True

    def _ask_for_human(self, **args: Any) -> Answer:
        self.handed_over.append(args)
        return {"said": "Somebody will answer."}, True


@dataclass
class Chat:
    """A conversation that runs the planner and its tool calls to the end of each turn."""

    shop: LittleShop
    messages: list[BaseMessage] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    rounds: int = 0

    def __post_init__(self) -> None:
        self.messages.append(SystemMessage(f"You are the assistant.\nLocale: {self.shop.locale}"))
        self.model = Planner().bind_tools(self.shop.tools())

    def say(self, text: str) -> str:
        """The shopper writes; the planner's answer comes back, empty when a person takes over."""
        self.messages.append(HumanMessage(text))
        self.calls, self.rounds = [], 0
        while not (reply := self.model.invoke(self.messages)).text:
            self.messages.append(reply)
            self.rounds += 1
            assert reply.tool_calls, "neither words nor calls"
            went_on = [self._run(dict(call)) for call in reply.tool_calls]
            if not all(went_on):
                self.messages.append(AIMessage("A person will answer."))
                return ""
        self.messages.append(reply)
        return reply.text

    def _run(self, call: dict[str, Any]) -> bool:
        """Run one call; False when it ended the turn."""
        self.calls.append((call["name"], call["args"]))
        data, ok = self.shop.run(call["name"], call["args"])
        text = json.dumps(data, ensure_ascii=False)
        self.messages.append(ToolMessage(text, tool_call_id=call["id"], status="success" if ok else "error"))
        return not (ok and call["name"] in ENDS)

    @property
    def named(self) -> list[str]:
        """The tools of this turn, in order."""
        return [name for name, _ in self.calls]


def running_shop(locale: str = "de") -> LittleShop:
    return _shop("running", locale)


def tea_shop(locale: str = "en") -> LittleShop:
    """Another trade altogether, to see that nothing hangs on running shoes."""
    return _shop("tea", locale)


def _shop(name: str, locale: str) -> LittleShop:
    data = json.loads(Path(__file__).with_name("little_shops.json").read_text("utf-8"))[name]
    return LittleShop(data["categories"], data["products"], data["passages"], locale)
