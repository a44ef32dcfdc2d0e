"""Stories told about products, kept as long as the facts they were built from stay those of the shop."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from tresen.kit.db import Tx
from tresen.shop.tables import story

MOST_KEPT = 64  # per product; the oldest give way


@dataclass(frozen=True)
class Kept:
    """A story: each sentence with the names of its facts, the digest of all its facts, and who wrote it."""

    text: str
    sentences: tuple[tuple[str, tuple[str, ...]], ...]
    facts: str
    model: str


async def read(tx: Tx, product_id: str, locale: str, audience: str) -> Kept | None:
    """The story of a product for an audience, whether its facts still hold or not."""
    row = await tx.row(
        select(story).where(story.c.product_id == product_id, story.c.locale == locale, story.c.audience == audience)
    )
    if row is None:
        return None
    sentences = tuple((str(each["text"]), tuple(each["sources"])) for each in row.sources)
    return Kept(row.text, sentences, row.facts, row.model)


async def keep(tx: Tx, product_id: str, locale: str, audience: str, made: Kept) -> None:
    """Keep a story in place of the one that was there."""
    values = {
        "facts": made.facts,
        "text": made.text,
        "sources": [{"text": text, "sources": list(sources)} for text, sources in made.sentences],
        "model": made.model[:100],
        "made_at": tx.now,
    }
    row = tx.upsert(story).values(product_id=product_id, locale=locale, audience=audience, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["product_id", "locale", "audience"], set_=values))
    newest = (
        select(story.c.locale, story.c.audience)
        .where(story.c.product_id == product_id)
        .order_by(story.c.made_at.desc(), story.c.audience)
    )
    for old in (await tx.rows(newest))[MOST_KEPT:]:
        where = (story.c.product_id == product_id, story.c.locale == old.locale, story.c.audience == old.audience)
        await tx.execute(delete(story).where(*where))
