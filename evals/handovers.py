"""Conversations that a person has to take over, or must not have to: samples read without importing Inspect."""

from typing import Literal

from pydantic import BaseModel


class Expected(BaseModel, frozen=True, extra="forbid"):
    """Whether a person has the conversation after the last turn, and why that is so."""

    handover: bool
    reason: str = ""


class Call(BaseModel, frozen=True, extra="forbid"):
    id: str
    locale: Literal["de", "en"]
    turns: tuple[str, ...]
    expect: Expected
    why: str
