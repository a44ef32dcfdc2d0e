"""What is said of one choice of a product, of a second product, of a list: each against the facts of that alone."""

import json
from datetime import date
from pathlib import Path

import pytest

from tresen.agent.grounding import check
from tresen.agent.grounding.facts import Sheet

SCENES = {
    scene["id"]: scene for scene in json.loads((Path(__file__).parent / "claims" / "scenes.json").read_text("utf-8"))
}

TRUE = [
    ("de-helm-kind", "Den Frechdachs gibt es in Türkis und Grün in beiden Größen, alle auf Lager."),
    ("de-helm-kind", "In Pink ist der Frechdachs nur in S vorrätig, XS ist ausverkauft."),
    ("de-helm-kind", "Der Frechdachs ist in Türkis in XS und S vorrätig."),
    ("de-regenjacke", "In Gelb ist die Regenjacke zum Laufen in S, M, L und XL auf Lager."),
    ("de-regenjacke", "Die Regenjacke zum Laufen gibt es in Gelb und Dunkelblau, vorrätig sind S bis XL."),
    ("de-zu-teuer", "Falls du mehr ausgeben magst: Die Takt Mini ist in Weiß sofort lieferbar."),
    ("en-headlamp", "With the 5200 mAh battery the Nachtwald 900 costs €144.00, with the small one €119.00."),
    ("en-headlamp", "The Nachtwald 900 starts at €119.00."),
    ("en-headlamp", "The Nachtwald 900 starts at €119.00; the bigger battery costs €25 more."),
    ("en-compare", "The Transit costs €169.00 in M and L, and €179.00 in XL."),
    ("en-compare", "The black Col is in stock in S, M and L."),
    ("en-compare", "In white, the Col is available in S and L."),
    ("en-socks", "The airy ankle socks cost €12.90. There is also a cheaper pair by Brisa at €8.90 with 3.9 stars."),
    ("en-shipping", "The free shipping threshold only applies within Germany."),
    ("en-returns", "You can hand in online orders at the shop free of charge."),
    ("de-garantie", "Die Garantie gilt für die Hausmarken Kiesel und Kette."),
    ("de-gel", "Der 12er-Karton ist etwa 9 % günstiger als zwölf einzelne Gels für 2,20 €."),
    ("de-gel", "Das Energiegel Schluck kostet im 12er-Karton 23,90 €, einzeln 2,20 €."),
    ("en-hours", "On New Year's Eve we are open from 10 to 2."),
    ("en-hours", "Have a good start into the New Year!"),
    ("en-watches", "You can order it right away; the grey Weitblick Ultra is in stock."),
]
FALSE = [
    ("de-helm-kind", "Der Frechdachs ist in allen drei Farben Türkis, Pink und Grün in XS vorrätig."),
    ("de-helm-kind", "In Pink sind XS und S vorrätig."),
    ("de-regenjacke", "In Dunkelblau ist die Regenjacke zum Laufen in XL vorrätig."),
    ("de-zu-teuer", "Wenn es mehr kosten darf: Die Sonnwend Solar ist auf Lager."),
    ("de-zu-teuer", "Die günstigste ist die Takt ab 109,00 €."),
    ("en-headlamp", "With the 5200 mAh battery the Nachtwald 900 costs €119.00."),
    ("en-headlamp", "The small battery lasts six hours at full power."),
    ("en-headlamp", "The Nachtwald 900 starts at €119.00; the bigger battery costs €35 more."),
    ("en-compare", "In XL the Transit costs €169.00."),
    ("en-compare", "The black XL Transit is €169.00."),
    ("en-compare", "If you commute at 25 km/h, the Transit keeps the wind out of your eyes."),
    ("en-compare", "The white Col is in stock in S, M and L."),
    ("en-socks", "The airy ankle socks cost €12.90. Brisa also has thin ankle socks for €7.90."),
    ("en-socks", "The airy ankle socks cost €12.90. Brisa also has thin ankle socks for €8.90, rated 4.7 stars."),
    ("en-socks", "Take Kiesel's toe socks. They cost €12.90 and come in black."),
    ("en-socks", "Take Kiesel's toe socks. They cost €8.90 and come with a guarantee."),
    ("en-shipping", "Please note that free shipping only applies to addresses in Austria."),
    ("en-shipping", "Shipping to Austria is free."),
    ("en-shipping", "Shipping is free."),
    ("de-versand", "Die Grenze für kostenlosen Versand gilt nur für Österreich."),
    ("en-returns", "Returns from Austria are free of charge."),
    ("de-garantie", "Die Garantie gilt für die Hausmarken Kiesel, Kette und Lumo."),
    ("de-garantie", "Die Garantie gilt nur für unsere Hausmarke Talwind."),
    ("de-gel", "Im Zwölferkarton für 23,90 € sparst du 20 % gegenüber einzeln."),
    ("de-gel", "Der 12er-Karton kostet 2,20 €."),
    ("de-gel", "Einzeln kostet das Energiegel Schluck 23,90 €."),
    ("en-bibs", "All sizes from S to XXL are in stock, with M down to the last two."),
    ("en-bibs", "Only the last four in L are left."),
    ("en-gift", "The first 10K gift box is rated even higher, at 4.8."),
    ("en-cart", "You have two pairs of socks at €25.80 each in your cart."),
]


def _findings(scene: str, text: str) -> int:
    sheet = Sheet(date(2026, 11, 22))
    for result in SCENES[scene]["results"]:
        sheet.add(result["tool"], json.dumps(result["text"], ensure_ascii=False))
    sheet.hear(SCENES[scene]["said"])
    return len(check(text, sheet, SCENES[scene]["locale"]).findings)


@pytest.mark.parametrize(("scene", "text"), TRUE)
def test_what_holds_of_the_choice_passes(scene: str, text: str) -> None:
    assert not _findings(scene, text)


@pytest.mark.parametrize(("scene", "text"), FALSE)
def test_what_holds_of_another_choice_is_found(scene: str, text: str) -> None:
    assert _findings(scene, text)
