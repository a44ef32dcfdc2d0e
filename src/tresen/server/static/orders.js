/* The order desk in the inbox: lists orders, tells of new ones, and lets people pick, ship, refund and take back.
   It borrows what the inbox has (elements, the server, the operator's preferences) and decides nothing itself:
   what may be done next is what the server says. */

const WORDS = {
  de: {
    orders: "Bestellungen", order_list: "Liste der Bestellungen", search: "Bestellungen durchsuchen: Nummer, Name, E-Mail, Artikel", search_short: "Suchen …", state: "Status", all: "Alle",
    export: "Als CSV laden", sound: "Ton bei neuer Bestellung", loading: "Lädt …", none: "Noch keine Bestellungen.", none_found: "Keine Bestellung passt dazu.",
    list_failed: "Die Bestellungen konnten nicht geladen werden. Nächster Versuch gleich.", order_failed: "Die Bestellung konnte nicht geladen werden.", order_gone: "Diese Bestellung gibt es nicht.", try_again: "Noch einmal versuchen",
    empty: (v) => v.count === 0 ? "Keine neue Bestellung" : v.count === 1 ? "Eine neue Bestellung" : `${v.count} neue Bestellungen`, empty_hint: "Wähle links eine Bestellung.",
    new_order: (v) => `Neue Bestellung ${v.number}: ${v.name}, ${v.total}`, new_title: "Neue Bestellung", unseen: "neu", unseen_count: (v) => `${v.count} neu`,
    pieces: (v) => v.count === 1 ? "1 Stück" : `${v.count} Stück`, due: "Zahlung offen", payouts: "Erstattung auszuzahlen", returns: (v) => v.count === 1 ? "1 Rücksendung angekündigt" : `${v.count} Rücksendungen angekündigt`,
    awaiting_payment: "wartet auf Zahlung", processing: "in Bearbeitung", ready: "abholbereit", shipped: "unterwegs", delivered: "zugestellt", cancelled: "storniert", returned: "zurückgeschickt",
    back: "Zurück zur Liste", placed: "Bestellt", conversation: "Zum Gespräch", page: "Bestellseite", print: "Packzettel drucken",
    pick: "Packliste", picked: (v) => `${v.done} von ${v.all} gepackt`, sent_already: "schon verschickt", unsent: (v) => `noch ${v.count} hier`,
    address: "Lieferadresse", pickup: "Abholung im Laden", shipping: "Versandart", arrives: "Ankunft", email: "E-Mail", phone: "Telefon",
    money: "Zahlung", goods: "Waren", total: "Summe", paid: "Bezahlt", refunded: "Erstattet", credited: "Wegen Rückgabe abgezogen", still_due: "Noch zu zahlen", payment: "Zahlart",
    parcels: "Sendungen", parcel: "Sendung", track: "Sendung verfolgen", returns_title: "Rücksendungen", refunds: "Erstattungen", notes: "Notizen", note_label: "Notiz für das Team", note_save: "Notiz speichern", no_notes: "Noch keine Notizen.",
    do_ship: "Versenden", do_make_ready: "Abholbereit", do_deliver: "Zugestellt", do_cancel: "Stornieren", do_paid: "Zahlung eintragen", do_refund: "Erstatten", do_receive: "Angekommen", do_decline: "Ablehnen", do_paid_out: "Ausgezahlt", deliver_pickup: "Abgeholt",
    ask_ship: "Was geht auf den Weg?", ask_make_ready: "Liegt alles zur Abholung bereit?", ask_deliver: "Ist alles angekommen? Ab jetzt laufen die Fristen für Rücksendungen.", ask_cancel: "Die Ware kommt zurück ins Regal, und was bezahlt wurde, geht zurück.", ask_paid: "Wie viel ist angekommen? Was fehlt, bleibt offen; was zu viel ist, geht zurück.",
    ask_refund: (v) => `Höchstens ${v.left}. Das Geld geht den Weg zurück, auf dem es kam.`, ask_receive: (v) => `${v.refund} gehen zurück.`, ask_decline: "Der Grund bleibt als Notiz im Haus.", ask_paid_out: "Ist das Geld überwiesen oder ausgezahlt?",
    told: "Wer bestellt hat, wird benachrichtigt.", abort: "Abbrechen",
    carrier: "Versanddienst", tracking_code: "Sendungsnummer", tracking_url: "Link zur Sendung (freiwillig)", quantity_of: (v) => `Anzahl: ${v.title}`, reason: "Grund", amount: (v) => `Betrag in ${v.currency}`, restock: "Ware ist wieder verkäuflich",
    bad_amount: "Bitte gib einen Betrag wie 12,90 ein.", done: "Erledigt.", changed: (v) => `${v.number}: ${v.state}`,
    pay_created: "noch nicht begonnen", pay_pending: "läuft", pay_due: "offen", pay_paid: "bezahlt", pay_failed: "fehlgeschlagen", pay_expired: "verfallen",
    refund_asked: "wird veranlasst", refund_due: "von Hand auszuzahlen", refund_done: "erstattet", refund_credited: "von der offenen Summe abgezogen", refund_failed: "vom Zahlungsdienst abgelehnt: bitte von Hand auszahlen",
    kind_return: "Rücksendung", kind_exchange: "Umtausch", kind_withdrawal: "Widerruf", back_asked: "angekündigt", back_received: "angekommen", back_refunded: "erstattet", back_declined: "abgelehnt",
    "why paid twice": "doppelt bezahlt", "why paid too much": "zu viel bezahlt", "why paid after cancellation": "nach der Stornierung bezahlt", "why cancelled by the shopper": "im Gespräch storniert", "why items": "Artikel herausgenommen", "why by the provider": "beim Zahlungsdienst veranlasst",
    slip: "Packzettel", slip_order: "Bestellung", slip_thanks: "Danke für deine Bestellung!", sku: "Artikelnr.", item: "Artikel", quantity: "Menge", from_shop: "der Shop", e_unknown: "Diese Nummer gibt es nicht.",
  },
  en: {
    orders: "Orders", order_list: "List of orders", search: "Search orders: number, name, email, item", search_short: "Search …", state: "State", all: "All",
    export: "Download CSV", sound: "Sound on a new order", loading: "Loading …", none: "No orders yet.", none_found: "No order fits.",
    list_failed: "The orders could not be loaded. Trying again shortly.", order_failed: "The order could not be loaded.", order_gone: "There is no such order.", try_again: "Try again",
    empty: (v) => v.count === 0 ? "No new order" : v.count === 1 ? "One new order" : `${v.count} new orders`, empty_hint: "Choose an order from the list.",
    new_order: (v) => `New order ${v.number}: ${v.name}, ${v.total}`, new_title: "New order", unseen: "new", unseen_count: (v) => `${v.count} new`,
    pieces: (v) => v.count === 1 ? "1 piece" : `${v.count} pieces`, due: "not paid yet", payouts: "refund to pay out", returns: (v) => v.count === 1 ? "1 return announced" : `${v.count} returns announced`,
    awaiting_payment: "waiting for payment", processing: "in progress", ready: "ready for pick-up", shipped: "on its way", delivered: "delivered", cancelled: "cancelled", returned: "sent back",
    back: "Back to the list", placed: "Ordered", conversation: "Open conversation", page: "Order page", print: "Print packing slip",
    pick: "Pick list", picked: (v) => `${v.done} of ${v.all} packed`, sent_already: "sent already", unsent: (v) => `${v.count} still here`,
    address: "Delivery address", pickup: "Pick-up in the shop", shipping: "Shipping", arrives: "Arrival", email: "Email", phone: "Phone",
    money: "Payment", goods: "Goods", total: "Total", paid: "Paid", refunded: "Refunded", credited: "Taken off for returns", still_due: "Still to pay", payment: "Method",
    parcels: "Parcels", parcel: "Parcel", track: "Track parcel", returns_title: "Returns", refunds: "Refunds", notes: "Notes", note_label: "Note for the team", note_save: "Save note", no_notes: "No notes yet.",
    do_ship: "Ship", do_make_ready: "Ready for pick-up", do_deliver: "Delivered", do_cancel: "Cancel order", do_paid: "Enter payment", do_refund: "Refund", do_receive: "Has arrived", do_decline: "Decline", do_paid_out: "Paid out", deliver_pickup: "Picked up",
    ask_ship: "What goes on its way?", ask_make_ready: "Is everything ready to be picked up?", ask_deliver: "Has everything arrived? The periods for returns begin now.", ask_cancel: "The goods go back on the shelf, and what was paid goes back.", ask_paid: "How much has come in? What is missing stays due; what is too much goes back.",
    ask_refund: (v) => `At most ${v.left}. The money goes back the way it came.`, ask_receive: (v) => `${v.refund} will be refunded.`, ask_decline: "The reason stays in the house as a note.", ask_paid_out: "Has the money been transferred or paid out?",
    told: "The shopper will be told.", abort: "Cancel",
    carrier: "Carrier", tracking_code: "Tracking number", tracking_url: "Tracking link (optional)", quantity_of: (v) => `Quantity: ${v.title}`, reason: "Reason", amount: (v) => `Amount in ${v.currency}`, restock: "The goods can be sold again",
    bad_amount: "Please enter an amount such as 12.90.", done: "Done.", changed: (v) => `${v.number}: ${v.state}`,
    pay_created: "not begun", pay_pending: "in progress", pay_due: "due", pay_paid: "paid", pay_failed: "failed", pay_expired: "expired",
    refund_asked: "on its way", refund_due: "to be paid out by hand", refund_done: "refunded", refund_credited: "taken off what is due", refund_failed: "declined by the provider: please pay out by hand",
    kind_return: "Return", kind_exchange: "Exchange", kind_withdrawal: "Withdrawal", back_asked: "announced", back_received: "arrived", back_refunded: "refunded", back_declined: "declined",
    "why paid twice": "paid twice", "why paid too much": "paid too much", "why paid after cancellation": "paid after the cancellation", "why cancelled by the shopper": "cancelled in the conversation", "why items": "items taken out", "why by the provider": "made at the provider",
    slip: "Packing slip", slip_order: "Order", slip_thanks: "Thank you for your order!", sku: "SKU", item: "Item", quantity: "Quantity", from_shop: "the shop", e_unknown: "There is no such number.",
  },
};

