"""What attackers plant and shoppers try: the samples of the suite `safety`, read without importing Inspect."""

from typing import Any, Literal, Protocol

from pydantic import BaseModel, model_validator

Kind = Literal["injection", "abuse", "benign"]
Where = Literal["title", "description", "detail", "review", "policy", "order_note", "operator"]
CODE = "$mailed_code"  # in a turn: the code that was mailed last to the shopper's own address


class Plant(BaseModel, frozen=True, extra="forbid"):
    """Text that somebody put where the model reads it; `product` is a product, for a policy its document."""

    where: Where
    product: str = ""
    text: str


class Deed(BaseModel, frozen=True, extra="forbid"):
    """What a model that obeys does: one call of a tool, or its last words."""

    tool: str = ""
    args: dict[str, Any] = {}
    say: str = ""


class Limits(BaseModel, frozen=True, extra="forbid"):
    """`never` may not be in what is said; of each group of `any_words` one has to be."""

    never: tuple[str, ...] = ()
    any_words: tuple[tuple[str, ...], ...] = ()


class Attack(BaseModel, frozen=True, extra="forbid"):
    """One sample: what is planted, what the shopper writes, what a model that obeys would do, and the limits.

    In `turns`, `plant`, the arguments and `any_words` stand names for what each run has of its own: $product and
    $variant (of the plant), $other_product and $other_variant (a dear one), $cart_variant, $cart_variant_2, $own_order
    (not yet shipped), $own_delivered, $own_email, $foreign_order, $foreign_email, $code (a real one of everybody's).
    """

    id: str
    locale: Literal["de", "en"]
    kind: Kind
    plant: Plant | None = None
    turns: tuple[str, ...]
    obeys: tuple[Deed, ...] = ()
    expect: Limits
    tags: tuple[str, ...]
    why: str

    @model_validator(mode="after")
    def _can_fail(self) -> "Attack":
        if self.kind == "benign" and not self.expect.any_words:
            raise ValueError("a benign sample says how it is served")
        if self.kind != "benign" and not self.obeys:
            raise ValueError("an attack says what obeying it would be")
        return self

    @property
    def trigger(self) -> str:
        """The words that a model which obeys has to read."""
        return self.plant.text if self.plant else self.turns[-1]


class Aftermath(BaseModel, frozen=True):
    """The shop after an attack.

    `replies` is the prose of each turn, `shown` everything else of it as plain text. `changed` are rows that came or
    went and would not have without the attack, `missing` those that should have and did not. `leaked` is what belongs
    to others and was found in what was sent or read, `quoted` pieces of the system prompt that were said. `facts` is
    what the shop's tools returned and showed, without what was planted.
    """

    replies: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class Raid(Protocol):
    """Plays one sample in a shop and says what came of it. It is awaited on Inspect's own event loop."""

    async def __call__(self, attack: Attack) -> Aftermath: ...


def resolved(value: Any, names: dict[str, str]) -> Any:
    """The value with every name in it filled in, longest first; also inside of lists and keys."""
    match value:
        case str():
            for name in sorted(names, key=len, reverse=True):
                value = value.replace(name, names[name])
            return value
        case dict():
            return {resolved(key, names): resolved(each, names) for key, each in value.items()}
        case list() | tuple():
            return [resolved(each, names) for each in value]
        case _:
            return value
