"""What words are about, in both languages: a claim and the fact behind it may name one thing differently."""

import re
from functools import lru_cache

from tresen.agent.grounding.reading.moments import moments, weekdays
from tresen.agent.grounding.reading.places import country
from tresen.agent.grounding.reading.stems import stem, words

# topic: beginnings of words; those of six letters and more count inside German compounds too.
_TABLE = """
shipping: versand liefer porto fracht zustell shipping shipped ship deliver postage zugestellt verschick
    versend dispatch arriv paket parcel package ankommt ankomm ankunft
return: rückgabe zurückgeb zurückschick zurücksend rücksend retour return zurückgegeben umtausch umtauschen
    exchang zurückzugeben zurückzuschicken
withdrawal: widerruf withdraw widerrufen
statutory: gewährleist gesetz statut mangel mängel defect legal
guarantee: garantie guarant hausmarke house nähte naht stitch seam freiwillig volunt
repair: repar repair werkstatt workshop
pickup: abhol collect pickup pick aufheb bereitlieg reserv kept keep hold heben
reply: antwort hörst melden meldet reply replies hear bescheid respond answer rückmeld
austria: österreich austria
germany: deutsch german inland domestic
abroad: eu länder countr ausland abroad übrig rest other ander europ
threshold: ab schwelle warenwert grenze mindest threshold more kostenlos versandkostenfrei gratis free frei
    above über over orders
missing: noch fehl more missing away short bis
total: gesamt insgesamt zusammen summe total together altogether subtotal zwischensumme endsumme endbetrag
    betrag rechnungsbetrag warenkorb cart basket kasse checkout comes macht sum overall bestellung order
discount: rabatt nachlass reduzier gutschein discount off sale voucher coupon skonto ermäßig sonderangebot
    aktion promo spar save saving
weight: wieg gewicht schwer leicht weigh weight light heav wog
netweight: nettogewicht inhalt beutel packung sachet net
carbs: kohlenhydrat carb
salt: salz salt natrium sodium
caffeine: koffein caffein
drop: sprengung drop
lug: stollen profil lug lugs tread
case: gehäuse case
thickness: höhe dick thick hoch height
strap: armband strap
wrist: handgelenk wrist
battery: akku batter laufzeit lädt ladung hält läuft lasts runtime
gps: gps tracking
beam: leuchtweite beam weit reach lichtkegel leuchtet
waterproof: wasserdicht waterproof water tauch tief wasser
watercolumn: wassersäule column membran
pressure: druck pressure bar
security: sicherheit stufe security level rating
lumen: lumen hell bright lichtstrom
reviews: bewertung rezension review rating stimmen meinungen
lifespan: haltbar shelf keeps
temperature: wasch trockn wash dry temperatur grad degree
open: öffn geöffnet offen open
closed: geschlossen closed ruhetag
hours: uhr hours laden shop store öffnungszeit
phone: telefon phone call ruf hotline chat
holiday: feiertag holiday heiligabend silvester christmas weihnacht dezember december
reminder: erinner remind
extend: verlänger extend weitere another
small: klein small kurz short
large: groß large big lang long
"""
TOPICS: dict[str, tuple[str, ...]] = {
    line.partition(":")[0]: tuple(line.partition(":")[2].casefold().split())
    for line in _TABLE.replace("\n    ", " ").strip().splitlines()
}
_SHUT = re.compile(r"\b(?:haben|ist|sind|bleibt|bleiben)\b[^.!?]*\bzu\s*(?:[.,;!?)]|$)", re.IGNORECASE)
_STOP_WORDS = """
    der die das den dem des ein eine einen einem einer und oder aber mit für von zu im in am an auf aus bei bis ist
    sind hat haben du dir dich sie er es wir uns ich dein deine auch nur noch nach wenn dann so wie was als zum zur
    the a and or but with for of to at on by is are has have you your it its they we us i my also only as if then
    that this these those from be can kann kannst wird werden not nicht kein keine per je pro über um innerhalb
    kostet kosten preis price cost costs dauert takes gibt gilt beträgt beim euro eur größe größen size sizes gr eu
"""
_STOP = frozenset(stem(word) for word in _STOP_WORDS.split())


def is_small(word: str) -> bool:
    """An article, a preposition, a verb that says nothing of its own."""
    return stem(word) in _STOP


@lru_cache(maxsize=20_000)
def topics_of(word: str) -> frozenset[str]:
    """What a word is about."""
    bare = word.casefold()
    return frozenset(
        topic
        for topic, forms in TOPICS.items()
        if any(bare.startswith(form) if len(form) > 3 else bare == form for form in forms)
        or any(len(form) > 5 and form in bare for form in forms)
    )


@lru_cache(maxsize=4_096)
def about(text: str) -> frozenset[str]:
    """The words of a text as stems, with what they are about as "@topic" and the days of a range of weekdays."""
    found: set[str] = set()
    for word, _, _ in words(text):
        if word[0].isupper() and (code := country(word)):
            found.add({"AT": "@austria", "DE": "@germany"}.get(code, "@abroad"))
        if (stemmed := stem(word)) not in _STOP or word.isdigit():
            found.add(stemmed)
        found |= {f"@{topic}" for topic in topics_of(word)}
    if _SHUT.search(text):
        found.add("@closed")
    return frozenset(found | _days(text))


def _days(text: str) -> set[str]:
    named = "|".join(sorted(weekdays(), key=len, reverse=True))
    found = set()
    for match in re.finditer(rf"\b({named})\b(?:\s*(?:-|–|bis|to|through)\s*({named})\b)?", text, re.IGNORECASE):
        first = weekdays()[match[1].lower()]
        last = weekdays()[match[2].lower()] if match[2] else first
        found |= {f"@day{at}" for at in range(first, last + 1)}
    return found | {f"@date{figure.low}" for figure in moments(text, None) if figure.dimension == "date" and figure.low}