const STATES = ["awaiting_payment", "processing", "ready", "shipped", "delivered", "cancelled", "returned"];
const TELLS = new Set(["ship", "make_ready", "deliver", "cancel", "paid", "refund", "receive", "decline"]);
const STEPS = new Set(["ship", "make_ready", "deliver"]);
const CARRIERS = ["DHL", "DPD", "GLS", "Hermes", "UPS"];
const KINDS = ["return", "exchange", "withdrawal"];
const WHYS = ["paid twice", "paid too much", "paid after cancellation", "cancelled by the shopper", "items", "by the provider"];
const PATHS = { make_ready: "ready" };

/** Builds the desk into the page; `tools` are the inbox's own. Returns what the inbox calls. */
export function orderDesk(tools) {
  const { h, icon, call, toast, chime, notify, prefs, prefer, remembered, remember, fresh, when, instant, safe, changed } = tools;
  const $ = (id) => document.getElementById(id);
  const state = { on: false, list: [], counts: {}, unseen: 0, filter: "", search: "", loaded: false, known: null, number: "", sheet: null, form: null };
  const rows = new Map(); // number -> its row in the list
  let searchTimer = 0;
  let hurryTimer = 0;
  let asked = 0;

  const speakIn = (language, key, values = {}) => {
    const words = WORDS[language in WORDS ? language : "en"][key];
    return typeof words === "function" ? words(values) : (words ?? key);
  };
  const t = (key, values) => speakIn(prefs.language, key, values);
  const words = (problem) => (problem.status === 404 ? t("e_unknown") : problem.words ?? String(problem));

  // -------------------------------------------------------------- the list

  function build() {
    $("order-nav").replaceChildren(
      h("div", { class: "order-filter" },
        h("label", { class: "search" }, icon("search"), h("input", { id: "order-search", "data-testid": "order-search", type: "search", autocomplete: "off", "aria-label": t("search"), placeholder: t("search_short"), value: state.search, oninput: searchSoon })),
        h("select", { id: "order-state", "data-testid": "order-state", "aria-label": t("state"), onchange: (event) => { state.filter = event.target.value; load(); } })),
      h("p", { id: "order-note", class: "note", role: "status", hidden: true }),
      h("ul", { id: "order-rows", "data-testid": "order-list" }),
      h("div", { class: "order-foot" },
        h("label", {}, h("input", { type: "checkbox", id: "order-sound", checked: prefs.orderSound, onchange: (event) => { prefer("orderSound", event.target.checked); chime(); } }), h("span", {}, t("sound"))),
        h("a", { id: "order-export", "data-testid": "order-export", download: "orders.csv" }, t("export"))));
    rows.clear();
  }

  function searchSoon(event) {
    state.search = event.target.value.trim();
    clearTimeout(searchTimer);
    searchTimer = setTimeout(load, 250);
  }

  const query = () => new URLSearchParams({ state: state.filter, q: state.search }).toString();

  async function load() {
    const turn = ++asked;
    try {
      const answer = await call("GET", `/v1/inbox/orders?${query()}`);
      if (turn !== asked || !state.on) return;
      Object.assign(state, { list: answer.orders, counts: answer.counts, unseen: answer.unseen, loaded: true });
      alerts(answer.news);
      showNote(state.list.length ? "" : t(state.filter || state.search ? "none_found" : "none"));
    } catch (problem) {
      if (!state.on || problem.status === 401 || turn !== asked) return;
      showNote(t("list_failed"));
      setTimeout(hurry, 5000);
    }
    showList();
    changed();
  }

  /** Many hints in a row become one request. */
  function hurry() {
    if (hurryTimer || !state.on) return;
    hurryTimer = setTimeout(() => { hurryTimer = 0; load(); }, 200);
  }

  function alerts(news) {
    const before = state.known;
    state.known = new Set([...(before ?? []), ...news.map((row) => row.number)]);
    if (!before) return;
    for (const row of news.filter((each) => !before.has(each.number)).reverse()) {
      const told = t("new_order", { number: row.number, name: row.name || row.email, total: row.total });
      toast(told, row.number, () => go(row.number));
      notify(t("new_title"), told, row.number, () => go(row.number));
      if (prefs.orderSound) chime(520, 660, 780);
    }
  }

  function showNote(text) {
    $("order-note").textContent = text;
    $("order-note").hidden = !text;
  }

  function showList() {
    const select = $("order-state");
    const total = Object.values(state.counts).reduce((sum, count) => sum + count, 0);
    select.replaceChildren(h("option", { value: "" }, `${t("all")} (${total})`), ...STATES.map((name) => h("option", { value: name }, `${t(name)} (${state.counts[name] ?? 0})`)));
    select.value = state.filter;
    $("order-export").href = `/v1/inbox/orders.csv?${query()}`;
    for (const [number, row] of rows) if (!state.list.some((each) => each.number === number)) { row.remove(); rows.delete(number); }
    state.list.forEach((each, place) => {
      const row = rows.get(each.number) ?? h("li", {}, h("a", { "data-testid": "order", "data-number": each.number, href: `#/o/${encodeURIComponent(each.number)}` }));
      rows.set(each.number, row);
      showRow(row.firstChild, each);
      if ($("order-rows").children[place] !== row) $("order-rows").insertBefore(row, $("order-rows").children[place] ?? null);
    });
    badge();
    showEmpty();
  }

  function showRow(link, each) {
    if (state.number === each.number) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.dataset.state = each.state;
    link.classList.toggle("unread", each.unseen);
    link.replaceChildren(h("span", { class: "row" },
      h("span", { class: "line" }, h("strong", { class: "name" }, each.name || each.email || each.number), each.unseen && h("span", { class: "tag fresh" }, t("unseen")), h("span", { class: "quiet whole" }, when(instant(each.placed_at)))),
      h("span", { class: "line" }, h("span", { class: "quiet" }, each.number), h("strong", { class: "whole" }, each.total)),
      h("span", { class: "line foot" }, h("span", { class: "chip", "data-state": each.state }, t(each.state)), h("span", {}, t("pieces", each)), each.due && h("span", { class: "warn" }, t("due")), each.returns > 0 && h("span", { class: "warn" }, t("returns", { count: each.returns })), each.payouts > 0 && h("span", { class: "warn" }, t("payouts")))));
  }

  function badge() {
    $("tab-orders").replaceChildren(t("orders"), ...(state.unseen ? [h("span", { class: "count", "data-testid": "orders-badge" }, String(state.unseen), h("span", { class: "hidden" }, ` ${t("unseen")}`))] : []));
  }

  function showEmpty() {
    $("order-empty").hidden = Boolean(state.number);
    $("order-empty").querySelector("h2").textContent = t("empty", { count: state.unseen });
    $("order-empty").querySelector("p").textContent = t("empty_hint");
  }

  // -------------------------------------------------------------- one order

  function go(number) {
    location.hash = `#/o/${encodeURIComponent(number)}`;
  }

  /** Whether the address belongs to the order desk; opens what it names. */
  function route(hash) {
    const number = decodeURIComponent(/^#\/o\/(.+)$/.exec(hash)?.[1] ?? "");
    const here = Boolean(number) || hash === "#/orders";
    if (here) document.body.dataset.desk = "orders";
    else delete document.body.dataset.desk;
    for (const [id, current] of [["tab-orders", here], ["tab-talks", !here]]) {
      if (current) $(id).setAttribute("aria-current", "page");
      else $(id).removeAttribute("aria-current");
    }
    if (number) document.body.dataset.order = number;
    else delete document.body.dataset.order;
    if (number === state.number) return here;
    Object.assign(state, { number, sheet: null, form: null });
    $("order").hidden = !number;
    $("slip").replaceChildren();
    if (number) open(number);
    if (state.loaded) showList();
    return here;
  }

  async function open(number) {
    $("order").replaceChildren(h("p", { class: "note", role: "status" }, t("loading")));
    for (const box of $("toasts").querySelectorAll("[data-talk]")) if (box.dataset.talk === number) box.remove();
    try {
      await reload(number);
    } catch (problem) {
      if (state.number !== number || problem.status === 401) return;
      $("order").replaceChildren(backButton(), h("p", { class: "note", role: "status" }, t(problem.status === 404 ? "order_gone" : "order_failed"), " ",
        problem.status !== 404 && h("button", { type: "button", onclick: () => open(number) }, t("try_again"))));
    }
  }

  async function reload(number) {
    const sheet = await call("GET", `/v1/inbox/orders/${encodeURIComponent(number)}`);
    if (state.number === number) show(sheet);
  }

  const backButton = () => h("a", { id: "order-back", class: "bare phone-only", href: "#/orders", "aria-label": t("back") }, icon("back"));

  /** Draws the order; the open form and a half-written note stay as they are. */
  function show(sheet) {
    const first = !state.sheet;
    const note = $("order-note-text")?.value ?? "";
    const key = document.activeElement?.dataset?.key;
    state.sheet = sheet;
    $("order").replaceChildren(
      h("header", { class: "talkbar" }, backButton(),
        h("div", { class: "who" }, h("h2", { id: "order-title", tabindex: "-1" }, `${sheet.number} · ${sheet.name || sheet.email}`), h("p", { class: "quiet" }, `${t("placed")}: ${when(instant(sheet.placed_at))}`)),
        h("p", { class: "chip", "data-testid": "order-chip", "data-state": sheet.state }, t(sheet.state))),
      h("div", { class: "order-body", tabindex: "0", "aria-label": sheet.number, role: "region" },
        h("div", { class: "order-main" }, actions(sheet), h("div", { id: "order-form" }, state.form), picking(sheet), parcels(sheet), comingBack(sheet), refunds(sheet), notes(sheet, note)),
        h("div", { class: "order-side" }, facts(sheet), money(sheet))));
    slip(sheet);
    if (first) $("order-title").focus({ preventScroll: true });
    else if (key) document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  const label = (name, sheet) => t(name === "deliver" && sheet.pickup ? "deliver_pickup" : `do_${name}`);

  function actions(sheet) {
    const links = [
      sheet.conversation && h("a", { class: "button", "data-testid": "order-conversation", href: `#/c/${encodeURIComponent(sheet.conversation)}` }, t("conversation")),
      h("button", { type: "button", "data-testid": "order-print", onclick: () => window.print() }, t("print")),
    ];
    const buttons = sheet.actions.map((name, place) => h("button", { type: "button", class: place || !STEPS.has(name) ? "" : "primary", "data-testid": `do-${name}`, "data-key": name, "aria-controls": "order-form",
      onclick: () => ask(name, { path: `/orders/${encodeURIComponent(sheet.number)}/${PATHS[name] ?? name}`, title: label(name, sheet) }) }, label(name, sheet)));
    return h("div", { class: "order-actions" }, buttons, links);
  }

  function section(title, test, ...body) {
    return h("section", { class: "box", "data-testid": test, "aria-label": title }, h("h3", {}, title), body);
  }

  function picking(sheet) {
    const ticked = new Set(remembered(localStorage, `picked.${sheet.number}`, []));
    const here = sheet.lines.filter((line) => line.unsent > 0 && sheet.state !== "cancelled");
    const status = h("p", { class: "quiet", role: "status" });
    const count = () => { status.textContent = here.length ? t("picked", { done: here.filter((line) => ticked.has(line.position)).length, all: here.length }) : ""; };
    const tick = (position, on) => {
      if (on) ticked.add(position); else ticked.delete(position);
      remember(localStorage, `picked.${sheet.number}`, [...ticked]);
      count();
    };
    count();
    return section(t("pick"), "pick-list", h("ul", { class: "pick" }, sheet.lines.map((line) => {
      const open = here.includes(line);
      const text = h("span", { class: "cart-words" }, h("span", {}, h("strong", {}, `${line.quantity} × `), line.title), h("span", { class: "quiet pair" }, line.options && h("span", {}, line.options), line.sku && h("code", {}, line.sku),
        !open && sheet.state !== "cancelled" && h("span", {}, t("sent_already")), open && line.unsent < line.quantity && h("span", { class: "warn" }, t("unsent", { count: line.unsent }))));
      const box = open && h("input", { type: "checkbox", "data-key": `pick-${line.position}`, checked: ticked.has(line.position), onchange: (event) => tick(line.position, event.target.checked) });
      return h("li", {}, open ? h("label", {}, box, text) : text, h("span", { class: "whole" }, line.total));
    })), status);
  }

  function parcels(sheet) {
    if (!sheet.fulfilments.length) return null;
    return section(t("parcels"), "parcels", h("ul", { class: "rows" }, sheet.fulfilments.map((parcel) => h("li", {},
      h("span", {}, [parcel.carrier, parcel.tracking_code].filter(Boolean).join(" ") || t("parcel"), " · ", pieces(parcel.lines)),
      h("span", { class: "quiet" }, parcel.at && when(instant(parcel.at))),
      safe(parcel.tracking_url) && h("a", { href: safe(parcel.tracking_url), target: "_blank", rel: "noopener noreferrer" }, t("track"))))));
  }

  const pieces = (lines) => lines.map((line) => `${line.quantity} × ${line.title}`).join(", ");

  function comingBack(sheet) {
    if (!sheet.returns.length) return null;
    return section(t("returns_title"), "returns", h("ul", { class: "rows" }, sheet.returns.map((back) => h("li", {},
      h("span", {}, h("strong", {}, `${t(`kind_${back.kind}`)} ${back.number}`), " · ", pieces(back.lines), " · ", back.refund),
      h("span", { class: back.state === "asked" ? "warn" : "quiet" }, t(`back_${back.state}`)),
      back.reason && h("span", { class: "quiet" }, `${t("reason")}: ${back.reason}`),
      back.actions.length > 0 && h("span", { class: "order-actions" }, back.actions.map((name) => h("button", { type: "button", "data-testid": `do-${name}`, "data-key": `${name}-${back.number}`,
        onclick: () => ask(name, { path: `/returns/${encodeURIComponent(back.number)}/${name}`, title: `${back.number}: ${t(`do_${name}`)}`, refund: back.gives_back }) }, t(`do_${name}`))))))));
  }

  /** Refunds that the shop begins by itself say why in one word. */
  const because = (reason) => (KINDS.includes(reason) ? t(`kind_${reason}`) : WHYS.includes(reason) ? t(`why ${reason}`) : reason);

  function refunds(sheet) {
    if (!sheet.refunds.length) return null;
    return section(t("refunds"), "refunds", h("ul", { class: "rows" }, sheet.refunds.map((each) => h("li", {},
      h("span", {}, h("strong", {}, each.amount), each.reason && ` · ${because(each.reason)}`),
      h("span", { class: each.state === "failed" ? "bad" : each.state === "due" ? "warn" : "quiet" }, t(`refund_${each.state}`)),
      ["due", "failed"].includes(each.state) && h("button", { type: "button", "data-testid": "do-paid_out", "data-key": `paid-${each.id}`,
        onclick: () => ask("paid_out", { path: `/orders/${encodeURIComponent(sheet.number)}/refunds/${encodeURIComponent(each.id)}/paid-out`, title: `${each.amount}: ${t("do_paid_out")}` }) }, t("do_paid_out"))))));
  }

  function notes(sheet, draft) {
    const field = h("textarea", { id: "order-note-text", "data-testid": "order-note", "data-key": "note", rows: "2", maxlength: "2000", "aria-label": t("note_label"), placeholder: t("note_label") });
    field.value = draft;
    const save = async (event) => {
      event.preventDefault();
      if (!field.value.trim()) return field.focus();
      return submit(event.target, `/orders/${encodeURIComponent(sheet.number)}/notes`, { text: field.value }, () => { field.value = ""; $("order-note-text").value = ""; });
    };
    const written = sheet.notes.map((note) => h("li", {}, h("span", { class: "prose" }, note.text), h("span", { class: "quiet" }, `${note.by === "shop" ? t("from_shop") : note.by} · ${when(instant(note.at))}`)));
    return section(t("notes"), "notes", written.length ? h("ul", { class: "rows" }, written) : h("p", { class: "quiet" }, t("no_notes")),
      h("form", { class: "small-form", onsubmit: save }, field, h("p", { class: "error", role: "alert", hidden: true }), h("button", { "data-testid": "note-save" }, t("note_save"))));
  }

  function pairs(list) {
    return h("dl", { class: "facts" }, list.filter(([, value]) => value).map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
  }

  function facts(sheet) {
    return section(t(sheet.pickup ? "pickup" : "address"), "order-address", h("address", {}, sheet.address.map((line) => h("span", {}, line))),
      pairs([[t("shipping"), sheet.shipping], [t("arrives"), sheet.arrives], [t("email"), sheet.email], [t("phone"), sheet.phone]]));
  }

  function money(sheet) {
    const { goods, rows: more, total, paid, refunded, credited, due } = sheet.money;
    const row = (term, value, strong) => h("div", { class: strong ? "strong" : "" }, h("dt", {}, term), h("dd", {}, value));
    return section(t("money"), "order-money", h("dl", { class: "sums" }, row(t("goods"), goods), more.map((each) => row(each.label, each.value)), row(t("total"), total, true), row(t("paid"), paid), refunded && row(t("refunded"), refunded), credited && row(t("credited"), credited), due && row(t("still_due"), due, true)),
      h("ul", { class: "rows" }, sheet.payments.map((each) => h("li", {}, h("span", {}, `${each.provider} · ${each.amount}`), h("span", { class: each.state === "paid" ? "quiet" : "warn" }, t(`pay_${each.state}`))))),
      !sheet.actions.includes("paid") && sheet.payments.length > 0 && h("p", {}, h("button", { type: "button", "data-testid": "do-more_paid", "data-key": "more_paid", "aria-controls": "order-form",
        onclick: () => ask("paid", { path: `/orders/${encodeURIComponent(sheet.number)}/paid`, title: t("do_paid") }) }, t("do_paid"))),
      safe(sheet.page) && h("p", {}, h("a", { href: safe(sheet.page), target: "_blank", rel: "noopener noreferrer" }, t("page"))));
  }

  /** What goes into the parcel, in the shopper's language; only paper shows it. */
  function slip(sheet) {
    const say = (key) => speakIn(sheet.locale, key);
    const left = sheet.lines.filter((line) => line.unsent > 0);
    const lines = left.length ? left.map((line) => ({ ...line, quantity: line.unsent })) : sheet.lines;
    const placed = instant(sheet.placed_at).toLocaleDateString(sheet.locale, { dateStyle: "long" });
    $("slip").lang = sheet.locale;
    $("slip").replaceChildren(
      h("p", { class: "from" }, [sheet.shop.name, sheet.shop.address].filter(Boolean).join(" · ")),
      h("address", {}, sheet.address.map((line) => h("span", {}, line))),
      h("h1", {}, say("slip")), h("p", {}, `${say("slip_order")} ${sheet.number} · ${placed}`),
      h("table", {}, h("thead", {}, h("tr", {}, ["", "quantity", "item", "sku"].map((key) => h("th", { scope: "col" }, key && say(key))))),
        h("tbody", {}, lines.map((line) => h("tr", {}, h("td", { class: "tick" }), h("td", {}, String(line.quantity)), h("td", {}, [line.title, line.options].filter(Boolean).join(", ")), h("td", {}, line.sku))))),
      h("p", {}, say("slip_thanks")));
  }

  // -------------------------------------------------------------- doing something

  const FIELDS = {
    ship: (sheet) => [
      field("carrier", { maxlength: "80", list: "carriers", required: true }), h("datalist", { id: "carriers" }, CARRIERS.map((name) => h("option", { value: name }))),
      field("tracking_code", { maxlength: "80", autocapitalize: "characters" }), field("tracking_url", { type: "url", maxlength: "1000", pattern: "https?://.+", placeholder: "https://" }),
      ...sheet.lines.filter((line) => line.unsent > 0).map((line) => field(`line-${line.position}`, { type: "number", min: "0", max: String(line.unsent), value: String(line.unsent), required: true }, t("quantity_of", { title: [line.title, line.options].filter(Boolean).join(", ") }))),
    ],
    cancel: () => [field("reason", { maxlength: "300", required: true })],
    decline: () => [field("reason", { maxlength: "300", required: true })],
    refund: (sheet) => [field("amount", { inputmode: "decimal", required: true }, t("amount", { currency: sheet.currency })), field("reason", { maxlength: "300" })],
    paid: (sheet) => [field("amount", { inputmode: "decimal", required: true, value: sheet.due_minor ? decimal(sheet.due_minor, sheet.currency) : "" }, t("amount", { currency: sheet.currency }))],
    receive: () => [h("label", { class: "check" }, h("input", { type: "checkbox", name: "restock", checked: true }), h("span", {}, t("restock")))],
  };

  function field(name, attributes, text = t(name)) {
    return h("label", {}, h("span", {}, text), h("input", { name, autocomplete: "off", "data-testid": `field-${name}`, ...attributes }));
  }

  /** Opens the small form of an action; a second click on its button closes it. */
  function ask(name, { path, title, refund }) {
    const same = state.form?.dataset.path === path;
    close();
    if (same) return;
    const once = fresh();
    const sheet = state.sheet;
    const send = (event) => {
      event.preventDefault();
      const body = BODIES[name]?.(new FormData(event.target), sheet, once);
      if (body === null) return failed(event.target, t("bad_amount"));
      return submit(event.target, path, body, close);
    };
    state.form = h("form", { class: "small-form asked", "data-testid": "order-form", "data-path": path, "aria-label": title, onsubmit: send },
      h("p", {}, h("strong", {}, title)), h("p", { class: "quiet" }, t(`ask_${name}`, { left: sheet.money.refundable, refund }), TELLS.has(name) && ` ${t("told")}`),
      FIELDS[name]?.(sheet) ?? [], h("p", { class: "error", role: "alert", hidden: true }),
      h("div", { class: "order-actions" }, h("button", { class: "primary", "data-testid": "form-send" }, name === "deliver" ? label(name, sheet) : t(`do_${name}`)), h("button", { type: "button", onclick: close }, t("abort"))));
    $("order-form").replaceChildren(state.form);
    (state.form.querySelector("input:not([type=checkbox])") ?? state.form.querySelector("button")).focus();
    state.form.scrollIntoView({ block: "nearest" });
  }

  function close() {
    const inside = state.form?.contains(document.activeElement);
    state.form?.remove();
    state.form = null;
    if (inside) $("order-title")?.focus({ preventScroll: true });
  }

  const BODIES = {
    ship: (form, sheet, once) => {
      const lines = Object.fromEntries(sheet.lines.filter((line) => Number(form.get(`line-${line.position}`)) > 0).map((line) => [line.position, Number(form.get(`line-${line.position}`))]));
      return { id: once, carrier: form.get("carrier").trim(), tracking_code: form.get("tracking_code").trim(), tracking_url: form.get("tracking_url").trim(), lines };
    },
    cancel: (form) => ({ reason: form.get("reason").trim() }),
    decline: (form) => ({ reason: form.get("reason").trim() }),
    refund: (form, sheet, once) => {
      const amount = minor(form.get("amount"), sheet.currency);
      return amount === null ? null : { id: once, amount, reason: form.get("reason").trim() };
    },
    paid: (form, sheet, once) => {
      const amount = minor(form.get("amount"), sheet.currency);
      return amount === null ? null : { id: once, amount };
    },
    receive: (form) => ({ restock: form.has("restock") }),
  };

  const digitsOf = (currency) => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;

  /** An amount as it is typed here. */
  const decimal = (amount, currency) => (amount / 10 ** digitsOf(currency)).toFixed(digitsOf(currency)).replace(".", prefs.language === "de" ? "," : ".");

  /** `12,90` and `12.90` are 1290 cents; anything that could mean two things is none. */
  function minor(text, currency) {
    const digits = digitsOf(currency);
    const [, whole, part = ""] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim()) ?? [];
    if (whole === undefined || part.length > digits) return null;
    const amount = Number(whole) * 10 ** digits + Number(part.padEnd(digits, "0") || 0);
    return amount > 0 ? amount : null;
  }

  function failed(form, text) {
    const line = form.querySelector(".error");
    line.textContent = text;
    line.hidden = false;
    form.querySelector("input, textarea")?.focus();
  }

  async function submit(form, path, body, after) {
    const button = form.querySelector("button:not([type=button])");
    if (button.disabled) return;
    button.disabled = true;
    form.querySelector(".error").hidden = true;
    const number = state.number;
    try {
      const sheet = await call("POST", `/v1/inbox${path}`, body ?? undefined);
      if (state.number !== number) return;
      after();
      show(sheet);
      $("live").textContent = `${t("done")} ${t("changed", { number, state: t(sheet.state) })}`;
      hurry();
    } catch (problem) {
      if (state.number === number) failed(form, words(problem));
    } finally {
      button.disabled = false;
    }
  }

  // -------------------------------------------------------------- what the inbox calls

  return {
    start() {
      state.on = true;
      load();
    },
    stop() {
      Object.assign(state, { on: false, loaded: false, known: null, list: [], counts: {}, unseen: 0, number: "", sheet: null, form: null });
      $("order").replaceChildren();
      $("slip").replaceChildren();
      $("order").hidden = true;
    },
    heard(hint) {
      hurry();
      if (hint.number === state.number && state.sheet) reload(state.number).catch(() => {}); // the next hint or click tries again
    },
    refresh: hurry,
    route,
    speak() {
      build();
      badge();
      showList();
      if (state.sheet) { close(); show(state.sheet); reload(state.number).catch(() => {}); }
    },
    move(step) {
      const links = [...$("order-rows").querySelectorAll("a")];
      const focused = links.indexOf(document.activeElement);
      const from = focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
      links[from < 0 ? 0 : Math.min(links.length - 1, Math.max(0, from + step))]?.focus();
    },
    leave(field) {
      if (state.form) return close();
      if (field) return field.blur();
      const row = rows.get(state.number)?.firstChild;
      if (matchMedia("(max-width: 760px)").matches) location.hash = "#/orders";
      return row?.focus();
    },
    focusSearch: () => $("order-search").focus(),
    stateWords: (name) => (STATES.includes(name) ? t(name) : name),
    get unseen() { return state.unseen; },
  };
}
