"""Policy documents: language, title, headings, anchors, and passages of the right size."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_ingest.blocks import Block, blocks, soup_of
from catalog_ingest.options import Options
from catalog_ingest.sources import LeftOut, Row, Unreadable
from catalog_ingest.sources.documents import read
from catalog_ingest.split import MOST_TOKENS, passages
from tresen.retrieval import tokens
from tresen.shop import catalog


def rows(folder: Path, **files: str | bytes) -> list[Row | Unreadable | LeftOut]:
    """Files by name, with `__` for a slash and `_` before the ending."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/")[::-1].replace("_", ".", 1)[::-1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(folder, Options()))


def data(folder: Path, **files: str | bytes) -> dict[str, Any]:
    (row,) = rows(folder, **files)
    assert isinstance(row, Row), row
    return row.data


def texts(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["heading"], each["anchor"], each["text"]) for each in row["passages"]]


MARKDOWN = """---
title: Rückgabe
locale: de
url: /rueckgabe
---

# Rückgabe

Kurz gesagt: **30 Tage**.

## Fristen & Kosten

- Erstens
- Zweitens

Mehr [hier](https://shop.example).

### Ausland

| Land | Preis |
| --- | --- |
| AT | 9,90 € |

## Fristen & Kosten

Noch einmal.
"""


def test_markdown_becomes_passages_with_headings_and_anchors(tmp_path: Path) -> None:
    row = data(tmp_path, returns_md=MARKDOWN)
    assert (row["id"], row["title"], row["locale"], row["url"]) == ("returns.md", "Rückgabe", "de", "/rueckgabe")
    assert texts(row) == [
        ("Rückgabe", "rueckgabe", "Kurz gesagt: 30 Tage."),
        ("Fristen & Kosten", "fristen-kosten", "- Erstens\n- Zweitens\n\nMehr hier."),
        ("Fristen & Kosten › Ausland", "ausland", "Land | Preis\nAT | 9,90 €"),
        ("Fristen & Kosten", "fristen-kosten-2", "Noch einmal."),
    ]


def test_html_loses_what_is_not_text(tmp_path: Path) -> None:
    page = (
        '<!doctype html><html lang="en-GB"><head><title>Returns</title><style>p{}</style></head><body>'
        "<nav>Home</nav><main><h1>Returns</h1><p>Within <b>30&nbsp;days</b>.<!-- secret --></p>"
        "<script>alert(1)</script><ul><li>One<ul><li>Deep</li></ul></li><li>Two</li></ul>"
        '<h2 onclick="x()">Costs</h2>None<br>at all</main></body></html>'
    )
    row = data(tmp_path, a_html=page)
    assert (row["title"], row["locale"]) == ("Returns", "en")
    assert texts(row) == [
        ("Returns", "returns", "Within 30 days.\n\n- One\n- Deep\n- Two"),
        ("Costs", "costs", "None at all"),
    ]


def test_plain_text_is_paragraphs(tmp_path: Path) -> None:
    row = data(tmp_path, **{"opening-hours_txt": "Mo-Fr\n10 bis 18 Uhr\n\nSa zu."})
    assert row["title"] == "Opening hours"
    assert texts(row) == [("Opening hours", "opening-hours", "Mo-Fr\n10 bis 18 Uhr\n\nSa zu.")]


@pytest.mark.parametrize(
    ("name", "content", "locale"),
    [
        ("de__a_md", "Hallo", "de"),
        ("en__deep__a_md", "Hello", "en"),
        ("de__en__a_md", "Hello", "en"),
        ("de__a_md", "---\nlocale: en\n---\nHello", "en"),
        ("other__a_md", "Hello", ""),
    ],
)
def test_the_language_is_told_or_in_the_folder(tmp_path: Path, name: str, content: str, locale: str) -> None:
    assert data(tmp_path, **{name: content})["locale"] == locale


def test_one_file_is_read_too_and_its_folder_tells_the_language(tmp_path: Path) -> None:
    file = tmp_path / "en" / "faq.md"
    file.parent.mkdir()
    file.write_text("# FAQ\n\nYes.")
    (row,) = read(file, Options())
    assert isinstance(row, Row)
    assert (row.data["id"], row.data["title"], row.data["locale"]) == ("faq.md", "FAQ", "en")


def test_the_title_is_the_first_heading_else_the_name(tmp_path: Path) -> None:
    assert data(tmp_path / "a", x_md="# *Erste*\n\ntext")["title"] == "Erste"
    assert data(tmp_path / "b", **{"shipping-costs_md": "text"})["title"] == "Shipping costs"


def test_files_are_read_in_order_and_hidden_ones_are_not(tmp_path: Path) -> None:
    found = rows(tmp_path, b_md="b", a_txt="a", x_pdf="no", **{".git__c_md": "c", ".d_md": "d"})
    assert [each.file for each in found] == ["a.txt", "b.md"]


