"""Tables as shops export them: columns, languages, encodings, separators, variants on several lines."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from catalog_ingest.options import Options, read_mapping
from catalog_ingest.sources import LeftOut, Row, Unreadable
from catalog_ingest.sources.csv import read
from tresen.kit.errors import Unprocessable


def rows(
    folder: Path, content: str | bytes, name: str = "shop.csv", **options: Any
) -> list[Row | Unreadable | LeftOut]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path, Options(**options)))


def data(folder: Path, content: str | bytes, **options: Any) -> list[dict[str, Any]]:
    found = rows(folder, content, **options)
    assert all(isinstance(each, Row) for each in found), found
    return [each.data for each in found if isinstance(each, Row)]


def test_german_headers_are_understood(tmp_path: Path) -> None:
    (row,) = data(
        tmp_path,
        "Artikelnummer;Bezeichnung;Beschreibung;Marke;Kategorie;Preis;Bestand;Farbe;Größe;Bild-URL\n"
        'A1;Socke;"Warm; weich";Kiesel;Laufen > Socken;12,90;5;Blau;39-42;/a.jpg\n',
    )
    assert (row["id"], row["title"], row["description"], row["brand"]) == ("A1", "Socke", "Warm; weich", "Kiesel")
    assert (row["category"], row["image"]) == ("Laufen > Socken", "/a.jpg")
    (variant,) = row["variants"]
    assert (variant["price"], variant["stock"], variant["options"]) == (
        "12,90",
        "5",
        {"color": "Blau", "size": "39-42"},
    )
    assert variant["sku"] == "A1-blau-39-42"


def test_english_headers_are_understood(tmp_path: Path) -> None:
    (row,) = data(tmp_path, "SKU,Product Name,Vendor,Product Type,Price,Qty,Image Link\nX,Sock,K,Socks,9.5,1,/x.jpg\n")
    assert (row["id"], row["title"], row["brand"], row["category"]) == ("X", "Sock", "K", "Socks")
    assert (row["variants"][0]["sku"], row["variants"][0]["price"]) == ("X", "9.5")


def test_a_mapping_wins_over_the_guess(tmp_path: Path) -> None:
    told = read_mapping("title=Kurztext,price=VK 2,option:color=Ton,detail:care=Pflege")
    (row,) = data(tmp_path, "id,title,Kurztext,price,VK 2,Ton,Pflege\n1,no,yes,1,2,Rot,30 Grad\n", mapping=told)
    assert (row["title"], row["variants"][0]["price"]) == ("yes", "2")
    assert (row["variants"][0]["options"], row["details"]) == ({"color": "Rot"}, {"care": "30 Grad"})


def test_columns_can_say_themselves_what_they_are(tmp_path: Path) -> None:
    (row,) = data(
        tmp_path,
        "id,title_de,title (en),option:Color.de,option:Color.en,attribute:Weight g,attribute:dicht,attribute:code\n"
        "1,Socke,Sock,Blau,blue,48,ja,007\n",
    )
    assert row["title"] == {"de": "Socke", "en": "Sock"}
    assert row["variants"][0]["options"] == {"color": {"de": "Blau", "en": "blue"}}
    assert row["attributes"] == {"weight_g": 48, "dicht": True, "code": "007"}


def test_category_paths_in_two_languages(tmp_path: Path) -> None:
    (row,) = data(tmp_path, "id,title,category.de,category.en\n1,x,Rad > Licht,Bike > Light\n")
    assert row["category"] == [{"de": "Rad", "en": "Bike"}, {"de": "Licht", "en": "Light"}]


def test_lines_with_the_same_id_are_one_product(tmp_path: Path) -> None:
    first, second = rows(tmp_path, "id,sku,title,color,price\nA,A1,Sock,red,1\nA,A2,,blue,2\nB,B1,Cap,,3\n")
    assert isinstance(first, Row) and isinstance(second, Row)
    assert [each["sku"] for each in first.data["variants"]] == ["A1", "A2"]
    assert (first.line, second.line, first.data["title"]) == (2, 4, "Sock")


def test_lines_of_one_product_may_stand_apart(tmp_path: Path) -> None:
    found = data(tmp_path, "id,sku,title\nA,A1,Sock\nB,B1,Cap\nA,A2,Sock\nB,B2,Cap\n")
    assert [(row["id"], [each["sku"] for each in row["variants"]]) for row in found] == [
        ("A", ["A1", "A2"]), ("B", ["B1", "B2"]),
    ]  # fmt: skip


def test_a_parent_column_groups_variants(tmp_path: Path) -> None:
    found = data(tmp_path, "id,parent,title,size,price\nP,,Sock,,\nV1,P,Sock S,S,1\nV2,P,Sock M,M,2\nQ,,Cap,,3\n")
    assert [(row["id"], row["title"]) for row in found] == [("P", "Sock"), ("Q", "Cap")]
    assert [[each["sku"] for each in row["variants"]] for row in found] == [["V1", "V2"], ["Q"]]


def test_without_variant_columns_every_line_is_a_product(tmp_path: Path) -> None:
    assert len(data(tmp_path, "id,title\nA,one\nA,two\n")) == 2


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    (row,) = data(tmp_path, f'id{separator}"title"{separator}price\n1{separator}"a,b;c|d\t e"{separator}2\n')
    assert row["title"] == "a,b;c|d\t e"


def test_tsv_is_always_tabs(tmp_path: Path) -> None:
    (row,) = data(tmp_path, "id\ttitle,a,b,c,d\ttitle\n1\t2\t3\n", name="x.tsv")
    assert (row["id"], row["title"]) == ("1", "3")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    (row,) = data(tmp_path, "id;Titel;Größe\n1;Mütze für Füße;größer\n".encode(encoding))
    assert (row["title"], row["variants"][0]["options"]) == ("Mütze für Füße", {"size": "größer"})


def test_the_encoding_is_found_however_late_it_shows(tmp_path: Path) -> None:
    content = "id;title\n" + "".join(f"{i};plain\n" for i in range(20_000)) + "x;Mütze\n"
    assert data(tmp_path, content.encode("cp1252"))[-1]["title"] == "Mütze"


def test_packed_tables(tmp_path: Path) -> None:
    (row,) = data(tmp_path, gzip.compress(b"id,title\n1,Sock\n"), name="x.csv.gz")
    assert row["title"] == "Sock"


def test_cells_may_have_several_lines_and_lines_are_counted(tmp_path: Path) -> None:
    found = rows(tmp_path, 'id,title,description\r\n1,a,"x\r\ny"\r\n\r\n2,b,z\r\n')
    assert [each.line for each in found] == [2, 5]


def test_a_line_with_too_many_cells_is_rejected_with_its_product(tmp_path: Path) -> None:
    found = rows(tmp_path, "id,sku,title\nA,A1,Sock\nA,A2,Sock,oops\nB,B1,Cap\n")
    assert found[0] == Unreadable(3, "the line has 4 cells, the header 3", "A")
    assert isinstance(found[1], Row)


def test_columns_nobody_uses_are_told(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "id,title,EK,Lager 7\n1,a,2,3\n")
    assert isinstance(row, Row)
    assert row.unused == ("EK", "Lager 7")


def test_a_huge_cell_is_rejected_and_the_rest_read(tmp_path: Path) -> None:
    found = rows(tmp_path, "id,sku,title\nA,A1," + "x" * 10_000_000 + "\nA,A2,Sock\nB,B1,Cap\n")
    assert [(type(each), each.line) for each in found] == [(Unreadable, 2), (Row, 4)]
    assert isinstance(found[0], Unreadable)
    assert (found[0].id, found[0].reason) == ("A", "the line is longer than 4 MB")


def test_a_cell_too_long_for_the_reader_is_rejected(tmp_path: Path) -> None:
    found = rows(tmp_path, "id,title\nA," + "x" * 200_000 + "\nB,Cap\n")
    assert [(type(each), getattr(each, "id", "")) for each in found] == [(Unreadable, "A"), (Row, "")]


def test_a_table_cut_in_the_middle_never_gives_half_a_product(tmp_path: Path) -> None:
    lines = [f"P{i // 3},P{i // 3}-{i % 3},Title {i // 3} {hash(str(i))}" for i in range(9000)]
    packed = gzip.compress(("id,sku,title\n" + "\n".join(lines)).encode())
    path = tmp_path / "x.csv.gz"
    path.write_bytes(packed[: len(packed) // 2])
    found = []
    with pytest.raises(EOFError):
        for each in read(path, Options()):
            found.append(each)
    whole = [each for each in found if isinstance(each, Row)]
    assert len(whole) > 100
    assert all(len(each.data["variants"]) == 3 for each in whole)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"title": "Nope"}, "no column 'Nope'"),
        ({"prize": "b"}, "unknown field 'prize'"),
        ({"option": "b"}, "unknown field 'option'"),
        ({}, "No column looks like the title"),
    ],
)
def test_a_mapping_that_does_not_fit_is_an_error_with_the_columns(
    tmp_path: Path, mapping: dict[str, str], said: str
) -> None:
    with pytest.raises(Unprocessable, match=said) as refused:
        rows(tmp_path, "a,b\n1,2\n", mapping=mapping)
    assert refused.value.hint


def test_a_table_without_any_id_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Unprocessable, match="looks like the id"):
        rows(tmp_path, "title,price\nSock,1\n")


def test_mappings_are_told_in_a_line_or_a_file(tmp_path: Path) -> None:
    assert read_mapping("title=Name, price = Preis") == {"title": "Name", "price": "Preis"}
    assert read_mapping("") == {}
    file = tmp_path / "map.toml"
    file.write_text('[columns]\ntitle = "Name, lang"\n"option:color" = "Farbe"\n')
    assert read_mapping(str(file)) == {"title": "Name, lang", "option:color": "Farbe"}
    file.write_text('title = "Name"\n')
    assert read_mapping(str(file)) == {"title": "Name"}


@pytest.mark.parametrize("told", ["title", "=x", "title=", "title=a,,", "nowhere.toml"])
def test_an_unclear_mapping_is_an_error(told: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        read_mapping(told)
    assert "--map" in refused.value.hint


@pytest.mark.parametrize("content", ["title =", "title = 3", "columns = 3"])
def test_an_unclear_mapping_file_is_an_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "map.toml"
    file.write_text(content)
    with pytest.raises(Unprocessable):
        read_mapping(str(file))


def test_a_star_in_the_mapping_takes_every_column_that_fits(tmp_path: Path) -> None:
    told = read_mapping("attribute:*=m_*,brand=m_maker")
    (row,) = data(tmp_path, "id,title,m_maker,m_Weight g,m_care\n1,Sock,K,48," + "wash " * 150 + "\n", mapping=told)
    assert (row["brand"], row["attributes"]) == ("K", {"weight_g": 48})
    assert row["details"]["care"].startswith("wash wash")
