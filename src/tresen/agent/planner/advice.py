"""Scripts that answer questions about a product, only from what the shop states of it."""

from collections.abc import Callable

from tresen.agent.planner import options
from tresen.agent.planner.cues import labels, topics
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import clipped, excerpt, listed, named, overlap, sentences, told
from tresen.agent.planner.purchase import read_meant
from tresen.agent.planner.references import content, title_hits
from tresen.agent.planner.results import Detail
from tresen.agent.planner.spelling import alike, fold, words
from tresen.agent.planner.view import Said, Script, View

MOST_WORDS = 40
MOST_ABOUT = 30
MOST_TOPICS = 2


def ask(wish: Wish, view: View) -> Script:
    """Answer what was asked of a product in view."""
    known = yield from read_meant(wish, view)
    if isinstance(known, Said):
        return known
    answers = [text for text in _answers(wish, known, view) if text]
    if answers:
        put_in = Wish("choose", ("",), known.product.id) if answers == [_about_it(wish, known, view)] else None
        return Said(" ".join(answers[:MOST_TOPICS]), offer=put_in)
    return Said(told("not-stated", view.locale, title=known.product.title), offer=Wish("human", wish.texts))


def _answers(wish: Wish, known: Detail, view: View) -> list[str]:
    asked = _option_answer(wish, known, view)
    if asked:
        return [asked]
    found = [topic for text in wish.texts for topic in topics(words(text))]
    if not found or found == ["about"]:
        if text := stated(known, about(wish, known)):
            return [told("stated", view.locale, title=known.product.title, text=text)]
        return [_about_it(wish, known, view)]
    return [ANSWERS.get(topic, _fact)(known, view, topic) for topic in dict.fromkeys(found) if topic != "about"]


def about(wish: Wish, known: Detail) -> list[str]:
    """What a question is about: its content words, without those that only name the product."""
    said = [word for text in wish.texts for word in content(text)]
    return [word for word in said if word not in title_hits(said, known.product)]


def stated(known: Detail, asked: list[str]) -> str:
    """A labelled fact, or sentences of the description, that speak of the words asked for."""
    if not asked:
        return ""
    facts = [(overlap(asked, f"{label} {text}"), f"{label}: {text}") for label, text in known.facts]
    best = max(facts, default=(0, ""), key=lambda pair: pair[0])
    if best[0]:
        return clipped(" ".join(sentences(best[1])), MOST_WORDS)
    spoken = [piece for piece in sentences(known.description) if overlap(asked, piece)]
    return clipped(" ".join(spoken[:2]), MOST_WORDS)


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
    wanted = [words(label) for label in labels(topic)]
    facts = [(label, text) for label, text in known.facts if any(_same_label(words(label), each) for each in wanted)]
    if not facts:
        about = [word for label in wanted for word in label if len(word) > 3]
        spoken = [piece for piece in sentences(known.description) if overlap(about, piece)]
        return told("stated", view.locale, title=known.product.title, text=spoken[0]) if spoken else ""
    longest: dict[str, str] = {}
    for label, text in facts:
        longest[label] = max(longest.get(label, ""), " ".join(sentences(text)), key=len)
    text = clipped("; ".join(f"{label}: {text}" for label, text in longest.items() if text), MOST_WORDS)
    return told("stated", view.locale, title=known.product.title, text=text.rstrip("."))


def _same_label(label: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return bool(label) and all(any(alike(each, word) for word in label) for each in wanted)


ANSWERS: dict[str, Callable[[Detail, View, str], str]] = {
    "price": _price,
    "stock": _stock,
    "sizes": _option,
    "colours": _option,
    "reviews": _reviews,
    "goes_well": _partners,
    "brand": _brand,
}
