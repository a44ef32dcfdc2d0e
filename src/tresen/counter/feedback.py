"""Thumbs and words on an answer."""

from typing import Literal

from tresen.conversation import log
from tresen.conversation.events import FeedbackGiven, MessageSent
from tresen.conversation.shoppers import Shopper
from tresen.kit.db import Tx
from tresen.kit.errors import NotFound


async def give_feedback(
    tx: Tx, shopper: Shopper, message: int, thumb: Literal["up", "down"] | None, words: str = ""
) -> None:
    """Note what the shopper thinks of the answer with that seq; the newest word counts.

    Raises:
        NotFound: no answer of this conversation has that seq.
    """
    found = await log.read(tx, shopper.conversation_id, after=message - 1)
    if not found or found[0].seq != message or not isinstance(found[0].data, MessageSent):
        raise NotFound("There is no answer with this number in this conversation.")
    await log.append(tx, shopper.conversation_id, FeedbackGiven(message, thumb, words[:2000]))
