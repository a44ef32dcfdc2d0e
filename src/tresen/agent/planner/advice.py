"""Scripts that answer questions about a product, only from what the shop states of it."""

import re
from collections.abc import Callable
from dataclasses import replace

from tresen.agent.planner import options
from tresen.agent.planner.cues import labels, topics
from tresen.agent.planner.evidence import Piece, Sought, best, pieces_of, same_label, sought
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import clipped, excerpt, listed, named, overlap, sentences, told
from tresen.agent.planner.purchase import read_meant
from tresen.agent.planner.references import content, title_hits
from tresen.agent.planner.results import Detail
from tresen.agent.planner.spelling import fold, words
from tresen.agent.planner.view import Said, Script, View

MOST_WORDS = 60
MOST_ABOUT = 30
MOST_TOPICS = 2


def ask(wish: Wish, view: View) -> Script:
    """Answer what was asked of a product in view."""
    known = yield from read_meant(wish, view)
    if isinstance(known, Said):
        return known
    return answered(wish, known, view) or not_stated(wish, known, view)


def answered(wish: Wish, known: Detail, view: View) -> Said | None:
    """What the shop states of a product that answers, at most two sentences of ours; None when it does not say."""
    found = [text for text in _answers(wish, known, view) if text][:MOST_TOPICS]
    put_in = Wish("choose", ("",), known.product.id) if found == [_about_it(wish, known, view)] else None
    return Said(" ".join(found), offer=put_in) if found else None


def not_stated(wish: Wish, known: Detail, view: View) -> Said:
    return Said(told("not-stated", view.locale, title=known.product.title), offer=Wish("human", wish.texts))


def _answers(wish: Wish, known: Detail, view: View) -> list[str]:
    found = [topic for text in wish.texts for topic in topics(words(text))]
    if "past" in found:
        return []
    if "restock" in found:
        return [_restock(wish, known, view)]
    asked = sought(" ".join(wish.texts), about(wish, known))
    if asked.measures:
        return [_measured(wish, asked, known, view)]
    shop = [ANSWERS[topic](known, view, topic) for topic in dict.fromkeys(found) if topic in ANSWERS]
    said = _quoted(known, best(asked, pieces_of(known)), view) if asked.words and not shop else ""
    option = _option_answer(wish, known, view)
    if option and not (said and _beside_options(asked.words, wish, known)):
        return [option]
    if said or shop:
        return [said] if said else shop
    if not found or found == ["about"]:
        return [_about_it(wish, known, view)]
    return [_fact(known, view, topic) for topic in dict.fromkeys(found) if topic != "about"]


def _measured(wish: Wish, asked: Sought, known: Detail, view: View) -> str:
    """What is stated of each measure that was asked for, of the size or version that was named where it tells them."""
    pieces = pieces_of(known)
    named = [value for values in options.asked_options(known, wish.text).values() for value in values]
    of_it = [each for each in pieces if any(_tells_of(each, value) for value in named)]
    most = 1 if len(asked.measures) > 1 or of_it else 2
    found = [each for name in asked.measures for each in best(replace(asked, measures=(name,)), of_it or pieces, most)]
    found = [_only_of(each, named) for each in found]
    if found and named and not of_it:
        said = _quoted(known, tuple(dict.fromkeys(found)), view)
        return f"{told('not-for-option', view.locale, asked=', '.join(named[:2]))} {said}"
    return _quoted(known, tuple(dict.fromkeys(found)) or best(asked, pieces), view)


def _only_of(piece: Piece, named: list[str]) -> Piece:
    """Of a list such as `225 g (25 mm), 250 g (28 mm)` the entry for what was named."""
    entries = re.split(r"[,;]\s+", piece.text)
    kept = [each for each in entries if any(_tells_of(Piece(each), value) for value in named)]
    numbered = sum(any(map(str.isdigit, each)) for each in entries)
    return replace(piece, text=kept[0]) if len(kept) == 1 and numbered > 2 else piece


def _tells_of(piece: Piece, value: str) -> bool:
    return re.search(rf"(?<![\w.,]){re.escape(fold(value))}(?![\w])", fold(piece.said)) is not None


def _beside_options(asked: tuple[str, ...], wish: Wish, known: Detail) -> bool:
    """Whether more is asked than whether an option is there."""
    named = [value for values in options.asked_options(known, wish.text).values() for value in values]
    return any(not overlap([word], " ".join(named)) for word in asked)


def _quoted(known: Detail, pieces: tuple[Piece, ...], view: View) -> str:
    """What the shop says in so many words."""
    text = " ".join(_ended(piece.said) for piece in pieces)
    return told("stated", view.locale, title=known.product.title, text=clipped(text, MOST_WORDS)) if text else ""


def _ended(text: str) -> str:
    return text if text[-1:] in ".!?…" else f"{text}."


def about(wish: Wish, known: Detail) -> list[str]:
    """What a question is about: its content words, without those that only name the product."""
    said = [word for text in wish.texts for word in content(text)]
    return [word for word in said if word not in title_hits(said, known.product)]


def stated(known: Detail, asked: list[str]) -> str:
    """A labelled fact, or sentences of the description, that speak of the words asked for."""
    if not asked:
        return ""
    facts = [(overlap(asked, f"{label} {text}"), f"{label}: {text}") for label, text in known.facts]
    best_fact = max(facts, default=(0, ""), key=lambda pair: pair[0])
    if best_fact[0]:
        return clipped(" ".join(sentences(best_fact[1])), MOST_WORDS)
    spoken = [piece for piece in sentences(known.description) if overlap(asked, piece)]
    return clipped(" ".join(spoken[:2]), MOST_WORDS)


