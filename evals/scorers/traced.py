"""Does every sentence of a story rest on what the shop states, and does it tell what matters to this shopper?"""

import re
from collections.abc import Iterator

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from evals.telling import Heard, Kept, StoryLabel, Truth

SHARE = 0.5  # of the words of a sentence, at least so many are the shop's
OWN = 4  # letters from which on a word says something
# What joins the shop's own sentences, in any teller's words.
_JOINTS = """
blick steckt hinter dahinter denkt geht geschenk gedacht bedenken steht datenblatt dazu shop sagt zur zum heißt
bewertung einer eine schreibt lang doch falls richtige zurückgeben kann nachhaltigkeit material passform pflege
dieses dieser diese mind here story with present think worth knowing lists data sheet adds review puts like says
turns right returned days sustainability matters shop about this that from also auch winter sommer regen trails
straße arbeit dunkelheit strecken touren reisen einstieg tempo wettkampf summer rain dark road work distances
getting started tours travel pace races vegan weight komfort comfort gewicht haltbarkeit durability
"""
PRAISE = ("beste ", "perfekt", "einzigartig", "unschlagbar", "ultimativ", "the best", "perfect", "unique", "ultimate")
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\d\.)[”“\"]?\s+")
_WORD = re.compile(r"[^\W\d_]+")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_UNSTATED = re.compile(r"nicht an\b|keine angabe|states nothing|not state", re.I)


@scorer(metrics=[accuracy(), stderr()])
def traced() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        label, kept = state.metadata_as(StoryLabel), state.store_as(Kept)
        wrong = list(complaints(label.product, label.expect, Heard(kept.story, kept.shown, kept.facts)))
        return Score(value=INCORRECT if wrong else CORRECT, answer=kept.story, explanation="; ".join(wrong))

    return score


def complaints(product: str, expect: Truth, heard: Heard) -> Iterator[str]:
    """What is wrong with a story."""
    story, facts = heard.story.casefold(), " ".join(heard.facts).casefold()
    if len(story.split()) < 10:
        yield "no story"
    if heard.shown[:1] != [product]:
        yield f"the card of {product} is not shown"
    if len(story.split()) > expect.most_words:
        yield f"{len(story.split())} words"
    for choice in expect.says:
        if not any(each.casefold() in story for each in choice.split("|")):
            yield f"does not say: {choice}"
    for words in (*expect.never, *PRAISE):
        if words.casefold() in story and words.casefold() not in facts:
            yield f"invents: {words}"
    for sentence in _SENTENCE.split(heard.story):
        yield from _untraced(sentence, facts, expect)


def _untraced(sentence: str, facts: str, expect: Truth) -> Iterator[str]:
    if _UNSTATED.search(sentence):
        if not any(words in sentence.casefold() and words not in facts for words in expect.lacks):
            yield f"says that something is not stated: {sentence}"
        return
    known = {_plain(each) for each in _FIGURE.findall(facts)}
    if figures := sorted({_plain(each) for each in _FIGURE.findall(sentence)} - known):
        yield f"figures from nowhere: {' '.join(figures)}"
    stated = set(_WORD.findall(facts)) | set(_JOINTS.split())
    said = [word for word in _WORD.findall(sentence.casefold()) if len(word) >= OWN]
    held = [word for word in said if word in stated]
    if len(held) < SHARE * len(said):
        yield f"rests on nothing: {sentence}"


def _plain(figure: str) -> str:
    """`10.000` and `10000`, `1,4` and `1.4` are one number each."""
    return re.sub(r"[.,](?=\d{3}\b)", "", figure).replace(",", ".").removesuffix(".0")
