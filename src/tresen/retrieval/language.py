"""Words as search compares them: folded, stemmed per language, without those that carry no wish."""

import re
import threading
import unicodedata
from functools import cache, lru_cache

import Stemmer
from bm25s import stopwords

from tresen.retrieval import measures

LONGEST_QUERY = 400
MOST_WORDS = 24

_STEMMERS = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "it": "italian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "sv": "swedish",
}  # fmt: skip
_STOPWORDS = {
    "da": stopwords.STOPWORDS_DANISH, "de": stopwords.STOPWORDS_GERMAN, "en": stopwords.STOPWORDS_EN_PLUS,
    "fr": stopwords.STOPWORDS_FRENCH, "it": stopwords.STOPWORDS_ITALIAN, "nl": stopwords.STOPWORDS_DUTCH,
    "no": stopwords.STOPWORDS_NORWEGIAN, "pt": stopwords.STOPWORDS_PORTUGUESE, "sv": stopwords.STOPWORDS_SWEDISH,
}  # fmt: skip
# What people say around a wish. It says nothing about the product, and counted as unknown words it would make a
# clear wish look strange.
_SMALL_TALK = {
    "de": "hallo hey hi bitte danke suche such suchen brauche brauch bräuchte möchte hätte gern gerne zeig zeige finde "
    "find finden empfiehl empfehlen empfehlung kaufen bestellen will wollen habt hast gibt gibts gibt's neu neue neuer "
    "neues neuen paar gut gute guter gutes guten beste bester bestes besten bewertung bewertungen bewertet lieber "
    "etwas was irgendwas jemand jemanden beim fürs hilft "
    "mal eher schön schöne schönes günstig günstige günstigen günstigste billig billige billigste "
    "euro eur unter bis passt passen passend passende eignet geeignet mag kannst könnt könnte welche welcher welches",
    "en": "hello hey hi please thanks thank looking look search searching need want would like show find recommend "
    "recommendation buy order sell got have new pair pairs good great best nice rated rating ratings review reviews "
    "something anything someone somewhere some any get "
    "cheap cheapest euro euros eur under below me i'm suitable fit fits can could which",
}
_MARKS = re.compile(r"[\u0300-\u036f]")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?\b")
_HYPHENED = re.compile(r"\d+(?:-\d+)?/\d+(?!\w)|[^\W_]+(?:[.,]\d+)*(?:[-‐‑][^\W_]+)*")
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:/\d+)?")
_CODE_LENGTH = 5


def fold(text: str) -> str:
    """Case, accents and spacing made equal: `Größe ` is `grosse`."""
    plain = text.lower() if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return " ".join(plain.replace("\x00", " ").split())


def spoken(text: str) -> list[str]:
    """The folded words of a text as they stand there, without what surrounds them."""
    bare = (word.strip(".,;:!?()\"'’„“”") for word in _POSSESSIVE.sub("", fold(text)).split())
    return [word for word in bare if word]


def base(locale: str) -> str:
    """`de` of `de-AT`."""
    return locale.replace("_", "-").partition("-")[0].lower()


def words(text: str) -> list[str]:
    """The words of a text in lower case; `T-Shirt` gives `t`, `shirt` and `tshirt`, `27,5 Zoll` `27.5` and `27.5in`."""
    plain = text.lower()
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text).casefold().replace("\u2044", "/")
    plain = _POSSESSIVE.sub("", plain) if "'" in plain or "’" in plain else plain
    if not any(map(str.isdigit, plain)):
        return _runs(plain)
    found: list[str] = []
    done = 0
    for measure in measures.MEASURE.finditer(plain):
        found += [*_runs(plain[done : measure.start()]), *measures.measured(measure)]
        done = measure.end()
    return [*found, *_runs(plain[done:]), *measures.products(plain)]


def _runs(text: str) -> list[str]:
    return [word for run in _HYPHENED.findall(text) for word in _run(run)]


@lru_cache(maxsize=200_000)
def _run(run: str) -> tuple[str, ...]:
    if run.isalnum():
        return (run,)
    parts = [part.replace(",", ".") for part in _WORD.findall(run)]
    joined = "".join(parts)
    code = len(joined) >= _CODE_LENGTH and not joined.isdigit() and not joined.isalpha() and "/" not in joined
    if len(parts) > 1 and (code or not any(part[0].isdigit() for part in parts)):
        return (*parts, joined)
    return tuple(parts)


def clipped(text: str) -> str:
    """A query nobody has to wait for: control characters out, length bounded."""
    return "".join(char if char.isprintable() else " " for char in text[: LONGEST_QUERY * 2])[:LONGEST_QUERY].strip()


@lru_cache(maxsize=200_000)
def stem(word: str, locale: str) -> str:
    """The form under which a word is indexed in a language; accents are gone from it."""
    name = _STEMMERS.get(base(locale))
    return fold(_stemmer(name).stemWord(word) if name and not word[0].isdigit() else word)


@cache
def silent(locale: str) -> frozenset[str]:
    """The words of a language that search does not look at."""
    return frozenset(_STOPWORDS.get(base(locale), ())) | frozenset(_SMALL_TALK.get(base(locale), "").split())


_GERMAN = re.compile(r"[äöüß]|\b(?:für|fuer|und|mit|ohne|aus|auf|der|die|das|den|ein|eine|einen|zum|zur|von)\b")


def looks_german(text: str) -> bool:
    return bool(_GERMAN.search(text.casefold()))


def stems(text: str, locale: str) -> list[str]:
    """The indexed forms of a text's words, in order."""
    return stemmed(words(text), locale)


def stemmed(said: list[str], locale: str) -> list[str]:
    quiet = silent(locale)
    return [stem(word, locale) for word in said if word not in quiet]


_local = threading.local()


def _stemmer(name: str) -> Stemmer.Stemmer:
    # A stemmer keeps a cache inside that two threads must not share.
    made: dict[str, Stemmer.Stemmer] = _local.__dict__
    if name not in made:
        made[name] = Stemmer.Stemmer(name)
    return made[name]