def _restock(wish: Wish, known: Detail, view: View) -> str:
    """No date is known of what is gone; what is there is said."""
    wanted = options.asked_options(known, wish.text)
    there = [each for each in options.with_options(known, wanted) if each.available]
    if there:
        return _option_answer(wish, known, view) or _stock(known, view, "stock")
    asked = " ".join(values[0] for values in wanted.values())
    return told("restock-unknown", view.locale, title=known.product.title, asked=asked)


def _about_it(wish: Wish, known: Detail, view: View) -> str:
    """What it is, when nothing in particular was asked."""
    if about(wish, known) and not topics(words(wish.text)):
        return ""
    text = excerpt(known.description, (), MOST_ABOUT)
    return told("about", view.locale, title=known.product.title, text=text, price=known.product.price)


def _option_answer(wish: Wish, known: Detail, view: View) -> str:
    """Whether a colour or size that was asked for exists and is in stock."""
    choice = options.choose(known, wish.texts[:1])
    if choice.unknown:
        key, said = choice.unknown
        offered = listed(options.values(known, key), view.locale) or "–"
        return told("no-such-option", view.locale, said=said, title=known.product.title, offered=offered)
    wanted = options.asked_options(known, wish.text)
    if not wanted:
        return ""
    matching = options.with_options(known, wanted)
    there = [each for each in matching if each.available]
    asked = ", ".join(values[0] for values in wanted.values())
    if there:
        labels_there = listed([each.label for each in there[:4]], view.locale)
        return told("option-there", view.locale, title=known.product.title, asked=asked, there=labels_there)
    instead = listed([each.label for each in choice.instead if each.label], view.locale)
    return told("option-gone", view.locale, title=known.product.title, asked=asked, instead=instead or "–")


def _price(known: Detail, view: View, topic: str) -> str:
    price = known.product.price
    return told("price", view.locale, title=known.product.title, price=price) if price else ""


def _stock(known: Detail, view: View, topic: str) -> str:
    there = [each for each in known.variants if each.available]
    if not there:
        return told("all-sold-out", view.locale, title=known.product.title)
    return told("in-stock", view.locale, title=known.product.title, options=_offered(known, view))


def _offered(known: Detail, view: View) -> str:
    kept = [(key, options.values(known, key, available=True)) for key in options.keys(known)]
    return "; ".join(f"{named('option', key, view.locale)}: {listed(each, view.locale)}" for key, each in kept if each)


def _option(known: Detail, view: View, topic: str) -> str:
    part = "colo" if topic == "colours" else "siz"
    key = next((key for key in options.keys(known) if part in fold(key)), "")
    there = options.values(known, key, available=True) if key else ()
    if not key:
        return told("no-choice", view.locale, title=known.product.title, option=named("option", part, view.locale))
    if not there:
        return told("all-sold-out", view.locale, title=known.product.title)
    values = {
        "title": known.product.title,
        "option": named("option", key, view.locale),
        "values": listed(there, view.locale),
    }
    gone = [value for value in options.values(known, key) if value not in there]
    sold_out = f" {told('values-gone', view.locale, values=listed(gone, view.locale))}" if gone else ""
    return told("values", view.locale, **values) + sold_out


def _reviews(known: Detail, view: View, topic: str) -> str:
    product = known.product
    if product.rating is None or not product.ratings:
        rated = told("not-rated", view.locale, title=product.title)
    else:
        rated = told("rated", view.locale, title=product.title, rating=product.rating, count=product.ratings)
    quotes = [" ".join(sentences(text)) for _, text in known.reviews]
    quoted = [told("review", view.locale, text=clipped(text, 22)) for text in quotes if text][:1]
    return " ".join([rated, *quoted])


def _partners(known: Detail, view: View, topic: str) -> str:
    if not known.partners:
        return told("no-partners", view.locale, title=known.product.title)
    names = [f"{title} ({price})" if price else title for title, price in known.partners[:3]]
    return told("partners", view.locale, title=known.product.title, names=listed(names, view.locale))


def _brand(known: Detail, view: View, topic: str) -> str:
    brand = known.product.brand
    return told("brand", view.locale, title=known.product.title, brand=brand) if brand else ""


def _fact(known: Detail, view: View, topic: str) -> str:
    """The facts whose labels belong to a topic, longest last; else what the description says of it."""
    wanted = labels(topic)
    facts = [(label, text) for label, text in known.facts if any(same_label(label, each) for each in wanted)]
    if not facts:
        about = [word for label in wanted for word in words(label) if len(word) > 3]
        spoken = [piece for piece in sentences(known.description) if overlap(about, piece)]
        return told("stated", view.locale, title=known.product.title, text=spoken[0]) if spoken else ""
    longest: dict[str, str] = {}
    for label, text in facts:
        longest[label] = max(longest.get(label, ""), " ".join(sentences(text)), key=len)
    text = clipped("; ".join(f"{label}: {text}" for label, text in longest.items() if text), MOST_WORDS)
    return told("stated", view.locale, title=known.product.title, text=text.rstrip("."))


ANSWERS: dict[str, Callable[[Detail, View, str], str]] = {
    "price": _price,
    "stock": _stock,
    "sizes": _option,
    "colours": _option,
    "reviews": _reviews,
    "goes_well": _partners,
    "brand": _brand,
}
