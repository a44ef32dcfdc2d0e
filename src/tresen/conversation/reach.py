"""How a shopper can be reached outside of this conversation: what is known, and what they have just written."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from tresen.conversation.parts import Part, Text
from tresen.conversation.shoppers import WEB, Shopper
from tresen.conversation.tables import contact
from tresen.conversation.tables import shopper as people
from tresen.kit.db import Tx

MOST = 3
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w@.-])(?:\+|00?)\d[\d \t/().-]{5,20}\d(?![\w@])")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")


@dataclass(frozen=True)
class Reach:
    """The channel a shopper writes through, and the e-mail that was proved or is known."""

    channel: str
    name: str = ""
    email: str = ""

    @property
    def only_here(self) -> bool:
        """Whether nobody can reach the shopper once the page is closed."""
        return self.channel == WEB and not self.email


async def known(tx: Tx, shopper: Shopper) -> Reach:
    """What we know already."""
    channel = await tx.scalar(select(contact.c.channel).where(contact.c.id == shopper.contact_id))
    row = await tx.row(select(people.c.name, people.c.email).where(people.c.id == shopper.id))
    return Reach(str(channel or WEB), row.name if row else "", row.email if row else "")


def addresses(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The e-mail addresses and telephone numbers in a message."""
    text = "\n".join(part.text for part in parts if isinstance(part, Text))
    phones = (found for found in _PHONE.findall(text) if not _DATE.fullmatch(found) and _digits(found) in range(7, 16))
    return tuple(dict.fromkeys((*_EMAIL.findall(text), *(phone.strip() for phone in phones))))[:MOST]


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
