"""How easily one word is typed for another: doubled letters, swapped ones, like vowels and neighbouring keys."""

_VOWELS = frozenset("aeiouy")
_ALIKE = frozenset(map(frozenset, ("ck", "sc", "sz", "fv", "gj", "kq", "mn", "td", "bp")))
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = {key: (row, at + row / 2) for row, keys in enumerate(_ROWS) for at, key in enumerate(keys)}
_DOUBLED, _SWAPPED, _LEFT_OUT, _TOO_MANY = 0.5, 0.7, 0.85, 1.0
_VOWEL, _SOUND, _KEY, _OTHER = 0.7, 0.8, 0.9, 1.15


def effort(typed: str, meant: str) -> float:
    """The cheapest series of mistakes that makes `meant` into `typed`; about 1 for each letter."""
    older: list[float] = []
    before = [0.0]
    for at, letter in enumerate(meant):
        before.append(before[-1] + (_DOUBLED if meant[at - 1 : at] == letter else _LEFT_OUT))
    for i, one in enumerate(typed):
        more = _DOUBLED if typed[i - 1 : i] == one else _TOO_MANY
        row = [before[0] + more]
        for j, other in enumerate(meant):
            less = _DOUBLED if meant[j - 1 : j] == other else _LEFT_OUT
            cost = min(before[j] + _replaced(one, other), before[j + 1] + more, row[j] + less)
            if i and j and one == meant[j - 1] and typed[i - 1] == other != one:
                cost = min(cost, older[j - 1] + _SWAPPED)
            row.append(cost)
        older, before = before, row
    return before[-1]


def _replaced(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        return _VOWEL
    if frozenset((one, other)) in _ALIKE:
        return _SOUND
    return _KEY if _are_neighbours(one, other) else _OTHER


def _are_neighbours(one: str, other: str) -> bool:
    if one not in _KEYS or other not in _KEYS:
        return False
    (row, at), (other_row, other_at) = _KEYS[one], _KEYS[other]
    return abs(row - other_row) <= 1 and abs(at - other_at) <= 1
