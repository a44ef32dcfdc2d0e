"""One product with everything a story can be told from, and models that tell of it."""

import json
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

from tresen.shop.catalog import Product, Review, Variant
from tresen.shop.money import Money

REVIEWS = (
    Review(5, "Laufe damit von Oktober bis April. Bei Amazon kostet sie 20 €.", "Jana", "de"),
    Review(4, "Nach einem Winter ist die Ferse noch heil.", "Ruben", "de"),
    Review(3, "Warm without being bulky.", "Tom", "en"),
)
SOCK = Product(
    id="p_sock",
    source="demo",
    external_id="SOCK",
    title={"de": "Merino-Laufsocken, mittelstark", "en": "Merino running socks, medium"},
    description={
        "de": "Eine Socke für kalte Tage, die zur Hälfte aus Merinowolle besteht. Frottee sitzt unter Ferse und "
        "Ballen. Deshalb bleibt der Fuß im Schnee warm. Im Hochsommer nimmt man besser ein dünneres Modell.",
        "en": "A sock for cold days, half of it merino wool. Terry loops sit under the heel and the ball of the foot. "
        "That keeps the foot warm in snow. In high summer something thinner is better.",
    },
    brand="Kiesel",
    category=({"de": "Laufen", "en": "Running"}, {"de": "Laufsocken", "en": "Running socks"}),
    category_key="running/socks",
    attributes={"season": {"de": "Winter", "en": "winter"}, "weight_g": 48, "waterproof": False},
    details={
        "material": {"de": "52 % Merinowolle, 48 % Polyamid", "en": "52% merino wool, 48% polyamide"},
        "sustainability": {"de": "Wolle aus mulesingfreier Haltung", "en": "Wool from non-mulesed sheep"},
    },
    rating=4.6,
    rating_count=132,
    reviews=REVIEWS,
    goes_well_with=(),
    image="",
    url="",
    variants=(Variant("v_1", "p_sock", "S", {}, Money(1490, "EUR"), True, 5, ""),),
)  # fmt: skip


class Teller(BaseChatModel):
    """A model that plays a list of replies; an exception among them is raised. It keeps what it was asked."""

    model_name: str = "teller-1"
    replies: list[Any] = Field(default_factory=list)
    asked: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "teller"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.asked.append(list(messages))
        reply = self.replies.pop(0) if self.replies else ""
        if isinstance(reply, Exception):
            raise reply
        return ChatResult(generations=[ChatGeneration(message=AIMessage(reply))])


def lines(*told: tuple[str, list[int]]) -> str:
    """A story as the prompt asks for it."""
    return "\n".join(json.dumps({"text": text, "facts": facts}, ensure_ascii=False) for text, facts in told)
