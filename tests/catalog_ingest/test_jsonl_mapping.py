"""JSON feeds that name things in their own way are read with a mapping, as tables are."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from catalog_ingest.options import Options, read_mapping
from catalog_ingest.sources import LeftOut, Row, Unreadable
from catalog_ingest.sources.jsonl import read
from tresen.kit.errors import Unprocessable
from tresen.shop.money import Money


def rows(folder: Path, told: str, *objects: dict[str, Any]) -> list[Row | Unreadable | LeftOut]:
    path = folder / "shop.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in objects), "utf-8")
    return list(read(path, Options(mapping=read_mapping(told))))


def data(folder: Path, told: str, *objects: dict[str, Any]) -> list[dict[str, Any]]:
    found = rows(folder, told, *objects)
    assert all(isinstance(each, Row) for each in found), found
    return [each.data for each in found if isinstance(each, Row)]


def test_mapped_names_win_and_others_keep_their_own(tmp_path: Path) -> None:
    told = "title=name,description=title,brand=maker"
    (row,) = data(tmp_path, told, {"id": "1", "name": "Sock", "title": "Warm.", "maker": "K", "price": 3, "x": 1})
    assert row == {"id": "1", "title": "Sock", "description": "Warm.", "brand": "K", "price": 3, "x": 1}


def test_languages_options_and_details_find_their_place(tmp_path: Path) -> None:
    told = "title.de=name_de,title.en=name_en,option:color=ton,detail:care=pflege,attribute:weight_g=facts.weight"
    one = {"id": "1", "name_de": "Socke", "name_en": "Sock", "ton": "Rot", "pflege": "30 Grad", "facts": {"weight": 48}}
    (row,) = data(tmp_path, told, one)
    assert row["title"] == {"de": "Socke", "en": "Sock"}
    assert (row["options"], row["details"]) == ({"color": "Rot"}, {"care": "30 Grad"})
    assert row["attributes"] == {"weight_g": 48}


def test_a_star_takes_every_name_that_fits_and_a_name_told_outright_wins(tmp_path: Path) -> None:
    told = "attribute:*=attr_t_*|attr_b_*,brand=attr_t_maker"
    one = {"id": "1", "title": "x", "attr_t_type": "Laser", "attr_b_duplex": True, "attr_t_maker": "K", "attr_n_w": 2}
    other = {"id": "2", "title": "y", "attr_t_Print Color": "Black", "attributes": {"own": 1}}
    first, second = data(tmp_path, told, one, other)
    assert (first["attributes"], first["brand"]) == ({"type": "Laser", "duplex": True}, "K")
    assert first["attr_n_w"] == 2
    assert second["attributes"] == {"own": 1, "print_color": "Black"}


def test_an_attribute_too_long_to_filter_by_is_a_detail(tmp_path: Path) -> None:
    (row,) = data(tmp_path, "attribute:*=attr_*", {"id": "1", "title": "x", "attr_fits": "A1, " * 200})
    assert "fits" in row["details"] and "attributes" not in row


def test_objects_with_a_parent_are_variants_of_one_product_wherever_they_stand(tmp_path: Path) -> None:
    told = "id=nr,parent=group,option:size=size,price=vk"
    one = {"nr": "1-S", "group": 1, "size": "S", "vk": "9.90", "title": "Sock"}
    alone = {"nr": "2", "title": "Bottle", "vk": 5}
    two = {"nr": "1-M", "group": 1, "size": "M", "vk": "10.90", "title": "Sock", "brand": "K"}
    found = data(tmp_path, told, one, alone, two)
    by_id = {each["id"]: each for each in found}
    assert [(each["sku"], each["options"], each["price"]) for each in by_id["1"]["variants"]] == [
        ("1-S", {"size": "S"}, "9.90"),
        ("1-M", {"size": "M"}, "10.90"),
    ]
    assert (by_id["1"]["title"], by_id["1"]["brand"], by_id["2"]["title"]) == ("Sock", "K", "Bottle")


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("title=nmae", "'nmae'"),
        ("price=offer.gros", "'offer.gros'"),
        ("attribute:*=attrs_*", "'attrs_*'"),
        ("colour=name", "unknown field"),
        ("attribute:*=attr", "cannot be read"),
        ("price:*=price_*", "cannot be read"),
    ],
)
def test_a_mapping_that_names_nothing_is_refused_before_anything_is_lost(tmp_path: Path, told: str, says: str) -> None:
    with pytest.raises(Unprocessable, match=says.replace("*", r"\*")) as refused:
        rows(tmp_path, told, {"id": "1", "name": "Sock", "attr_x": 1, "offer": {"gross": 3}, "price_x": 1})
    assert refused.value.code == "bad_mapping" and refused.value.hint


def test_a_name_that_only_the_last_object_has_is_there(tmp_path: Path) -> None:
    many = [{"id": str(number), "name": "x"} for number in range(50)]
    found = data(tmp_path, "title=name,brand=maker", *many, {"id": "51", "name": "x", "maker": "K"})
    assert found[-1]["brand"] == "K" and "brand" not in found[0]


def test_broken_lines_and_broken_files_are_told_as_without_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_bytes(b'{"id": "1", "name": "x"}\n{oops\n[1]\n')
    found = list(read(path, Options(mapping={"title": "name"})))
    assert [type(each) for each in found] == [Row, Unreadable, Unreadable]
    packed = tmp_path / "shop.jsonl.gz"
    lines = "".join(f'{{"id": "{number}", "name": "name {number * 7919}"}}\n' for number in range(20_000))
    content = gzip.compress(lines.encode())
    packed.write_bytes(content[: len(content) // 2])
    with pytest.raises(EOFError):
        list(read(packed, Options(mapping={"title": "name"})))


async def test_a_mapped_feed_is_ingested_with_prices_and_attributes(feeder: Any) -> None:
    path = feeder.jsonl(
        {"id": 1, "name": "Drucker", "cents": 4995, "attr_t_type": "Laser"}, {"id": 2, "name": "Toner", "cents": None}
    )
    told = {"title": "name", "price": "cents", "attribute:*": "attr_t_*"}
    report = await feeder.ingest(path, mapping=told, price_unit="minor")
    found = await feeder.products()
    assert (report.new, report.rejected_rows) == (2, 0)
    assert found["1"].attributes == {"type": "Laser"}
    assert [found[key].variants[0].price for key in ("1", "2")] == [Money(4995, "EUR"), None]
    assert (await feeder.ingest(path, mapping=told, price_unit="minor")).unchanged == 2
