"""Policies as PDF: headings, paragraphs, what runs along every page, and files nobody can read."""

import zlib
from pathlib import Path
from typing import Any

import pytest

from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Unreadable
from catalog_ingest.sources.pdf import read

SAMPLES = Path(__file__).parents[1] / "samples" / "feeds" / "pdf"
Printed = tuple[str, float, str, int]  # text, size, font, y


def pdf(*pages: list[Printed], pack: bool = False) -> bytes:
    """A PDF with lines of text at places."""
    font = "<< /Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding /BaseFont /Helvetica{} >>"
    objects = ["<< /Type /Catalog /Pages 2 0 R /Lang (de-DE) >>", "", font.format(""), font.format("-Bold")]
    kids = []
    for page in pages:
        text = "".join(f"BT /{name} {size} Tf 50 {y} Td ({told}) Tj ET\n" for told, size, name, y in page)
        stream = text.encode("cp1252").decode("latin-1")
        if pack:
            stream = zlib.compress(stream.encode("latin-1")).decode("latin-1")
        extra = " /Filter /FlateDecode" if pack else ""
        objects.append(f"<< /Length {len(stream)}{extra} >>\nstream\n{stream}\nendstream")
        fonts = "<< /Font << /F 3 0 R /B 4 0 R >> >>"
        kids.append(len(objects) + 1)
        objects.append(f"<< /Type /Page /Parent 2 0 R /Resources {fonts} /Contents {len(objects)} 0 R >>")
    refs = " ".join(f"{number} 0 R" for number in kids)
    objects[1] = f"<< /Type /Pages /Kids [{refs}] /Count {len(kids)} /MediaBox [0 0 595 842] >>"
    body, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n"
    )
    return (body + end + "%%EOF").encode("latin-1")


def one(folder: Path, content: bytes, name: str = "agb.pdf") -> Any:
    (folder / name).write_bytes(content)
    (row,) = read(folder / name, Options())
    return row


def texts(row: Row) -> list[tuple[str, str]]:
    return [(each["heading"], each["text"]) for each in row.data["passages"]]


def lines(*told: str, top: int = 700, size: float = 11) -> list[Printed]:
    return [(text, size, "F", top - 14 * at) for at, text in enumerate(told)]


def test_a_document_of_a_real_browser() -> None:
    german, english = read(SAMPLES, Options())
    assert isinstance(german, Row) and isinstance(english, Row)
    assert (german.data["title"], german.data["locale"]) == ("Versandbedingungen", "de")
    assert [heading for heading, _ in texts(german)] == ["Versandbedingungen", "Kosten", "Dauer der Lieferung"]
    assert "Ab einem Bestellwert von 60 € liefern wir versandkostenfrei." in texts(german)[1][1]
    assert not any("Seite 1" in text or "Kiesel" in text for _, text in texts(german))
    assert "post office." in texts(english)[1][1]


def test_larger_and_bold_lines_are_headings_and_gaps_end_paragraphs(tmp_path: Path) -> None:
    page = [("Widerruf", 20.0, "F", 780), ("Frist", 11.0, "B", 740)]
    page += lines("Die Frist betr\xe4gt vier-", "zehn Tage.", top=720) + lines("Sie beginnt mit Erhalt.", top=660)
    row = one(tmp_path, pdf(page))
    assert (row.data["title"], row.data["locale"]) == ("Widerruf", "de")
    assert texts(row) == [("Frist", "Die Frist beträgt vierzehn Tage.\n\nSie beginnt mit Erhalt.")]


def test_paragraph_signs_are_headings_and_dots_are_items(tmp_path: Path) -> None:
    page = lines("\xa7 1 Geltung", "Diese Bedingungen gelten immer und f\xfcr alle.", "• Punkt eins", "• Punkt zwei")
    row = one(tmp_path, pdf(page))
    assert row.data["title"] == "Agb"
    assert texts(row) == [("§ 1 Geltung", "Diese Bedingungen gelten immer und für alle.\n\n- Punkt eins\n- Punkt zwei")]


def test_what_stands_on_every_page_is_left_out(tmp_path: Path) -> None:
    def page(number: int, text: str) -> list[Printed]:
        return [("Laden GmbH", 8, "F", 820), *lines(text), (f"Seite {number} von 3", 8, "F", 20)]

    row = one(tmp_path, pdf(page(1, "Ein Satz, der"), page(2, "weiter geht."), page(3, "Ein anderer.")))
    assert texts(row) == [("Agb", "Ein Satz, der weiter geht.\n\nEin anderer.")]


def test_a_scan_is_told_with_the_next_step(tmp_path: Path) -> None:
    row = one(tmp_path, pdf([], []))
    assert isinstance(row, Unreadable)
    assert "scanned" in row.reason and "OCR" in row.reason


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"hello", b"%PDF-1.4\n" + b"1 0 obj << /A " * 5000])
def test_what_is_no_pdf_is_told(tmp_path: Path, content: bytes) -> None:
    row = one(tmp_path, content)
    assert isinstance(row, Unreadable) and row.reason


def test_a_password_is_told(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    (tmp_path / "plain.pdf").write_bytes(pdf(lines("Words that nobody may read.")))
    writer = PdfWriter(clone_from=PdfReader(tmp_path / "plain.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "agb.pdf")
    row = one(tmp_path, (tmp_path / "agb.pdf").read_bytes())
    assert isinstance(row, Unreadable) and "password" in row.reason


def test_a_page_that_unpacks_without_end_is_told(tmp_path: Path) -> None:
    content = pdf([("x", 11, "F", 700)], pack=True)
    bomb = zlib.compress(b" " * 200_000_000)
    start = content.index(b"stream\n") + len(b"stream\n")
    end = content.index(b"\nendstream")
    length = content[:start].replace(f"/Length {end - start}".encode(), f"/Length {len(bomb)}".encode())
    row = one(tmp_path, length + bomb + content[end:])
    assert isinstance(row, Unreadable)


async def test_pdfs_and_other_documents_of_a_folder_are_one_source(feeder: Any) -> None:
    feeder.file("policies/agb.pdf", pdf(lines("Words that everybody may read.")))
    feeder.file("policies/shipping.md", "# Shipping\n\nTwo days.")
    report = await feeder.ingest(feeder.folder / "policies")
    assert (report.new, report.rejected_rows) == (2, 0)
    (feeder.folder / "policies" / "agb.pdf").unlink()
    report = await feeder.ingest(feeder.folder / "policies", allow_shrink=True)
    assert (report.withdrawn, report.unchanged) == (1, 1)
