"""A story without a model: the shop's own sentences, chosen for the audience and joined into one short text."""

from collections.abc import Iterator, Sequence

from tresen.agent.planner.phrasing import listed, overlap, sentences
from tresen.agent.planner.spelling import words
from tresen.agent.stories.facts import Audience, Sentence, Stated, concerns
from tresen.agent.stories.themes import Theme
from tresen.kit.words import maybe, say

# Sentences that begin so lean on the one before.
LEANING = frozenset(
    words(
        "so deshalb damit dadurch darum daher beides auch aber doch dann dort dazu darin darunter darüber dabei "
        "außerdem sonst that this these both also but then otherwise still even"
    )
)
MOST_SHEET = 3  # facts of the data sheet in one sentence
LONG = 60  # words; shorter stories have no room for two additions
LONGEST_QUOTE = 26  # words
LONGEST_DETAIL = 24


def compose(facts: Sequence[Stated], audience: Audience, locale: str) -> list[Sentence]:
    """The story, within about the audience's words; at least one sentence of the shop is told."""
    themes = audience.themes
    opener = _opener(facts, audience, locale)
    room = audience.words - _size(opener)
    extras = list(_extras(facts, audience, locale))
    short = audience.words < LONG and not themes
    additions = _fitting(extras, room // 3 if short else room * 3 // 5)
    room -= sum(map(_size, additions))
    body = _body([fact for fact in facts if fact.field == "description"], audience, themes, room)
    left = room - sum(map(_size, body))
    more = _fitting([each for each in extras if each not in additions], left)
    return [opener, *body, *sorted([*additions, *more], key=extras.index)]


def _opener(facts: Sequence[Stated], audience: Audience, locale: str) -> Sentence:
    title, brand = _first(facts, "title").partition(", ")[0], _first(facts, "brand")
    new = brand and brand.casefold() not in title.casefold()
    who = say("story-by", locale, title=title, brand=brand) if new else title
    named = ("title", "brand") if new else ("title",)
    for theme in audience.themes:
        if limit := _limit(facts, theme):
            told = say("story-open-limit", locale, who=who, theme=_called(theme, locale), limit=_phrase(limit, locale))
            return Sentence(told, (*named, limit.field))
    if audience.gift:
        return Sentence(say("story-open-gift", locale, who=who), named)
    for theme in audience.themes:
        if any(concerns(theme, fact) for fact in facts if fact.field not in ("review", "not_stated")):
            return Sentence(say("story-open-use", locale, who=who, theme=_called(theme, locale)), named)
    return Sentence(say("story-open", locale, who=who), named)


def _body(said: list[Stated], audience: Audience, themes: Sequence[Theme], room: int) -> list[Sentence]:
    """The sentences of the description that say most to the audience, in their order and with what they lean on."""
    other = 1 if themes else 3
    scores = [
        3 * sum(theme.hits(fact.text) for theme in themes)
        + other * overlap(audience.other_words, fact.text)
        + (2 if place == 0 else 1 / (place + 1))
        for place, fact in enumerate(said)
    ]
    chosen: set[int] = set()
    for place in sorted(range(len(said)), key=lambda at: -scores[at]):
        wanted = chosen | set(_with_support(said, place))
        if sum(len(said[at].text.split()) for at in wanted) <= room:
            chosen = wanted
    if said and not chosen:
        chosen = {min(range(len(said)), key=lambda at: len(said[at].text.split()))}
    return [Sentence(said[place].text, ("description",)) for place in sorted(chosen)]


def _with_support(said: list[Stated], place: int) -> Iterator[int]:
    """A sentence, and those before it as long as each leans on the one before."""
    yield place
    while place and words(said[place].text)[:1] and words(said[place].text)[0] in LEANING:
        place -= 1
        yield place


def _extras(facts: Sequence[Stated], audience: Audience, locale: str) -> Iterator[Sentence]:
    """What can be told besides the description, the most fitting first within each kind."""
    themes = audience.themes
    limits = [_limit(facts, theme) for theme in themes]
    fitting = [fact for fact in facts if fact not in limits and any(concerns(theme, fact) for theme in themes)]
    sheet = [fact for fact in fitting if fact.field.startswith("attributes.")][:MOST_SHEET]
    if sheet:
        phrases = listed([_phrase(fact, locale) for fact in sheet], locale)
        yield Sentence(say("story-sheet", locale, facts=phrases), tuple(fact.field for fact in sheet))
    usual = [] if themes or audience.gift else _usual(facts)
    details = [fact for fact in fitting if fact.field.startswith("details.")] or usual
    yield from (_detail(fact, locale) for fact in details if len(fact.text.split()) <= LONGEST_DETAIL)
    told = [fact for field in ("price", "returns", "not_stated") for fact in facts if fact.field == field]
    yield from (Sentence(fact.text, (fact.field,)) for fact in told)
    yield from _quoted(facts, themes, locale)


def _usual(facts: Sequence[Stated]) -> list[Stated]:
    """Without a theme: where it comes from, else what it is made of."""
    known = {fact.field: fact for fact in facts}
    usual = [known[field] for field in ("details.sustainability", "details.material") if field in known]
    return usual[:1]


def _quoted(facts: Sequence[Stated], themes: Sequence[Theme], locale: str) -> Iterator[Sentence]:
    reviews = [fact for fact in facts if fact.field == "review"]
    ranked = sorted(reviews, key=lambda fact: -sum(theme.hits(fact.text) for theme in themes))
    for fact in ranked[:1]:
        quote = ""
        for piece in sentences(fact.text):
            if len(f"{quote} {piece}".split()) <= LONGEST_QUOTE:
                quote = f"{quote} {piece}".strip()
        if quote:
            yield Sentence(say("story-review", locale, text=quote), ("review",))


def _detail(fact: Stated, locale: str) -> Sentence:
    key = f"story-detail-{fact.key.replace('_', '-')}"
    told = maybe(key, locale, text=fact.text) or say("story-detail-other", locale, label=fact.label, text=fact.text)
    return Sentence(told, (fact.field,))


def _phrase(fact: Stated, locale: str) -> str:
    key = f"story-fact-{fact.key.replace('_', '-')}"
    answer = {True: "-yes", False: "-no", None: ""}[fact.yes]
    own = maybe(f"{key}{answer}", locale, text=fact.text)
    return own or say("story-fact-other", locale, label=fact.label, text=fact.text)


def _limit(facts: Sequence[Stated], theme: Theme) -> Stated | None:
    """The fact that speaks against a use."""
    for fact in facts:
        values = theme.against.get(fact.key, []) if fact.field.startswith("attributes.") else []
        if fact.text in values or (fact.yes is False and "false" in values):
            return fact
    return None


def _called(theme: Theme, locale: str) -> str:
    return say(f"story-theme-{theme.name}", locale)


def _first(facts: Sequence[Stated], field: str) -> str:
    return next((fact.text for fact in facts if fact.field == field), "")


def _fitting(said: Sequence[Sentence], room: int) -> list[Sentence]:
    kept: list[Sentence] = []
    for sentence in said:
        if _size(sentence) <= room:
            kept.append(sentence)
            room -= _size(sentence)
    return kept


def _size(sentence: Sentence) -> int:
    return len(sentence.text.split())
