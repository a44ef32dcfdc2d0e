"""Sentences: German and English are equals, none is missing, none is left over, and every refusal has one."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, visitor
from fluent.syntax.ast import Junk, Message, Term, VariableReference

import tresen
from tresen.kit.errors import Refusal
from tresen.kit.words import locales, maybe

SRC = Path(tresen.__file__).parent
LOCALES = sorted(locales())
FILES = sorted({path.name for locale in LOCALES for path in (SRC / "words" / locale).glob("*.ftl")})

# Keys that code puts together, by what they begin with.
COMPOSED = ("label-", "tool-", "refusal-", "planner-")

SPEAKING = ("kit", "shop", "payments", "conversation", "counter", "retrieval", "channels", "server")

# Refusals that no shopper hears, each with the reason.
NEVER_TOLD = {
    "refused": "the base class, told as `refusal`",
    "unprocessable": "a malformed call: its author reads the English sentence",
    "unauthorized": "a call without a token: its author reads the English sentence",
    "forged": "said to a forger",
    "bad_notice": "said to a forger",
    "no_notices": "said to a forger",
    "code_refused": "the base class of the reasons why a code does not count",
    "checkout_incomplete": "told as what is missing: refusal-checkout-address and its like",
    "conflict": "the base class of refusals that have a code of their own",
    "not_found": "the base class; what a shopper can miss has a code of its own",
    "cap_reached": "never leaves the agent: the planner goes on",
    "not_said": "for the model, which filled in what nobody had written",
    "unknown_shopper": "said on the command line",
    "undeliverable": "written into the log for operators, in their words",
}

# Refusals that only an import can meet: whoever runs it reads the English sentence.
IN_IMPORTS = {"unknown_sku"}


class _Values(visitor.Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:
        self.names.add(node.id.name)


@cache
def sentences(locale: str, file: str) -> dict[str, frozenset[str]]:
    """The variables of every sentence of one file."""
    found: dict[str, frozenset[str]] = {}
    path = SRC / "words" / locale / file
    for entry in FluentParser().parse(path.read_text("utf-8")).body:
        assert not isinstance(entry, Junk), f"{path.name} ({locale}): {entry.content}"
        if isinstance(entry, Message | Term):
            values = _Values()
            values.visit(entry)
            assert entry.id.name not in found, f"{entry.id.name} is there twice in {path.name} ({locale})"
            found[entry.id.name] = frozenset(values.names)
    return found


def everything(locale: str) -> dict[str, frozenset[str]]:
    return {key: names for file in FILES for key, names in sentences(locale, file).items()}


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every call of say() and maybe()."""
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in ("say", "maybe") and node.args:
                    yield path, node


def literals(node: ast.expr) -> Iterator[str]:
    """The keys that an expression can become: a literal, or either side of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    yield kind
    for child in kind.__subclasses__():
        yield from refusals(child)


@pytest.mark.parametrize("file", FILES)
def test_every_language_has_the_same_sentences_with_the_same_values(file: str) -> None:
    first, *others = LOCALES
    for other in others:
        assert sentences(first, file) == sentences(other, file)


def test_no_key_is_in_two_files() -> None:
    for locale in LOCALES:
        keys = [key for file in FILES for key in sentences(locale, file)]
        assert len(keys) == len(set(keys))


def test_every_key_that_code_says_is_there_and_gets_its_values() -> None:
    known, found = everything("de"), 0
    for path, call in calls():
        given = {keyword.arg for keyword in call.keywords}
        for key in literals(call.args[0]):
            found += 1
            assert key in known, f"{path.name}: {key}"
            if None not in given:  # no ** in the call
                assert known[key] <= given, f"{path.name}: {key} needs {sorted(known[key])}"
    assert found > 25


def test_no_sentence_is_left_over() -> None:
    said = {
        node.value
        for path in SRC.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    said |= {key for _, key in written()}
    begun = tuple(key for _, key in written() if key.endswith("-"))
    left = {key for key in everything("de") if key not in said and not key.startswith((*COMPOSED, *begun))}
    assert {key for key in left if not any(made.fullmatch(key) for made in composed())} == set()


def test_pages_say_what_is_there() -> None:
    known = everything("de")
    assert len(list(written())) > 40
    for page, key in written():
        assert key in known or (key.endswith("-") and any(each.startswith(key) for each in known)), f"{page}: {key}"


def written() -> Iterator[tuple[str, str]]:
    """(page, key) of every sentence that a template says."""
    for path in sorted((SRC / "server" / "templates").glob("*.html")):
        for key in re.findall(r"""\bt\(["']([\w-]+)["']""", path.read_text("utf-8")):
            yield path.name, key


@cache
def composed() -> frozenset[re.Pattern[str]]:
    """Keys that code puts together, as patterns: f"order-state-{state}"."""
    made = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                pieces = [each.value if isinstance(each, ast.Constant) else "" for each in node.values]
                if len("".join(map(str, pieces)).strip("-")) > 3:
                    made.add(re.compile("".join(re.escape(str(each)) if each else "[\\w-]+" for each in pieces)))
    return frozenset(made)


def test_every_refusal_that_a_shopper_can_hear_has_its_sentence() -> None:
    for module in pkgutil.walk_packages([str(SRC)], "tresen."):
        if module.name.split(".")[1] in SPEAKING:
            importlib.import_module(module.name)
    codes = {kind.code: kind for kind in refusals() if kind.__module__.startswith("tresen.")}
    assert len(codes) > 8
    for code, kind in codes.items():
        for locale in LOCALES:
            told = f"refusal-{code}" in everything(locale)
            assert told != (code in NEVER_TOLD), f"{kind.__name__} ({code}) in {locale}"


def test_codes_given_on_the_spot_are_told_where_shoppers_tap() -> None:
    """`code=` in the packages behind taps and tools, where a shopper hears the refusal."""
    for package in ("shop", "counter"):
        for path in sorted((SRC / package).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
                    code = str(node.value.value)
                    assert is_told(code) != (code in IN_IMPORTS), f"{path.name}: {code}"


def is_told(code: str) -> bool:
    return all(f"refusal-{code}" in everything(locale) for locale in LOCALES)


def test_a_locale_nobody_speaks_is_answered_in_english() -> None:
    assert maybe("cart-changed", "fr", count=2) == maybe("cart-changed", "en", count=2)
    assert maybe("no-such-sentence", "de") is None
