"""Questions that documents and products answer, or do not: samples read without importing Inspect."""

from typing import Literal

from pydantic import BaseModel


class Fair(BaseModel, frozen=True, extra="forbid"):
    """What a fair judge accepts after the last turn.

    figures: one of them has to be said. any_words: of each group one. never: none of them anywhere.
    sources: documents, by their file names, or products, by external id; one has to be cited or on a card.
    unanswerable: the shop does not say it, so `any_words` are ways to admit that.
    """

    figures: tuple[str, ...] = ()
    any_words: tuple[tuple[str, ...], ...] = ()
    never: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    unanswerable: bool = False


class Question(BaseModel, frozen=True, extra="forbid"):
    id: str
    locale: Literal["de", "en"]
    turns: tuple[str, ...]
    expect: Fair
    why: str