@pytest.mark.parametrize(
    "content",
    [b"\x00\x01binary", b"---\ntitle: [\n---\nx",
     b"---\n2024-13-45: 1\nx: 2024-13-45\n---\nx", b"x" * (5 * 1024 * 1024 + 1),
     b"---\na: " + b"[" * 5000 + b"\n---\nx"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path, content: bytes) -> None:
    broken, good = rows(tmp_path, a_md=content, b_md="Hello")
    assert isinstance(broken, Unreadable) and isinstance(good, Row)
    assert (broken.id, broken.file) == ("a.md", "a.md")
    assert broken.reason.startswith("the document cannot be read: ")


def test_front_matter_that_unfolds_without_end_is_ignored(tmp_path: Path) -> None:
    bomb = "---\na: &a [x, x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    assert data(tmp_path, x_md=bomb + "title: *u\n---\nText")["title"] == "X"


def test_old_encodings_are_read(tmp_path: Path) -> None:
    assert data(tmp_path, x_txt="Rückgabe".encode("cp1252"))["passages"][0]["text"] == "Rückgabe"
    assert data(tmp_path, x_txt="\ufeffRückgabe".encode())["passages"][0]["text"] == "Rückgabe"


def test_a_page_nested_without_end_is_read(tmp_path: Path) -> None:
    row = data(tmp_path, x_html="<div>" * 50_000 + "deep" + "</div>" * 50_000)
    assert row["passages"][0]["text"] == "deep"


SENTENCE = "Wir liefern z. B. am 3. Mai ca. 20 Pakete nach Art. 6 Abs. 1 der Liste. "


def test_long_sections_are_cut_between_sentences() -> None:
    found = passages("Titel", [Block("Lang", 2), Block(SENTENCE * 60)])
    assert len(found) > 2
    assert [each.anchor for each in found] == ["lang"] + [f"lang-{i}" for i in range(2, len(found) + 1)]
    for each in found:
        assert each.heading == "Lang"
        assert tokens.count(each.text) <= MOST_TOKENS
        assert each.text.startswith("Wir liefern") and each.text.endswith("der Liste.")
    assert " ".join(each.text for each in found) == (SENTENCE * 60).strip()
    assert min(tokens.count(each.text) for each in found[:-1]) > MOST_TOKENS * 0.8


def test_short_blocks_share_a_passage_and_stay_whole() -> None:
    parts = [Block(f"Absatz {i} hat ein paar Wörter und einen Punkt.") for i in range(100)]
    found = passages("Titel", parts)
    assert 2 < len(found) < 10
    assert "\n\n".join(each.text for each in found) == "\n\n".join(part.text for part in parts)


def test_text_without_any_end_is_cut_all_the_same() -> None:
    for text in ("wort " * 5000, "x" * 20_000, "字" * 5000):
        found = passages("T", [Block(text.strip())])
        assert len(found) > 1
        assert all(tokens.count(each.text) <= MOST_TOKENS for each in found)


def test_a_heading_without_text_gives_no_passage() -> None:
    assert [each.heading for each in passages("T", [Block("T", 1), Block("A", 2), Block("B", 3), Block("b")])] == [
        "A › B"
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1, max_size=40), st.integers(0, 6)), max_size=12))
def test_nothing_is_lost_and_no_anchor_is_used_twice(parts: list[tuple[str, int]]) -> None:
    found = passages("Titel", [Block(text, level) for text, level in parts])
    anchors = [each.anchor for each in found]
    assert len(anchors) == len(set(anchors))
    assert "".join("".join(each.text.split()) for each in found) == "".join(
        "".join(text.split()) for text, level in parts if not level
    )


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/pdivlah1&;-! \n\"'=x", max_size=80))
def test_any_markup_becomes_text(markup: str) -> None:
    assert all(block.text for block in blocks(soup_of(markup)))


async def test_documents_reach_the_shop_with_their_passages(feeder: Any) -> None:
    feeder.file("policies/de/returns.md", MARKDOWN)
    feeder.file("policies/en/returns.md", "# Returns\n\n30 days.")
    report = await feeder.ingest(feeder.folder / "policies")
    assert (report.new, report.indexed) == (2, 1)
    async with feeder.db.read() as tx:
        found = await catalog.passages(tx)
    assert {(each.locale, each.title) for each in found} == {("de", "Rückgabe"), ("en", "Returns")}
    assert found[0].anchor


async def test_an_unchanged_folder_writes_nothing_and_a_changed_file_only_itself(feeder: Any) -> None:
    feeder.file("policies/a.md", "# A\n\nEins.")
    feeder.file("policies/b.md", "# B\n\nZwei.")
    await feeder.ingest(feeder.folder / "policies")
    feeder.written.clear()
    assert (await feeder.ingest(feeder.folder / "policies")).unchanged == 2
    assert feeder.written == []
    feeder.file("policies/b.md", "# B\n\nDrei.")
    report = await feeder.ingest(feeder.folder / "policies")
    assert (report.changed, report.unchanged, report.indexed) == (1, 1, 2)


async def test_documents_do_not_withdraw_products_of_the_same_name(feeder: Any) -> None:
    await feeder.ingest(feeder.jsonl(feeder.sock(), name="shop.jsonl"))
    feeder.file("shop/a.md", "# A\n\nEins.")
    await feeder.ingest(feeder.folder / "shop")
    assert set(await feeder.products()) == {"S1"}


async def test_a_document_without_text_is_told(feeder: Any) -> None:
    feeder.file("policies/a.md", "# Only a title\n")
    report = await feeder.ingest(feeder.folder / "policies")
    assert [(each.file, each.field) for each in report.rejected] == [("a.md", "passages")]
