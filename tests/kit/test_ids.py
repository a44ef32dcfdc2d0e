"""Identifiers: stable where a link hangs on them, unguessable where a secret does."""

from hypothesis import given
from hypothesis import strategies as st

from tresen.kit import ids


def test_catalog_ids_never_change() -> None:
    """Carts, links and conversations hold these; another number here breaks every shop that exists."""
    assert ids.catalog_id("p", "demo", "S1") == "ps2nr2vcgjcqtd"
    assert ids.catalog_id("v", "demo", "S1", "S1-b") == "v7vzq7qvszklaw"


@given(st.lists(st.text(max_size=5), min_size=1, max_size=3), st.lists(st.text(max_size=5), min_size=1, max_size=3))
def test_other_keys_have_other_ids(one: list[str], two: list[str]) -> None:
    if one != two and "\x1f" not in "".join(one + two):
        assert ids.catalog_id("p", *one) != ids.catalog_id("p", *two)


@given(st.text(), st.text())
def test_catalog_ids_fit_their_column_and_a_path(source: str, external_id: str) -> None:
    found = ids.catalog_id("p", source, external_id)
    assert len(found) == 14
    assert found.isascii() and found.isalnum()


def test_row_ids_sort_by_time() -> None:
    made = [ids.row_id() for _ in range(200)]
    assert made == sorted(made)
    assert len(set(made)) == 200


def test_secrets_are_long_and_stored_only_as_digests() -> None:
    token = ids.secret()
    assert len(token) >= 32
    assert token != ids.secret()
    assert ids.digest(token) == ids.digest(token)
    assert token not in ids.digest(token)
    assert len(ids.digest(token)) == 64
