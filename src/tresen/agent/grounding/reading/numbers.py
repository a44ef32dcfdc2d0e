"""Numbers in German and English: digits with either language's separators, and number words."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

DIGITS = r"\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_UNITS = {
    "de": ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"],
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
}
_TEENS = {
    "de": ["dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"],
    "en": ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
}
_TENS = {
    "de": ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"],
    "en": ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
}
_OTHERS = {
    "anderthalb": "1.5", "eineinhalb": "1.5", "zweieinhalb": "2.5", "dreieinhalb": "3.5", "dutzend": "12",
    "dozen": "12",
    "dreissig": "30", "zweier": "2", "zweien": "2", "dreier": "3", "dreien": "3", "hundert": "100", "tausend": "1000",
    "hundred": "100", "thousand": "1000", "einhundert": "100", "zwo": "2",
}  # fmt: skip
# "ein Jahr" is a number only where a unit follows; alone it is an article.
ARTICLES = frozenset(["ein", "eine", "einen", "einem", "einer", "eines", "one", "a", "an"])


@dataclass(frozen=True)
class Number:
    """A number where it stands; `article` marks words like "ein" that count only before a unit."""

    value: Decimal
    start: int
    end: int
    digits: bool
    article: bool = False


@cache
def words() -> dict[str, Decimal]:
    """Every number word below a hundred in both languages, the hundreds, and a few more."""
    found = {word: Decimal(text) for word, text in _OTHERS.items()}
    for language in ("de", "en"):
        singles = _UNITS[language]
        found |= {word: Decimal(at) for at, word in enumerate(singles)}
        found |= {word: Decimal(at) for at, word in enumerate(_TEENS[language], 13)}
        for tens, word in enumerate(_TENS[language], 2):
            found[word] = Decimal(tens * 10)
            for ones, single in enumerate(singles[1:10], 1):
                joined = f"{_bare(single)}und{word}" if language == "de" else f"{word}-{single}"
                found[joined] = Decimal(tens * 10 + ones)
                found[joined.replace("-", " ")] = Decimal(tens * 10 + ones)
    hundreds = {f"{single}{mark}hundert": at for at, single in enumerate(_UNITS["de"][2:10], 2) for mark in ("",)}
    hundreds |= {f"{single} hundred": at for at, single in enumerate(_UNITS["en"][1:10], 1)}
    dozens = {"de": "dutzend", "en": "dozen"}
    for language, dozen in dozens.items():
        found |= {f"{single} {dozen}": Decimal(12 * at) for at, single in enumerate(_UNITS[language][2:10], 2)}
    return found | {word: Decimal(at * 100) for word, at in hundreds.items()}


def _bare(single: str) -> str:
    return "ein" if single == "eins" else single


@cache
def _pattern() -> re.Pattern[str]:
    named = sorted({*words(), *ARTICLES}, key=len, reverse=True)
    spelled = "|".join(re.escape(word) for word in named)
    return re.compile(rf"(?<![\w.,])({DIGITS})(?![\d])|\b({spelled})\b", re.IGNORECASE)


def numbers(text: str) -> list[Number]:
    """All numbers of a text in order; "900" of "IPX6900" or of an e-mail address is none."""
    return list(_read(text))


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[Number, ...]:
    found = []
    for match in _pattern().finditer(text):
        if match[1]:
            found.append(Number(parse(match[1]), match.start(), match.end(), True))
        else:
            word = match[2].casefold()
            found.append(Number(words().get(word, Decimal(1)), match.start(), match.end(), False, word in ARTICLES))
    return tuple(found)


def parse(text: str) -> Decimal:
    """`1.234,5`, `1,234.5` and `1234.5` are one number; `10.000` is ten thousand, `0.125` an eighth."""
    bare = re.sub(r"['’\u00a0\u202f ]", "", text)
    marks = [mark for mark in bare if mark in ".,"]
    if not marks:
        return Decimal(bare)
    whole, _, rest = bare.rpartition(marks[-1])
    grouped = len(rest) == 3 and whole.lstrip("0") and len(re.split("[.,]", whole)[-1]) <= 3
    if grouped and len(set(marks)) == 1:
        return Decimal(re.sub("[.,]", "", bare))
    return Decimal(f"{re.sub('[.,]', '', whole) or '0'}.{rest}")
