"""Which of the shop's languages a shopper writes."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

SURE = 0.8  # below, a word such as "Merino" would switch the language of a conversation


def spoken(text: str, locales: Sequence[str], otherwise: str) -> str:
    """The language of `text` among `locales`, or `otherwise` when one cannot be sure. Blocks while it loads."""
    if len(locales) < 2:
        return otherwise
    language, probability = _identifier(tuple(locales)).classify(text)
    return str(language) if probability >= SURE else otherwise


@lru_cache(maxsize=4)
def _identifier(locales: tuple[str, ...]) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(locales))
    return identifier
