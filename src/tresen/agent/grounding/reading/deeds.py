"""Deeds in prose: "I have cancelled it", "deine Rückgabe ist angemeldet", "it's on its way".

A deed is said of the shop or the speaker, as done; what is offered, asked, denied or only would follow is none.
"""

import re
from dataclasses import dataclass

from tresen.agent.grounding.reading import clauses

# kind: words that say it was done
_TABLE = {
    "order": r"bestellt|aufgegeben|abgeschickt|abgesendet|eingegangen|ausgelöst|platziert|abgeschlossen|ordered|placed|"
    r"submitted|completed|went through|gone through",
    "pay": r"bezahlt|abgebucht|überwiesen|beglichen|abgerechnet|gezahlt|paid|charged|debited|settled|gone through|"
    r"went through|cleared",
    "refund": r"erstattet|rückerstattet|zurückerstattet|zurückgezahlt|zurücküberwiesen|zurückgebucht|gutgeschrieben|"
    r"refunded|reimbursed|credited|paid back|issued",
    "cancel": r"storniert|gestoppt|zurückgezogen|gekündigt|abgebrochen|cancell?ed|called off|stopped|withdrawn",
    "return": r"angemeldet|registriert|angelegt|eröffnet|beantragt|widerrufen|zurückgenommen|registered|announced|"
    r"opened|created|logged|initiated|filed|returned",
    "received": r"angekommen|eingetroffen|erhalten|empfangen|bekommen|eingegangen|received|arrived|come in|reached us",
    "ship": r"verschickt|versandt|versendet|losgeschickt|rausgegangen|rausgeschickt|losgegangen|abgeschickt|unterwegs|"
    r"auf dem weg|auf den weg gebracht|(?:lager|haus|laden) verlassen|in der zustellung|shipped|dispatched|sent out|"
    r"posted|on its way|on the way|left (?:our|the) (?:warehouse|stockroom|shop|store|depot)|out for delivery|"
    r"handed (?:over )?to the (?:carrier|courier)",
    "deliver": r"zugestellt|geliefert|ausgeliefert|abgegeben|delivered|handed over|dropped off",
    "change": r"geändert|umgestellt|aktualisiert|angepasst|abgeändert|umgeleitet|verlegt|verschoben|korrigiert|ersetzt|"
    r"verlängert|hochgestuft|changed|updated|switched|upgraded|amended|adjusted|corrected|rerouted|moved|extended|"
    r"swapped|modified|replaced|now goes to|is now going to|geht (?:jetzt|nun) (?:an|nach)",
    "reserve": r"reserviert|zurückgelegt|beiseitegelegt|beiseite gelegt|zur seite gelegt|zurückgestellt|reserved|"
    r"put aside|set aside|put by|held back|on hold for you",
    "note": r"notiert|vorgemerkt|gemerkt|gespeichert|eingetragen|hinterlegt|vermerkt|eingerichtet|abonniert|noted|"
    r"put you down|saved|remembered|signed (?:you )?up|on (?:the|our) (?:waiting )?list|"
    r"auf (?:die|der) (?:warte)?liste|recorded|written down|subscribed|stored",
    "forget": r"gelöscht|vergessen|deleted|forgotten|erased|wiped|forgot",
    "send": r"geschickt|gesendet|zugeschickt|zugesandt|sent",
    "mail": r"gemailt|e-?mailed|mailed|texted",
    "pass": r"weitergegeben|weitergeleitet|übergeben|informiert|gemeldet|beauftragt|gebeten|verständigt|benachrichtigt|"
    r"bescheid (?:gegeben|gesagt)|eingeschaltet|forwarded|passed|escalated|informed|notified|told|alerted|asked|"
    r"let|raised|reported|handed",
    "code": r"eingelöst|angewendet|angewandt|abgezogen|verrechnet|applied|redeemed|taken (?:\w+ ){0,4}off|deducted",
    "grant": r"gewährt|erlassen|freigeschaltet|eingeräumt|rabattiert|genehmigt|bewilligt|geschenkt|waived|granted|"
    r"activated|unlocked|approved|gifted",
    "book": r"gebucht|vereinbart|terminiert|booked|scheduled|arranged",
    "cart": r"hinzugefügt|gelegt|gepackt|getan|aufgenommen|entfernt|herausgenommen|rausgenommen|added|put|placed|"
    r"removed|taken (?:it |them )?out|in deinem (?:waren)?korb|im (?:waren)?korb|in your (?:cart|basket)",
    "do": r"veranlasst|erledigt|ausgeführt|durchgeführt|bearbeitet|bestätigt|umgesetzt|eingeleitet|angestoßen|"
    r"in die wege geleitet|done|processed|confirmed|arranged|taken care of|sorted|carried out|triggered|issued|started",
    "prepare": r"vorbereitet|bereitgestellt|vorgeschlagen|prepared|set up|drafted",
}
_WORDS = {kind: re.compile(rf"(?:{words})", re.IGNORECASE) for kind, words in _TABLE.items()}
_ANY = re.compile(rf"\b(?:{'|'.join(_TABLE.values())})\b", re.IGNORECASE)
# What it was done to decides what was done: a payment, a return and a parcel all "arrive".
_OBJECTS = {
    "mail": re.compile(r"\b(?:\w*etikett|mail|e-mail|link|code|sms|label|text message)\b", re.IGNORECASE),
    "return": re.compile(
        r"\b(?:rückgabe|\w*retoure|rücksendung|widerruf|umtausch|returns?|exchange|withdrawal)\b|\d-R\d+\b",
        re.IGNORECASE,
    ),
    "pay": re.compile(r"\b(?:zahlung|überweisung|lastschrift|payment|transfer)\b", re.IGNORECASE),
    "refund": re.compile(
        r"\b(?:erstattung|rückerstattung|gutschrift|rückzahlung|geld|refund|money|credit note)\b", re.IGNORECASE
    ),
    "cancel": re.compile(r"\b(?:stornierung|storno|kündigung|cancellation)\b", re.IGNORECASE),
    "order": re.compile(r"\b(?:bestellung|auftrag|kauf|einkauf|order|purchase)\b", re.IGNORECASE),
}
_MEANT = {
    "mail": {"send": "mail"},
    "return": {"received": "returned", "deliver": "returned", "ship": "send", "do": "return"},
    "pay": {"received": "pay", "order": "pay", "do": "pay", "send": "pay"},
    "refund": {"received": "refund", "ship": "refund", "order": "refund", "do": "refund", "send": "refund"},
    "cancel": {"order": "cancel", "do": "cancel", "received": "cancel", "return": "cancel"},
    "order": {"received": "order", "do": "order", "return": "order"},
}
_SPEAKER = re.compile(
    r"\b(?:ich|wir)\b[^.!?]{0,40}?\b(?:habe?n?|hab)\b|\b(?:habe?n?|hab)\s+(?:\w+\s+){0,2}?(?:ich|wir)\b|"
    r"\b(?:I|we)(?:['’]ve|\s+have)?\b(?=\s+(?:(?:just|already|now|also|have|gone ahead and|\w+ly)\s+)*[a-z]+)",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:ist|sind|wurde|wurden|war|waren|worden|has been|have been|had been|was|were|got|has|have|is|are|it['’]s|"
    r"that['’]s|liegt|liegen|now goes|geht (?:jetzt|nun))\b|['’]s been\b|\b(?:it|parcel|order|package|shipment) left\b",
    re.IGNORECASE,
)
# Whose passive "is cancelled" may be: something of the shopper's by its name, or what only a pronoun names.
_SHOPPERS = re.compile(
    r"\b(?:dein\w*|dir|dich|your|for you|bestellung|lieferung|retoure|rückgabe|rücksendung|sendung|zahlung|stornierung|"
    r"erstattung|rückerstattung|gutschrift|auftrag|kauf|widerruf|umtausch|paket|betrag|geld|\w*adresse|etikett|"
    r"(?:gutschein|rabatt)?code|gutschein|rabatt|anfrage|order|purchase|parcel|package|shipment|return|withdrawal|"
    r"cancellation|refund|payment|amount|money|address|label|voucher|discount|request|[A-Z]{2,}-\d[\w-]+)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:alles|everything|all|it|this|that|sie|es|er|das|they)\b", re.IGNORECASE)
_BY_PRONOUN = frozenset(("order", "cancel", "refund", "ship", "deliver", "reserve", "returned"))
# Words that are said of goods too, where nobody's order is named: "it's charged by USB-C".
_OF_GOODS = re.compile(
    r"charged|placed|completed|abgeschlossen|delivered|geliefert|issued|stopped|settled|cleared", re.IGNORECASE
)
_HABIT = re.compile(
    r"(?:\b(?:is|are)|['’]s)\s+(?:\w+\s+)?(?:shipped|sent|delivered|returned|refunded|processed|charged|dispatched)\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:now|already|just|bereits|schon|gerade|eben|soeben|jetzt)\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:nicht|nichts|kein\w*|nie|weder|ohne|not|nothing|no|never|neither|nor|cannot|yet to)\b|n['’]t\b",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:wird|werden|würden?|werde|könnten?|kann|kannst|soll|sollen|möchtest|willst|müsstest|musst|hätten?|wäre|"
    r"um zu|will|would|could|can|should|shall|may|might|must|to be|let me|let us)\b|['’](?:ll|d)\b|\blet['’]s\b",
    re.IGNORECASE,
)
_ONLY_IF = (
    r"(?:wenn|falls|sobald|solange|bevor|nachdem|ob|sofern|erst|damit|bis (?:du|sie|es|er|die|der|das|wir|ich)|if|when|"
    r"once|until|before|after|unless|whether|so that|as soon as)\b"
)
_ANYWHERE = re.compile(rf"\b{_ONLY_IF}", re.IGNORECASE)
_CONDITION = re.compile(rf"\W*(?:(?:und|and|aber|but|oder|or)\s+)?{_ONLY_IF}", re.IGNORECASE)
_GOES_ON = re.compile(r"\W*(?:und|and|aber|but)\b", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"\b(?:hast|habt) du\b|\bdu (?:hast|habt)\b|\b(?:you(?:['’]ve| have)?)\s+(?:\w+ly\s+)?[a-z]+ed\b", re.IGNORECASE
)
_SAME = re.compile(r"let|put|set (?:up|aside)", re.IGNORECASE)  # the same word now and then
_HAVE = re.compile(r"\b(?:have|has|had|just|already|been)\b|['’]ve\b", re.IGNORECASE)
_CART = re.compile(r"korb\b|\bcart\b|\bbasket\b", re.IGNORECASE)
_ORDERS = re.compile(r"\b(?:rechnung|bestellung|auftrag|bill|invoice|order)\b", re.IGNORECASE)
# Said is done: "I grant you 90 % off".
_GIVES = re.compile(
    r"\b(?:I|we)(?: hereby)? (?:grant|give|award|waive|gift|offer) you\b(?=[^.!?]*(?:%|€|\d|discount|voucher|free))|"
    r"\b(?:ich|wir) (?:gewähren?|schenken?|erlassen?|geben?|räumen?) dir\b(?=[^.!?]*"
    r"(?:%|€|prozent|euro|rabatt|gutschein))",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"\b(?:unterwegs|on (?:its|the) way)\b.*\b(?:werk|arbeits|business |working )?(?:tage?n?|stunden|days|hours)\b|"
    r"\b(?:werk|arbeits)?(?:tage?n?|days)\s+(?:unterwegs|on (?:its|the) way)\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"\b(?:kann ich (?:noch )?nicht|sehe ich (?:noch )?nicht|weiß ich nicht|i can(?:no|['’])t|i don['’]t)\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\W*(?:dass|that)\b", re.IGNORECASE)
_BARE = re.compile(r"^\W*([\wäöüß]+(?: \w+)?)\s*[.!:,–-]", re.IGNORECASE)
_HEADS = frozenset(("note", "cancel", "order", "forget", "ship", "refund", "send", "reserve", "book", "change"))


@dataclass(frozen=True)
class Deed:
    """What is said to have been done; several kinds where the words leave it open which."""

    kinds: frozenset[str]
    start: int
    end: int


def deeds(text: str) -> list[Deed]:
    """The deeds that a sentence tells."""
    if text.rstrip().rstrip('*"”“»)').endswith("?") or not (_ANY.search(text) or _GIVES.search(text)):
        return []
    spans = clauses.clauses(text)
    speaker, unreal, found = bool(_SPEAKER.search(text)), False, []
    conditional = bool(_ANYWHERE.search(text))
    for start, end in spans:
        clause = text[start:end]
        unreal = bool(_CONDITION.match(clause)) or (unreal and not _GOES_ON.match(clause))
        if _UNSEEN.search(text) and _THAT.match(clause):  # "whether it has arrived I cannot see"
            continue
        if _TAKES.search(clause):  # "unterwegs ist ein Paket zwei Tage"
            continue
        if unreal or _MODAL.search(clause) or _NOT.search(clause) or _yours(clause):
            continue
        if given := _GIVES.search(clause):
            found.append(Deed(frozenset(("grant",)), start + given.start(), start + given.end()))
        for kinds, at, last in _said(clause, text, speaker):
            word = clause[at:last]
            told = speaker or (not start and _head(text)) or (not conditional and _passive(clause, kinds, word))
            if told and not (_SAME.fullmatch(word) and not _HAVE.search(clause)):
                found.append(Deed(kinds, start + at, start + last))
    return found


def done(text: str) -> frozenset[str]:
    """The kinds of deeds that a label or a short note says: "unterwegs", "Erstattet 79,90"."""
    if _NOT.search(text) or _MODAL.search(text) or _ANYWHERE.search(text):
        return frozenset()
    return frozenset(kind for kinds, _, _ in _said(text, text, True) for kind in kinds)


def begins(text: str) -> bool:
    """Whether the words so far may be going to tell a deed."""
    return bool(_SPEAKER.search(text) or (_PASSIVE.search(text) and _SHOPPERS.search(text)))


def _yours(clause: str) -> bool:
    """Whether it is the shopper who did it."""
    return bool(_ADDRESSED.search(clause)) and not _SPEAKER.search(clause)


def _passive(clause: str, kinds: frozenset[str], word: str) -> bool:
    if not _PASSIVE.search(clause) or (_HABIT.search(clause) and not _NOW.search(clause)):
        return False
    if _SHOPPERS.search(clause):
        return True
    return bool(_PRONOUN.search(clause) and kinds & _BY_PRONOUN) and not _OF_GOODS.fullmatch(word)


def _head(text: str) -> bool:
    """ "Gemerkt:", "Cancelled!" at the head of a sentence."""
    found = _BARE.match(text)
    return found is not None and any(_WORDS[kind].fullmatch(found[1]) for kind in _HEADS)


def _said(clause: str, text: str, speaker: bool) -> list[tuple[frozenset[str], int, int]]:
    """Kinds of deeds with the place of their word."""
    found = []
    for match in _ANY.finditer(clause):
        kinds = {kind for kind, words in _WORDS.items() if words.fullmatch(match[0])}
        if "cart" in kinds and not _CART.search(text):
            kinds = kinds - {"cart"} | ({"change"} if _ORDERS.search(clause) else set())
        kinds -= {"pass"} if not speaker else set()
        thing = next((thing for thing, words in _OBJECTS.items() if words.search(clause)), "")
        kinds = {_MEANT.get(thing, {}).get(kind, kind) for kind in kinds}
        if kinds:
            found.append((frozenset(kinds), match.start(), match.end()))
    return found
