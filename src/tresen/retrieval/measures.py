"""Numbers with units: `4 in.`, `4in`, `4"` and `4 Zoll` are one word, and so are `2x4` and `2 in. x 4 in.`."""

import re
from itertools import pairwise

_UNITS = {
    "in": "in inch inches zoll", "ft": "ft feet foot fuss fuß", "yd": "yd yard yards", "mm": "mm millimeter",
    "cm": "cm zentimeter centimeter", "m": "m meter metre meters", "km": "km", "oz": "oz ounce ounces unzen",
    "lb": "lb lbs pound pounds", "g": "g gramm gram grams", "kg": "kg kilo kilogramm", "ml": "ml milliliter",
    "l": "l liter litre liters", "gallon": "gal gallon gallons gallone gallonen", "qt": "qt quart quarts",
    "gauge": "ga gauge", "w": "w watt watts", "v": "v volt volts", "amp": "a amp amps ampere", "ah": "ah", "mah": "mah",
    "hp": "hp ps", "btu": "btu", "psi": "psi", "gb": "gb", "tb": "tb", "mb": "mb", "ghz": "ghz", "hz": "hz",
    "pack": "pk pack packs", "piece": "pc pcs piece pieces stück teilig",
}  # fmt: skip
_UNIT = {said: unit for unit, names in _UNITS.items() for said in names.split()}
_NUMBER = r"\d+(?:[.,]\d+)*(?:[- ]\d+/\d+|/\d+)?|(?<![\w.])\.\d+"
_NAMES = "|".join(sorted(_UNIT, key=len, reverse=True))
_MARK = r"[\"”″]|''|['’′](?![\w'])"
MEASURE = re.compile(rf"(?<![\w])(?P<number>{_NUMBER})(?:[\s-]*(?P<unit>{_NAMES})(?![\w])|(?P<mark>{_MARK}))")
_SIDE = rf"(?:{_NUMBER})(?:\s*(?:{_MARK}|(?:{_NAMES})(?![^\W\dx])\.?))?"
_PRODUCT = re.compile(rf"(?<![\w])(?:{_SIDE})(?:\s*[x×]\s*(?:{_SIDE}))+")
_NUMBERS = re.compile(_NUMBER)


def measured(found: re.Match[str]) -> list[str]:
    """The words of one measure: its number and number and unit as one."""
    unit = _UNIT[found["unit"]] if found["unit"] else "in" if found["mark"] in ('"', "”", "″", "''") else "ft"
    number = plain(found["number"])
    return [number, number + unit, *([] if unit == "in" else [unit])]


def products(text: str) -> list[str]:
    """`2x4`, `4x8` and `2x4x8` for dimensions however they are written."""
    found: list[str] = []
    for run in _PRODUCT.findall(text) if "x" in text or "×" in text else ():
        sides = [plain(side) for side in _NUMBERS.findall(run)]
        found += [f"{one}x{other}" for one, other in pairwise(sides)]
        found += ["x".join(sides)] if len(sides) > 2 else []
    return found


def plain(number: str) -> str:
    """`1 1/2` as `1-1/2`, `.5` as `0.5`."""
    same = number.replace(",", ".").replace(" ", "-")
    return f"0{same}" if same.startswith(".") else same
