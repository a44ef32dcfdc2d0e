"""The voice of the shop: how it addresses people, whether it uses emoji, and how much it says on which channel."""

import re
from dataclasses import dataclass, field
from typing import Literal

from tresen.shop.catalog import Texts

LENGTHS = {"web": 60, "whatsapp": 45, "telegram": 45, "phone": 30}
OTHERWISE = 60  # words on a channel that is not named
TOO_LONG = 2  # times the length
_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3|"
    "[\U0001f000-\U0001faff\u2600-\u2604\u2607-\u26ff\u2700-\u2712\u2719-\u27bf\u2b50\u2b55\u231a\u231b]"
    "[\ufe0f\u200d\U0001f3fb-\U0001f3ff\U0001f000-\U0001faff\u2640\u2642]*)"
)
_GAP = re.compile(r"[^\S\n]{2,}")
_BEFORE_END = re.compile(r"[^\S\n]+(?=[.,;:!?](?:\s|$))")
_EDGES = re.compile(r"^[^\S\n]+|[^\S\n]+$", re.M)


@dataclass(frozen=True)
class Voice:
    """`[shop.voice]` of tresen.toml; the tone itself is `shop.tone`.

    `address` is how German speaks to shoppers; `greeting` replaces the first sentence of a conversation, by language;
    `lengths` are words of prose by channel.
    """

    address: Literal["du", "Sie"] = "du"
    emoji: bool = False
    greeting: Texts = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)

    @property
    def formal(self) -> bool:
        return self.address == "Sie"

    def words(self, channel: str) -> int:
        """How many words of prose a reply has at most."""
        return self.lengths.get(channel) or LENGTHS.get(channel, OTHERWISE)

    def too_long(self, text: str, channel: str) -> bool:
        """Whether a reply is longer than any reading of "brief" allows."""
        return len(text.split()) > TOO_LONG * self.words(channel)

    def said(self, text: str) -> str:
        """A model's words as this shop says them."""
        return text if self.emoji else without_emoji(text)

    def brief(self, locale: str, channel: str) -> str:
        """What the model is told of it, line by line."""
        manner = _GERMAN[self.address] if locale == "de" else _OTHERS[self.address]
        emoji = "At most one emoji in a reply." if self.emoji else "No emoji."
        return f"- {manner} {emoji}\n- At most {self.words(channel)} words of prose unless asked for more."


_GERMAN = {
    "du": 'Address the shopper as "du", never as "Sie".',
    "Sie": 'Address the shopper as "Sie", never as "du".',
}
_OTHERS = {
    "du": "Address the shopper informally where the language knows the difference.",
    "Sie": "Address the shopper formally where the language knows the difference.",
}


def without_emoji(text: str) -> str:
    """A text without its emoji and the gaps they leave; stars, ticks and arrows are no emoji."""
    plain = _EMOJI.sub("", text)
    if plain == text:
        return text
    return _EDGES.sub("", _GAP.sub(" ", _BEFORE_END.sub("", plain))).strip()
