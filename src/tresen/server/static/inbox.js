/* The operators' inbox: signs in, lists conversations, reads one live, takes it over and answers.
   Everything shown is a view of the log; data only ever becomes text nodes and attributes, never markup. */

import { orderDesk } from "./orders.js";

// ---------------------------------------------------------------- words

const WORDS = {
  de: {
    inbox: "Posteingang", sign_in_title: "Posteingang öffnen", login: "Anmeldename", password: "Passwort",
    sign_in: "Anmelden", signing_in: "Einen Moment …", sign_out: "Abmelden",
    no_account: "Noch kein Zugang? Wer den Shop betreibt, legt ihn mit „tresen operators add“ an.",
    wrong_password: "Anmeldename oder Passwort stimmt nicht. Bitte versuch es noch einmal.",
    too_many: (v) => `Zu viele Versuche. Bitte warte ${v.seconds ? `${v.seconds} Sekunden` : "ein paar Minuten"} und versuch es dann noch einmal.`,
    expired_link: "Dieser Link gilt nur einmal und ist schon benutzt oder abgelaufen. Melde dich bitte mit Namen und Passwort an.",
    session_over: "Deine Anmeldung ist abgelaufen. Melde dich wieder an; deine Entwürfe sind noch da.",
    no_server: "Der Shop ist gerade nicht erreichbar.", try_again: "Noch einmal versuchen", loading: "Lädt …",
    menu: "Menü", language: "Sprache", theme: "Farben", theme_auto: "Auto", theme_light: "Hell", theme_dark: "Dunkel",
    sound_on: "Ton ist an. Ausschalten", sound_off: "Ton ist aus. Einschalten",
    bell_on: "Benachrichtigungen sind an. Ausschalten", bell_off: "Benachrichtigungen des Browsers einschalten",
    bell_denied: "Der Browser lässt keine Benachrichtigungen zu. Du kannst das in seinen Einstellungen für diese Seite ändern.",
    bell_ready: "Benachrichtigungen sind an.",
    conversations: "Gespräche", filters: "Gespräche filtern", waiting: "Wartend", mine: "Meine", agent: "Assistent", all: "Alle",
    none_waiting: "Niemand wartet. Schön.", none_mine: "Du hast gerade kein Gespräch.",
    none_agent: "Der Assistent hat gerade kein Gespräch.", none_all: "Noch keine Gespräche.",
    empty_waiting: (v) => v.count === 0 ? "Niemand wartet" : v.count === 1 ? "Ein Gespräch wartet" : `${v.count} Gespräche warten`,
    empty_hint: "Wähle links ein Gespräch. Mit ? siehst du die Tastenkürzel.",
    guest: "Gast", assistant: "Assistent", bot_mark: "KI", person_mark: "Mensch", system: "Automatischer Hinweis", shopper_mark: "Kundschaft",
    you: "Du", somebody: "Jemand aus dem Team", unread: "ungelesen",
    waits: "wartet", promised: (v) => `zugesagt bis ${v.time}`, overdue: (v) => `überfällig seit ${v.time}`, due_in: (v) => `zugesagt in ${v.time}`, due_short: (v) => `in ${v.time}`,
    state_waiting: "Wartet auf einen Menschen", state_mine: "Du antwortest", state_agent: "Assistent antwortet", state_other: (v) => `${v.name} antwortet`,
    claim_waiting: (v) => `${v.name} wartet auf einen Menschen.`, claim_agent: "Der Assistent antwortet hier. Übernimm, um selbst zu schreiben.",
    claim_other: (v) => `${v.name} hat dieses Gespräch übernommen und antwortet hier.`,
    take_over: "Übernehmen", hand_back: "Zurückgeben", hand_back_title: "Zurück an den Assistenten", handed_back: "Der Assistent antwortet wieder.",
    back: "Zurück zur Liste", details: "Warenkorb und Kundendaten", close: "Schließen", messages: "Nachrichten", newest: "Neue Nachrichten",
    reply_to: (v) => `Antwort auf ${v.language} …`, reply_label: (v) => `Antwort an ${v.name}`,
    reply_hint: "Enter sendet, Umschalt+Enter: neue Zeile", send: "Senden",
    product_search: "Produkt senden …", product_results: "Gefundene Produkte", product_send: "Produkt senden", product_preview: "So sieht es dein Gegenüber",
    searching: "Sucht …", nothing_found: "Nichts gefunden. Versuch ein anderes Wort.", found: (v) => v.count === 1 ? "1 Treffer" : `${v.count} Treffer`,
    search_failed: "Die Suche hat gerade nicht geklappt. Tippe weiter, um es noch einmal zu versuchen.",
    sending: "Wird gesendet …", unsent: "Keine Verbindung. Wird erneut versucht …", send_now: "Jetzt senden", discard: "Verwerfen", sent_soon: "Gesendet",
    brief: "Übergabe", brief_past: "Frühere Übergabe", reason: "Grund", department: "Abteilung", promised_by: "Zugesagt bis", asked_at: "Gefragt um",
    no_brief: "Der Assistent hat keine Zusammenfassung hinterlassen.",
    cart: (v) => v.count ? `Warenkorb (${v.count})` : "Warenkorb", cart_empty: "Der Warenkorb ist leer.", total: "Summe",
    shopper: "Kundendaten", name: "Name", email: "E-Mail", channel: "Kanal", since: "Seit", shopper_language: "Sprache", number: "Kennung", viewed: "Angesehene Produkte", orders: "Bestellungen", desks: "Bereiche",
    order: (v) => `Bestellung ${v.number}`, until: (v) => `gilt bis ${v.time}`, open_order: "Bestellung öffnen", compared: "Vergleich",
    ev_placed: (v) => `Bestellt: ${v.number} · ${v.total}`, ev_changed: (v) => `Bestellung ${v.number}: ${v.label}`, ev_return: (v) => `Rücksendung angekündigt: ${v.number}`, ev_linked: "Kundenkonto erkannt", ev_erased: "Alles Frühere wurde auf Wunsch gelöscht", ev_erased_shop: "Alles Frühere wurde vom Shop gelöscht", ev_code: (v) => `Warenkorb: ${v.title}`,
    sold_out: "ausverkauft", unavailable: "nicht lieferbar", rating: (v) => `${v.value} von 5 Sternen, ${v.count} Bewertungen`, chosen: "gemeint",
    part_image: "Bild", part_audio: "Sprachnachricht", part_other: "Nachricht, die wir nicht anzeigen können", part_erased: "gelöscht", no_picture: "Bild ist nicht da", quick_replies: "Antwortvorschläge", sources: "Quellen", tapped: "Getippt", products: "Produkte",
    ev_asked: (v) => `Möchte mit einem Menschen sprechen${v.department ? ` · ${v.department}` : ""}`,
    ev_taken: (v) => `${v.name} hat übernommen`, ev_taken_me: "Du hast übernommen", ev_agent: "Zurück an den Assistenten", ev_waiting: "Wartet auf einen Menschen",
    ev_cart: (v) => `Warenkorb: ${v.quantity} × ${v.title}`, ev_cart_out: (v) => `Aus dem Warenkorb genommen: ${v.title}`, ev_viewed: (v) => `Angesehen: ${v.title}`,
    ev_failed: "Der Assistent konnte nicht antworten", ev_abandoned: "Die Antwort des Assistenten wurde abgebrochen",
    ev_up: "Als hilfreich markiert", ev_down: "Als nicht hilfreich markiert", ev_thumb_off: "Bewertung zurückgenommen",
    delivered: "zugestellt", undelivered: (v) => `Noch nicht zugestellt, wird erneut versucht: ${v.reason}`, undelivered_final: (v) => `Nicht zugestellt: ${v.reason}`,
    trace: "Ablauf", trace_show: "Ablauf zeigen", trace_hide: "Ablauf verbergen", tools: (v) => v.count === 1 ? "1 Werkzeug" : `${v.count} Werkzeuge`,
    withheld: (v) => v.count === 1 ? "1 Aussage zurückgehalten" : `${v.count} Aussagen zurückgehalten`, withheld_title: "Zurückgehalten, weil nicht belegt",
    model_replied: "Modell", tokens: (v) => `${v.input} → ${v.output} Tokens`, status_refused: "abgelehnt", status_failed: "fehlgeschlagen", status_ok: "ok", send_failures: (v) => v.count === 1 ? "1 Sendefehler" : `${v.count} Sendefehler`,
    types: (v) => `${v.name} schreibt …`, works: (v) => `${v.name}: ${v.label}`,
    said: (v) => `${v.name}: ${v.text}`, new_waiting: "Neues Gespräch wartet", new_message: (v) => `Neue Nachricht von ${v.name}`, open: "Öffnen",
    title_waiting: (v) => `(${v.count}) ${v.count === 1 ? "wartet" : "warten"} · ${v.shop}`, title: (v) => `Posteingang · ${v.shop}`, title_orders: (v) => `(${v.count}) neue ${v.count === 1 ? "Bestellung" : "Bestellungen"} · ${v.shop}`,
    net_lost: "Verbindung unterbrochen, wird wiederhergestellt …", list_failed: "Die Liste konnte nicht geladen werden. Nächster Versuch gleich.", talk_failed: "Das Gespräch konnte nicht geladen werden.", talk_gone: "Dieses Gespräch gibt es nicht mehr.",
    e_owned_by_other: (v) => `${v.name} hat dieses Gespräch gerade übernommen.`, e_not_owner: "Du antwortest in diesem Gespräch nicht mehr, deshalb wurde nichts gesendet. Dein Text ist noch da.",
    e_too_long: "Das ist zu lang. Bitte teile die Nachricht.", e_limit: "Das war etwas zu schnell. Wird gleich erneut versucht …", e_other: "Das hat nicht geklappt. Bitte versuch es noch einmal.", e_offline: "Keine Verbindung. Bitte versuch es gleich noch einmal.",
    help_title: "Tastenkürzel", keys_on: "Tastenkürzel mit einzelnen Buchstaben verwenden",
    key_move: "Voriges / nächstes Gespräch", key_open: "Gespräch öffnen", key_take: "Gespräch übernehmen", key_reply: "Antwort schreiben", key_product: "Produkt suchen", key_filters: "Filter wählen", key_orders: "Bestellungen / Gespräche", key_search: "Bestellungen durchsuchen", key_escape: "Feld verlassen, zurück zur Liste", key_help: "Diese Hilfe", key_send: "Antwort senden", enter: "Enter", arrows: "Pfeile",
    lang_de: "Deutsch", lang_en: "Englisch", channel_web: "Website", channel_terminal: "Terminal", channel_email: "E-Mail", today: "Heute", yesterday: "Gestern",
    unit_s: "s", unit_min: "min", unit_h: "h", unit_d: "T",
  },
  en: {
    inbox: "Inbox", sign_in_title: "Open the inbox", login: "Login", password: "Password",
    sign_in: "Sign in", signing_in: "One moment …", sign_out: "Sign out",
    no_account: "No account yet? Whoever runs the shop adds you with “tresen operators add”.",
    wrong_password: "Login or password is not right. Please try again.",
    too_many: (v) => `Too many tries. Please wait ${v.seconds ? `${v.seconds} seconds` : "a few minutes"} and try again.`,
    expired_link: "This link works only once and has been used or has expired. Please sign in with login and password.",
    session_over: "Your session has ended. Please sign in again; your drafts are still here.",
    no_server: "The shop cannot be reached right now.", try_again: "Try again", loading: "Loading …",
    menu: "Menu", language: "Language", theme: "Colours", theme_auto: "Auto", theme_light: "Light", theme_dark: "Dark",
    sound_on: "Sound is on. Turn off", sound_off: "Sound is off. Turn on",
    bell_on: "Notifications are on. Turn off", bell_off: "Turn on browser notifications",
    bell_denied: "The browser does not allow notifications. You can change that in its settings for this page.",
    bell_ready: "Notifications are on.",
    conversations: "Conversations", filters: "Filter conversations", waiting: "Waiting", mine: "Mine", agent: "Assistant", all: "All",
    none_waiting: "Nobody is waiting. Lovely.", none_mine: "You have no conversation right now.",
    none_agent: "The assistant has no conversation right now.", none_all: "No conversations yet.",
    empty_waiting: (v) => v.count === 0 ? "Nobody is waiting" : v.count === 1 ? "One conversation is waiting" : `${v.count} conversations are waiting`,
    empty_hint: "Choose a conversation from the list. Press ? for keyboard shortcuts.",
    guest: "Guest", assistant: "Assistant", bot_mark: "AI", person_mark: "Person", system: "Automatic notice", shopper_mark: "Shopper",
    you: "You", somebody: "Somebody of the team", unread: "unread",
    waits: "waiting", promised: (v) => `promised by ${v.time}`, overdue: (v) => `overdue by ${v.time}`, due_in: (v) => `promised in ${v.time}`, due_short: (v) => `in ${v.time}`,
    state_waiting: "Waiting for a person", state_mine: "You answer", state_agent: "Assistant answers", state_other: (v) => `${v.name} answers`,
    claim_waiting: (v) => `${v.name} is waiting for a person.`, claim_agent: "The assistant answers here. Take over to write yourself.",
    claim_other: (v) => `${v.name} has taken this conversation over and answers here.`,
    take_over: "Take over", hand_back: "Hand back", hand_back_title: "Back to the assistant", handed_back: "The assistant answers again.",
    back: "Back to the list", details: "Cart and shopper", close: "Close", messages: "Messages", newest: "New messages",
    reply_to: (v) => `Reply in ${v.language} …`, reply_label: (v) => `Reply to ${v.name}`,
    reply_hint: "Enter sends, Shift+Enter: new line", send: "Send",
    product_search: "Send a product …", product_results: "Products found", product_send: "Send product", product_preview: "As the shopper will see it",
    searching: "Searching …", nothing_found: "Nothing found. Try another word.", found: (v) => v.count === 1 ? "1 hit" : `${v.count} hits`,
    search_failed: "The search did not work just now. Keep typing to try again.",
    sending: "Sending …", unsent: "No connection. Trying again …", send_now: "Send now", discard: "Discard", sent_soon: "Sent",
    brief: "Hand-over", brief_past: "Earlier hand-over", reason: "Reason", department: "Department", promised_by: "Promised by", asked_at: "Asked at",
    no_brief: "The assistant left no summary.",
    cart: (v) => v.count ? `Cart (${v.count})` : "Cart", cart_empty: "The cart is empty.", total: "Total",
    shopper: "Shopper", name: "Name", email: "Email", channel: "Channel", since: "Since", shopper_language: "Language", number: "Id", viewed: "Products viewed", orders: "Orders", desks: "Areas",
    order: (v) => `Order ${v.number}`, until: (v) => `valid until ${v.time}`, open_order: "Open order", compared: "Comparison",
    ev_placed: (v) => `Ordered: ${v.number} · ${v.total}`, ev_changed: (v) => `Order ${v.number}: ${v.label}`, ev_return: (v) => `Return announced: ${v.number}`, ev_linked: "Customer account recognised", ev_erased: "Everything before was erased on request", ev_erased_shop: "Everything before was erased by the shop", ev_code: (v) => `Cart: ${v.title}`,
    sold_out: "sold out", unavailable: "not available", rating: (v) => `${v.value} of 5 stars, ${v.count} ratings`, chosen: "meant",
    part_image: "Image", part_audio: "Voice message", part_other: "Message we cannot show", part_erased: "erased", no_picture: "Picture is not there", quick_replies: "Quick replies", sources: "Sources", tapped: "Tapped", products: "Products",
    ev_asked: (v) => `Asks for a person${v.department ? ` · ${v.department}` : ""}`,
    ev_taken: (v) => `${v.name} took over`, ev_taken_me: "You took over", ev_agent: "Handed back to the assistant", ev_waiting: "Waiting for a person",
    ev_cart: (v) => `Cart: ${v.quantity} × ${v.title}`, ev_cart_out: (v) => `Removed from the cart: ${v.title}`, ev_viewed: (v) => `Viewed: ${v.title}`,
    ev_failed: "The assistant could not answer", ev_abandoned: "The assistant's answer was abandoned",
    ev_up: "Marked as helpful", ev_down: "Marked as not helpful", ev_thumb_off: "Rating taken back",
    delivered: "delivered", undelivered: (v) => `Not delivered yet, trying again: ${v.reason}`, undelivered_final: (v) => `Not delivered: ${v.reason}`,
    trace: "Trace", trace_show: "Show trace", trace_hide: "Hide trace", tools: (v) => v.count === 1 ? "1 tool" : `${v.count} tools`,
    withheld: (v) => v.count === 1 ? "1 claim withheld" : `${v.count} claims withheld`, withheld_title: "Withheld because not traced",
    model_replied: "Model", tokens: (v) => `${v.input} → ${v.output} tokens`, status_refused: "refused", status_failed: "failed", status_ok: "ok", send_failures: (v) => v.count === 1 ? "1 send failure" : `${v.count} send failures`,
    types: (v) => `${v.name} is typing …`, works: (v) => `${v.name}: ${v.label}`,
    said: (v) => `${v.name}: ${v.text}`, new_waiting: "A new conversation is waiting", new_message: (v) => `New message from ${v.name}`, open: "Open",
    title_waiting: (v) => `(${v.count}) waiting · ${v.shop}`, title: (v) => `Inbox · ${v.shop}`, title_orders: (v) => `(${v.count}) new ${v.count === 1 ? "order" : "orders"} · ${v.shop}`,
    net_lost: "Connection lost, reconnecting …", list_failed: "The list could not be loaded. Trying again shortly.", talk_failed: "The conversation could not be loaded.", talk_gone: "This conversation does not exist any more.",
    e_owned_by_other: (v) => `${v.name} has just taken this conversation over.`, e_not_owner: "You no longer answer in this conversation, so nothing was sent. Your text is still here.",
    e_too_long: "That is too long. Please split the message.", e_limit: "That was a little too quick. Trying again shortly …", e_other: "That did not work. Please try again.", e_offline: "No connection. Please try again in a moment.",
    help_title: "Keyboard shortcuts", keys_on: "Use single-letter shortcuts",
    key_move: "Previous / next conversation", key_open: "Open conversation", key_take: "Take over", key_reply: "Write a reply", key_product: "Search a product", key_filters: "Choose filter", key_orders: "Orders / conversations", key_search: "Search orders", key_escape: "Leave field, back to the list", key_help: "This help", key_send: "Send reply", enter: "Enter", arrows: "Arrows",
    lang_de: "German", lang_en: "English", channel_web: "Website", channel_terminal: "Terminal", channel_email: "Email", today: "Today", yesterday: "Yesterday",
    unit_s: "s", unit_min: "min", unit_h: "h", unit_d: "d",
  },
};

// ---------------------------------------------------------------- what this browser remembers

function remembered(store, key, fallback) {
  try {
    return JSON.parse(store.getItem(`tresen.inbox.${key}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

function remember(store, key, value) {
  try {
    if (value === null || value === "") store.removeItem(`tresen.inbox.${key}`);
    else store.setItem(`tresen.inbox.${key}`, JSON.stringify(value));
  } catch {
    // a private window or a full store: the page works, it only forgets
  }
}

const prefs = {
  language: remembered(localStorage, "language", navigator.language?.startsWith("de") ? "de" : "en"),
  theme: remembered(localStorage, "theme", "auto"),
  sound: remembered(localStorage, "sound", true),
  orderSound: remembered(localStorage, "orderSound", false),
  bell: remembered(localStorage, "bell", false),
  keys: remembered(localStorage, "keys", true),
  trace: remembered(localStorage, "trace", false),
};

function prefer(name, value) {
  prefs[name] = value;
  remember(localStorage, name, value);
}

const state = {
  me: null,
  shop: "Tresen",
  zone: undefined, // the shop's; every time on this page is the shop's
  filter: remembered(sessionStorage, "filter", "waiting"),
  lists: { waiting: [], mine: [], agent: [], all: [] },
  counts: { waiting: 0, mine: 0, agent: 0 },
  loaded: false,
  talk: null, // the open conversation
  seen: remembered(localStorage, "seen", {}), // conversation -> updated_at it was last read at
  clock: 0, // server time minus ours, in ms
};

// ---------------------------------------------------------------- small tools

const $ = (id) => document.getElementById(id);

function t(key, values = {}) {
  const words = WORDS[prefs.language][key];
  return typeof words === "function" ? words(values) : (words ?? key);
}

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** An address a feed or a shopper gave us, if it is one a browser may follow. */
function safe(url) {
  try {
    const parsed = new URL(url, location.href);
    return url && ["http:", "https:"].includes(parsed.protocol) ? parsed.href : "";
  } catch {
    return "";
  }
}

function say(id, text) {
  $(id).textContent = text;
  $(id).hidden = !text;
}

const now = () => Date.now() + state.clock;
const instant = (iso) => (iso ? new Date(iso) : null);
const dateOf = (date) => date.toLocaleDateString("sv", { timeZone: state.zone });
const sameDay = (a, b) => dateOf(a) === dateOf(b);

/** The chosen language as this browser's owner writes it: `en-GB` has another clock than `en-US`. */
const region = () => navigator.languages?.find((each) => each.startsWith(prefs.language)) ?? prefs.language;

function clock(date) {
  return date.toLocaleTimeString(region(), { hour: prefs.language === "en" ? "numeric" : "2-digit", minute: "2-digit", timeZone: state.zone });
}

function day(date) {
  const today = new Date(now());
  if (sameDay(date, today)) return t("today");
  if (sameDay(date, new Date(now() - 86400000))) return t("yesterday");
  return date.toLocaleDateString(region(), { weekday: "short", day: "numeric", month: "short", timeZone: state.zone });
}

function when(date) {
  return sameDay(date, new Date(now())) ? clock(date) : `${day(date)}, ${clock(date)}`;
}

/** 42 s, 4:05 min, 1 h 12 min, 2 d 3 h */
function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 60) return `${seconds} ${t("unit_s")}`;
  if (minutes < 60) return `${minutes}:${String(seconds % 60).padStart(2, "0")} ${t("unit_min")}`;
  if (hours < 24) return `${hours} ${t("unit_h")} ${minutes % 60} ${t("unit_min")}`;
  return `${Math.floor(hours / 24)} ${t("unit_d")} ${hours % 24} ${t("unit_h")}`;
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

function fresh() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---------------------------------------------------------------- the server

class Problem extends Error {
  constructor(status, code, detail, retryAfter) {
    super(detail || code);
    Object.assign(this, { status, code, detail, retryAfter });
  }

  /** Worth trying again without the operator doing anything. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  get words() {
    if (this.code === "not_owner") return t("e_not_owner");
    if (this.status === 0) return t("e_offline");
    if (this.status === 413) return t("e_too_long");
    if (this.status === 429) return t("e_limit");
    return (this.status < 500 && this.detail) || t("e_other");
  }
}

async function ask(path, options = {}) {
  const headers = { "Accept-Language": prefs.language, ...options.headers };
  try {
    return await fetch(path, { cache: "no-store", credentials: "same-origin", ...options, headers });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(0, "offline", "");
  }
}

async function call(method, path, body, signal) {
  const headers = method === "GET" ? {} : { "X-Tresen": "1", "Content-Type": "application/json" };
  const response = await ask(path, { method, headers, signal, body: body && JSON.stringify(body) });
  const date = Date.parse(response.headers.get("date") ?? "");
  if (date && Math.abs(date - now()) > 3000) state.clock = date - Date.now();
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  if (response.status === 401 && state.me) signedOut("session_over");
  throw new Problem(response.status, answer?.code ?? "", answer?.detail ?? "", Number(response.headers.get("retry-after")) || 0);
}

/** Reads the frames of one event stream: {id, event, data}. */
async function* frames(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const blocks = (rest + value).replace(/\r\n?/g, "\n").split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const frame = { id: "", event: "message", data: [] };
      for (const line of block.split("\n")) {
        const [, field, text] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (field === "data") frame.data.push(text);
        else if (field) frame[field] = text;
      }
      if (frame.data.length) yield { ...frame, data: frame.data.join("\n") };
    }
  }
}

const SILENCE = 45000; // the server pings every 15 s; a stream silent for three pings is dead

/** Follows an event stream for good: resumes after a cut, tells `up(true|false)`; returns how to stop. */
function follow(path, after, heard, up) {
  let last = after;
  let controller = null;
  let stopped = false;

  async function once() {
    controller = new AbortController();
    let dog = 0;
    const alive = () => { clearTimeout(dog); dog = setTimeout(() => controller.abort(), SILENCE); };
    try {
      const resume = last === null ? {} : { "Last-Event-ID": String(last) };
      const url = last === null ? path : `${path}?after=${last}`;
      const response = await ask(url, { headers: { Accept: "text/event-stream", ...resume }, signal: controller.signal });
      if (response.status === 401) { signedOut("session_over"); return; }
      if (response.status === 404) { stopped = true; return; }
      if (!response.ok) throw new Problem(response.status, "", "");
      up(true);
      alive();
      for await (const frame of frames(response.body, alive)) {
        if (frame.id) last = Number(frame.id);
        deliver(frame, heard);
      }
    } finally {
      clearTimeout(dog);
    }
  }

  async function forever() {
    for (let tries = 0; !stopped; tries++) {
      const began = Date.now();
      await once().catch(() => {});
      if (stopped) return;
      up(false);
      if (Date.now() - began > 5000) tries = 0;
      await pause(Math.min(15000, 300 * 2 ** tries) * (0.7 + Math.random() * 0.6));
    }
  }

  forever();
  return () => { stopped = true; controller?.abort(); };
}

function deliver(frame, heard) {
  try {
    heard(frame.event, JSON.parse(frame.data));
  } catch (error) {
    console.error("event not shown", frame.event, error);
  }
}

let netTimer = 0;
const streams = new Map(); // name -> up

function net(name, up) {
  if (up === null) streams.delete(name);
  else streams.set(name, up);
  clearTimeout(netTimer);
  const lost = [...streams.values()].includes(false);
  if (!lost) say("net", "");
  else netTimer = setTimeout(() => say("net", t("net_lost")), 2000);
}

// ---------------------------------------------------------------- signing in and out

async function start() {
  document.body.dataset.view = "start";
  say("start-note", "");
  $("start-again").hidden = true;
  const house = call("GET", "/v1/shop").then((shop) => { state.shop = shop?.name || "Tresen"; state.zone = shop?.time_zone; names(); }, () => {});
  try {
    state.me = await call("GET", "/v1/inbox/me");
  } catch (problem) {
    if (problem.status === 401) return signedOut(new URLSearchParams(location.search).has("expired") ? "expired_link" : "");
    say("start-note", t("no_server"));
    $("start-again").hidden = false;
    return null;
  }
  await house;
  return enter();
}

function enter() {
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  document.body.dataset.view = "app";
  for (const item of outbox.items) {
    item.state = "waiting";
    outbox.flush(item.conversation);
  }
  names();
  watchInbox();
  desk.start();
  route();
  refresh().then(route);
}

function signedOut(notice) {
  stopInbox?.();
  stopInbox = null;
  closeTalk();
  desk.stop();
  state.me = null;
  state.loaded = false;
  document.body.dataset.view = "sign-in";
  say("sign-in-notice", notice ? t(notice) : "");
  $("sign-in-notice").dataset.key = notice;
  say("sign-in-error", "");
  $("password").value = "";
  names();
  $("login").focus();
}

async function signIn(event) {
  event.preventDefault();
  const button = $("sign-in-button");
  if (button.disabled) return;
  button.disabled = true;
  button.textContent = t("signing_in");
  say("sign-in-error", "");
  try {
    await call("POST", "/v1/inbox/sessions", { login: $("login").value.trim(), password: $("password").value });
    $("password").value = "";
    await start();
  } catch (problem) {
    say("sign-in-error", signInWords(problem));
    $("password").select();
  }
  button.disabled = false;
  button.textContent = t("sign_in");
}

function signInWords(problem) {
  if (problem.status === 429) return t("too_many", { seconds: problem.retryAfter });
  if (problem.status === 401 || problem.status === 422) return t("wrong_password");
  return problem.status === 0 || problem.status >= 500 ? t("no_server") : problem.words;
}

async function signOut() {
  $("menu").hidePopover();
  try {
    await call("DELETE", "/v1/inbox/sessions");
  } catch (problem) {
    if (problem.status !== 401) return toast(problem.words);
  }
  return signedOut("");
}

// ---------------------------------------------------------------- the list

const FILTERS = ["waiting", "mine", "agent", "all"];
const QUIET = new Set(["model.replied", "tool.returned", "turn.started", "turn.failed", "turn.abandoned", "send.succeeded", "product.viewed"]);
const rows = new Map(); // conversation -> its row in the list
let stopInbox = null;
let refreshing = null;
let again = false;

function watchInbox() {
  stopInbox?.();
  let wasUp = true;
  const stop = follow("/v1/inbox/events", null, (name, hint) => {
    if (name === "orders") desk.heard(hint);
    else if (!QUIET.has(hint.event)) hurry();
  }, (up) => {
    net("inbox", up);
    if (up && !wasUp) { hurry(); desk.refresh(); }
    wasUp = up;
  });
  const poll = setInterval(() => { hurry(); desk.refresh(); }, 30000); // what a lost hint missed
  stopInbox = () => { stop(); clearInterval(poll); net("inbox", null); };
}

let hurryTimer = 0;

/** Fetches the lists soon; many hints in a row become one request per second. */
function hurry() {
  if (hurryTimer || !state.me) return;
  hurryTimer = setTimeout(() => { hurryTimer = 0; refresh(); }, refreshing ? 1000 : 150);
}

async function refresh() {
  if (refreshing) { again = true; return refreshing; }
  refreshing = fetchLists();
  await refreshing;
  refreshing = null;
  if (again) { again = false; hurry(); }
  return null;
}

async function fetchLists() {
  const wanted = [...new Set(["waiting", "mine", state.filter])];
  try {
    const answers = await Promise.all(wanted.map((name) => call("GET", `/v1/inbox/conversations?state=${name}`)));
    wanted.forEach((name, index) => { state.lists[name] = answers[index].conversations; });
    Object.assign(state.counts, answers[0].counts);
    if (!state.me) return;
    alerts();
    state.loaded = true;
    say("list-note", "");
  } catch (problem) {
    if (!state.me) return;
    say("list-note", t("list_failed"));
    setTimeout(hurry, 5000);
  }
  showList();
}

function known(id) {
  for (const list of Object.values(state.lists)) {
    const row = list.find((each) => each.id === id);
    if (row) return row;
  }
  return null;
}

const isMine = (owner) => state.me && owner === `operator:${state.me.id}`;
const kindOf = (owner) => (owner === "agent" || owner === "waiting" ? owner : isMine(owner) ? "mine" : "other");

function isUnread(row) {
  const open = state.talk?.id === row.id && !document.hidden;
  return row.unread && !open && !((state.seen[row.id] ?? "") >= row.updated_at);
}

function markSeen(id) {
  const row = known(id);
  if (!row) return;
  state.seen[id] = row.updated_at;
  const newest = Object.entries(state.seen).sort((a, b) => (a[1] < b[1] ? 1 : -1)).slice(0, 300);
  remember(localStorage, "seen", Object.fromEntries(newest));
}

function showList() {
  showFilters();
  const list = state.lists[state.filter];
  const focused = document.activeElement?.closest?.("#list a")?.dataset.id;
  for (const [id, row] of rows) {
    if (!list.some((each) => each.id === id)) { row.remove(); rows.delete(id); }
  }
  if (state.talk && !document.hidden) markSeen(state.talk.id);
  list.forEach((each, place) => {
    const row = rows.get(each.id) ?? h("li");
    rows.set(each.id, row);
    showRow(row, each);
    if ($("list").children[place] !== row) $("list").insertBefore(row, $("list").children[place] ?? null);
  });
  if (focused && document.activeElement?.dataset?.id !== focused) rows.get(focused)?.querySelector("a").focus({ preventScroll: true });
  if (state.loaded && !list.length) say("list-note", t(`none_${state.filter}`));
  if (!state.loaded && !$("list-note").textContent) say("list-note", t("loading"));
  names();
  tick();
}

function showFilters() {
  const counts = { ...state.counts };
  if (counts.all === undefined && state.filter === "all" && state.loaded) counts.all = state.lists.all.length;
  const buttons = FILTERS.map((name) => h("button", {
    type: "button", "data-filter": name, "data-testid": `filter-${name}`, "aria-pressed": String(name === state.filter), onclick: () => choose(name),
  }, t(name), counts[name] === undefined ? "" : h("span", { class: "count" }, String(counts[name]))));
  const focused = document.activeElement?.dataset?.filter;
  $("filters").replaceChildren(...buttons);
  if (focused) buttons[FILTERS.indexOf(focused)].focus();
}

function choose(filter) {
  state.filter = filter;
  remember(sessionStorage, "filter", filter);
  if (!state.lists[filter].length) state.loaded = false;
  say("list-note", "");
  showList();
  refresh();
}

/** Fills a row; the link itself stays the same element, so that focus and screen readers keep their place. */
function showRow(row, data) {
  const link = row.firstChild ?? row.appendChild(h("a", { "data-testid": "conversation", "data-id": data.id, href: `#/c/${encodeURIComponent(data.id)}` }));
  const kind = kindOf(data.owner);
  const signature = JSON.stringify([data, kind, isUnread(data), prefs.language]);
  if (state.talk?.id === data.id) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
  if (row.signature === signature) return;
  row.signature = signature;
  link.dataset.owner = kind;
  link.classList.toggle("unread", isUnread(data));
  link.replaceChildren(
    h("span", { class: "avatar", "aria-hidden": "true" }, data.shopper?.name ? initials(data.shopper.name) : icon("person")),
    h("span", { class: "row" }, rowHead(data, kind), rowReason(data), rowWords(data), rowFoot(data, kind)),
  );
}

function rowHead(data, kind) {
  const time = kind === "waiting"
    ? h("span", { class: "wait" }, icon("clock"), h("span", { class: "hidden" }, `${t("waits")} `), h("span", { "data-since": data.waiting_since ?? data.updated_at }))
    : h("span", { class: "quiet" }, when(instant(data.updated_at)));
  const dot = isUnread(data) && h("span", { class: "dot" }, h("span", { class: "hidden" }, t("unread")));
  return h("span", { class: "line" }, h("strong", { class: "name" }, data.shopper?.name || t("guest")), dot, time);
}

function rowReason(data) {
  if (data.owner === "agent" || (!data.department && !data.reason)) return null;
  return h("span", { class: "line reason" }, data.department && h("span", { class: "tag" }, data.department), h("span", { class: "clip" }, data.reason ?? ""));
}

function rowWords(data) {
  const from = { shopper: "", agent: `${t("assistant")}: `, operator: `${kindOf(data.owner) === "mine" ? t("you") : data.owner_name || t("somebody")}: `, system: "" }[data.last_from] ?? "";
  return h("span", { class: "words" }, from && h("span", { class: "from" }, from), (data.last_text || "…").replaceAll("**", ""));
}

function rowFoot(data, kind) {
  const due = kind === "waiting" && data.promised_by && h("span", { class: "due", "data-due": data.promised_by });
  const owner = kind === "other" ? t("state_other", { name: data.owner_name || t("somebody") }) : state.filter === "all" && kind !== "waiting" ? t(`state_${kind}`) : "";
  return h("span", { class: "line foot" }, due, owner && h("span", {}, owner), h("span", {}, channel(data.channel)), data.cart_total && h("span", {}, data.cart_total));
}

function channel(name) {
  return t(`channel_${name}`) === `channel_${name}` ? { whatsapp: "WhatsApp" }[name] ?? name.charAt(0).toUpperCase() + name.slice(1) : t(`channel_${name}`);
}

function initials(name) {
  const letters = name.trim().split(/\s+/).map((word) => [...word][0]);
  return (letters[0] + (letters.length > 1 ? letters.at(-1) : "")).toUpperCase();
}

/** Every second: how long somebody has waited, and what was promised. */
function tick() {
  for (const element of document.querySelectorAll("[data-since]")) {
    element.textContent = span(now() - instant(element.dataset.since));
  }
  for (const element of document.querySelectorAll("[data-due]")) {
    const left = instant(element.dataset.due) - now();
    element.dataset.state = left < 0 ? "overdue" : left < 300000 ? "soon" : "fine";
    element.textContent = due(left, when(instant(element.dataset.due)), "short" in element.dataset);
  }
}

function due(left, time, short) {
  const away = span(Math.abs(left));
  if (left < 0) return short ? `${time}, ${t("overdue", { time: away })}` : t("overdue", { time: away });
  if (left < 300000) return short ? `${time}, ${t("due_short", { time: away })}` : t("due_in", { time: away });
  return short ? time : t("promised", { time });
}

// ---------------------------------------------------------------- alerts

const alerted = { waiting: null, words: null }; // what has been announced; null until the first list has come
let audio = null;

function alerts() {
  const waiting = new Map(state.lists.waiting.map((row) => [`${row.id} ${row.waiting_since ?? ""}`, row]));
  const words = new Map(state.lists.mine.filter((row) => row.last_from === "shopper").map((row) => [`${row.id} ${row.updated_at}`, row]));
  if (alerted.waiting) {
    for (const [key, row] of waiting) if (!alerted.waiting.has(key)) announceWaiting(row);
    for (const [key, row] of words) if (!alerted.words.has(key)) announceWords(row);
  }
  Object.assign(alerted, { waiting, words });
}

function announceWaiting(row) {
  const facts = [row.department, row.reason].filter(Boolean).join(" · ");
  tone();
  notify(t("new_waiting"), facts, row.id);
  if (state.talk?.id !== row.id || document.hidden) toast([t("new_waiting"), facts].filter(Boolean).join(": "), row.id);
}

function announceWords(row) {
  if (state.talk?.id === row.id && !document.hidden) return;
  tone(520, 620);
  notify(t("new_message", { name: row.shopper?.name || t("guest") }), "", row.id);
}

/** Two short notes; silent until the operator has touched the page (browsers insist) or when muted. */
function tone(...notes) {
  if (prefs.sound) chime(...notes);
}

function chime(...notes) {
  if (!audio) return;
  (notes.length ? notes : [660, 880]).forEach((pitch, place) => {
    const at = audio.currentTime + place * 0.14;
    const oscillator = new OscillatorNode(audio, { frequency: pitch });
    const gain = new GainNode(audio, { gain: 0 });
    gain.gain.linearRampToValueAtTime(0.08, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + 0.16);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + 0.2);
  });
}

function allowAudio() {
  if (!window.AudioContext) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
}

const bellOn = () => prefs.bell && "Notification" in window && Notification.permission === "granted";

function notify(title, body, id, open = () => openTalk(id)) {
  if (!bellOn() || !document.hidden) return;
  const note = new Notification(title, { body, tag: `tresen-${id}` });
  note.onclick = () => { window.focus(); open(); note.close(); };
}

async function toggleBell() {
  if (bellOn()) {
    prefer("bell", false);
  } else {
    const answer = await Notification.requestPermission();
    prefer("bell", answer === "granted");
    toast(t(answer === "granted" ? "bell_ready" : "bell_denied"));
  }
  names();
}

function toggleSound() {
  prefer("sound", !prefs.sound);
  allowAudio();
  tone();
  names();
}

function toast(text, id, open = () => openTalk(id)) {
  const close = () => box.remove();
  const box = h("div", { class: "toast", "data-talk": id }, h("span", {}, text),
    id && h("button", { type: "button", onclick: () => { close(); open(); } }, t("open")),
    h("button", { type: "button", class: "bare", "aria-label": t("close"), onclick: close }, icon("close")));
  $("toasts").append(box);
  while ($("toasts").children.length > 3) $("toasts").firstChild.remove();
  setTimeout(close, id ? 20000 : 7000);
}

/** The page's title, labels of switches, and names that come from the server. */
function names() {
  const count = state.me ? state.counts.waiting : 0;
  const orders = state.me ? desk.unseen : 0;
  document.title = count ? t("title_waiting", { count, shop: state.shop }) : orders ? t("title_orders", { count: orders, shop: state.shop }) : t("title", { shop: state.shop });
  for (const element of document.querySelectorAll("[data-shop]")) element.textContent = state.shop;
  toggle($("sound"), prefs.sound ? "sound" : "mute", t(prefs.sound ? "sound_on" : "sound_off"), prefs.sound);
  $("bell").hidden = !("Notification" in window);
  toggle($("bell"), bellOn() ? "bell" : "bell-off", t(bellOn() ? "bell_on" : "bell_off"), bellOn());
  $("hand-back").title = t("hand_back_title");
  toggle($("trace"), "trace", t(prefs.trace ? "trace_hide" : "trace_show"), prefs.trace);
  say("empty-title", state.loaded ? t("empty_waiting", { count: state.counts.waiting }) : t("inbox"));
  if (!state.me) return;
  $("me-initials").textContent = initials(state.me.name);
  $("me-name").textContent = state.me.name;
  $("me-login").textContent = state.me.login;
}

function toggle(button, picture, label, on) {
  button.replaceChildren(icon(picture));
  button.setAttribute("aria-label", label);
  button.setAttribute("aria-pressed", String(on));
  button.title = label;
}

// ---------------------------------------------------------------- opening a conversation

function openTalk(id) {
  const hash = `#/c/${encodeURIComponent(id)}`;
  if (location.hash === hash) route();
  else location.hash = hash;
}

/** The address names what is open, so that the browser's back button and a reload do the right thing. */
function route() {
  if (!state.me) return;
  desk.route(location.hash);
  const id = decodeURIComponent(/^#\/c\/(.+)$/.exec(location.hash)?.[1] ?? "");
  if (state.talk?.id === id) return;
  closeTalk();
  if (id) loadTalk(id);
  showList();
}

function closeTalk() {
  const talk = state.talk;
  state.talk = null;
  talk?.stop?.();
  net("talk", null);
  delete document.body.dataset.screen;
  $("talk").hidden = $("side").hidden = true;
  $("empty").hidden = false;
  sideOpen(false);
  closeFinder();
}

async function loadTalk(id) {
  const talk = { id, owner: "", events: [], seqs: new Set(), last: 0, shopper: {}, cart: null, messages: new Map(), turns: new Map(), live: new Map(), people: new Map(), viewed: [], handover: null, day: "", stop: null, loaded: false };
  state.talk = talk;
  for (const box of $("toasts").querySelectorAll("[data-talk]")) if (box.dataset.talk === id) box.remove();
  document.body.dataset.screen = "talk";
  $("talk").hidden = false;
  $("empty").hidden = true;
  showTalk(talk);
  $("timeline").replaceChildren();
  outbox.show();
  say("conflict", "");
  say("talk-note", t("loading"));
  if (matchMedia("(max-width: 760px)").matches) $("talk-name").focus();
  try {
    const data = await call("GET", `/v1/inbox/conversations/${encodeURIComponent(id)}`);
    if (state.talk !== talk) return;
    Object.assign(talk, data, { events: [], loaded: true });
    data.events.forEach((event) => note(talk, event));
    say("talk-note", "");
    redraw(talk);
    listen(talk);
    outbox.flush(id);
    markSeen(id);
    showList();
  } catch (problem) {
    if (state.talk === talk) talkFailed(talk, problem);
  }
}

function talkFailed(talk, problem) {
  if (!(problem instanceof Problem)) console.error(problem);
  say("talk-note", t(problem.status === 404 ? "talk_gone" : "talk_failed"));
  if (problem.status === 404) return;
  $("talk-note").append(" ", h("button", { type: "button", onclick: () => { closeTalk(); loadTalk(talk.id); } }, t("try_again")));
}

function listen(talk) {
  talk.stop?.();
  talk.stop = follow(`/v1/inbox/conversations/${encodeURIComponent(talk.id)}/events`, talk.last, (name, data) => {
    if (state.talk === talk) heard(talk, name, data);
  }, (up) => { if (state.talk === talk) net("talk", up); });
}

/** Keeps a stored event; false if it is known already (a resumed stream may repeat). */
function note(talk, event) {
  if (talk.seqs.has(event.seq)) return false;
  talk.seqs.add(event.seq);
  talk.events.push(event);
  talk.last = Math.max(talk.last, event.seq);
  return true;
}

function heard(talk, name, data) {
  if (data.seq === undefined) return hint(talk, name, data);
  const event = { event: name, ...data };
  if (!note(talk, event)) return null;
  if (name === "history.erased") { closeTalk(); return loadTalk(talk.id); }
  const below = atBottom();
  draw(talk, event, true);
  showTalk(talk);
  if (below || (name === "message.sent" && isMine(data.sender))) toBottom();
  else if (name.startsWith("message.")) $("newest").hidden = false;
  return null;
}

/** Live hints: they help the eye, the stored event is the truth. */
function hint(talk, name, data) {
  const below = atBottom();
  if (name === "text.delta") stream(talk, data);
  else if (name === "text.reset") unstream(talk, data.turn);
  else if (name === "tool.started") showTyping(t("works", { name: t("assistant"), label: data.label || data.tool }));
  else if (name === "typing") typingHint(talk, data);
  else if (name === "brief") { talk.brief = data.text; showTalk(talk); }
  else if (name === "picture") fetched(data.upload);
  if (below) toBottom();
}

function typingHint(talk, data) {
  if (data.who === "operator" && (data.label === state.me.name || isMine(talk.owner))) return;
  const name = data.who === "agent" ? t("assistant") : data.who === "operator" ? data.label || t("somebody") : shopperName(talk);
  showTyping(data.who === "agent" && data.label ? t("works", { name, label: data.label }) : t("types", { name }));
}

let typingTimer = 0;

function showTyping(words) {
  say("typing", words);
  clearTimeout(typingTimer);
  if (words) typingTimer = setTimeout(() => say("typing", ""), 8000);
}

function stream(talk, data) {
  let live = talk.live.get(data.turn);
  if (!live) {
    const text = h("p", { class: "prose" });
    live = { text, row: bubble({ from: "agent", who: t("assistant"), mark: t("bot_mark"), live: true }, text) };
    talk.live.set(data.turn, live);
    $("timeline").append(live.row);
  }
  live.text.append(data.text);
  showTyping("");
}

/** A picture that a messenger held is here now, or never will be. */
function fetched(upload) {
  for (const gap of document.querySelectorAll(`[data-src$="/uploads/${CSS.escape(upload)}"]`)) gap.replaceWith(picture(gap.dataset.src, gap.getAttribute("aria-label"), "photo"));
}

function unstream(talk, turn) {
  talk.live.get(turn)?.row.remove();
  talk.live.delete(turn);
}

const atBottom = () => $("scroll").scrollHeight - $("scroll").scrollTop - $("scroll").clientHeight < 80;

function toBottom() {
  $("scroll").scrollTop = $("scroll").scrollHeight;
  $("newest").hidden = true;
}

// ---------------------------------------------------------------- the log, drawn

function redraw(talk) {
  Object.assign(talk, { messages: new Map(), turns: new Map(), live: new Map(), viewed: [], handover: null, day: "" });
  $("timeline").replaceChildren();
  showTyping("");
  const { owner, cart, brief } = talk; // the snapshot is as new as its last event
  for (const event of talk.events) draw(talk, event, false);
  Object.assign(talk, { owner, cart: cart ?? talk.cart, brief: brief ?? talk.brief });
  showTalk(talk);
  outbox.show();
  toBottom();
}

const DRAW = {
  "message.received": drawReceived,
  "message.sent": drawSent,
  "turn.started": (talk, event) => { turnOf(talk, event); },
  "model.replied": (talk, event) => trace(talk, event, modelEntry(event), event.tool_calls?.length ? "tools" : "", event.tool_calls?.length),
  "tool.returned": (talk, event) => trace(talk, event, toolEntry(event), event.status === "ok" ? "" : "refused", 1),
  "turn.failed": (talk, event) => endTurn(talk, event, t("ev_failed"), "bad"),
  "turn.abandoned": (talk, event) => endTurn(talk, event, t("ev_abandoned"), ""),
  "handover.asked": drawAsked,
  "owner.changed": drawOwner,
  "cart.changed": drawCart,
  "order.placed": (talk, event) => drawOrder(talk, event, t("ev_placed", event.order)),
  "order.changed": (talk, event) => drawOrder(talk, event, t("ev_changed", event.order)),
  "return.requested": (talk, event) => drawOrder(talk, event, t("ev_return", event)),
  "shopper.linked": (talk, event) => line(talk, event, t("ev_linked")),
  "history.erased": (talk, event) => line(talk, event, t(event.by === "shop" ? "ev_erased_shop" : "ev_erased")),
  "product.viewed": drawViewed,
  "feedback.given": drawFeedback,
  "send.succeeded": (talk, event) => mark(talk, event.message, "delivered", t("delivered")),
  "send.failed": drawSendFailed,
};

function draw(talk, event, live) {
  const paint = DRAW[event.event];
  if (paint) paint(talk, event, live);
  else line(talk, event, event.event);
}

function put(talk, event, row) {
  const date = instant(event.at);
  if (date && talk.day !== dateOf(date)) {
    talk.day = dateOf(date);
    $("timeline").append(h("li", { class: "day" }, h("span", {}, day(date))));
  }
  $("timeline").append(row);
  return row;
}

function line(talk, event, words, kind = "") {
  const time = event.at ? h("time", { datetime: event.at }, clock(instant(event.at))) : "";
  return put(talk, event, h("li", { class: `line-note ${kind}` }, h("span", {}, words), " ", time));
}

function bubble({ from, who, mark: badge, at, seq, live }, ...body) {
  const head = h("p", { class: "by" }, icon(from === "agent" ? "bot" : from === "system" ? "note" : "person"),
    h("strong", {}, who), badge && h("span", { class: "badge" }, badge),
    at && h("time", { datetime: at, title: instant(at).toLocaleString(region(), { timeZone: state.zone }) }, clock(instant(at))));
  return h("li", { class: `message ${from}${live ? " live" : ""}`, "data-testid": live ? null : "message", "data-from": from, "data-seq": seq }, head,
    h("div", { class: "body" }, ...body));
}

function shopperName(talk) {
  return talk.shopper?.name || known(talk.id)?.shopper?.name || t("guest");
}

function drawReceived(talk, event, live) {
  const who = shopperName(talk);
  const row = put(talk, event, bubble({ from: "shopper", who, mark: t("shopper_mark"), at: event.at, seq: event.seq }, parts(event.parts)));
  talk.messages.set(event.seq, row);
  if (!live) return;
  showTyping("");
  $("live").textContent = t("said", { name: who, text: plain(event.parts) });
}

function drawSent(talk, event, live) {
  unstream(talk, event.turn);
  if (live) showTyping("");
  const who = senderOf(talk, event);
  const row = bubble({ ...who, at: event.at, seq: event.seq }, parts(event.parts));
  if (event.withheld?.length) {
    trace(talk, event, withheldEntry(event.withheld), "withheld", event.withheld.length);
    row.querySelector(".body").append(h("p", { class: "mark warn" }, t("withheld", { count: event.withheld.length })));
  }
  put(talk, event, row);
  talk.messages.set(event.seq, row);
  if (live && isMine(event.sender)) outbox.arrived(talk.id, event);
}

function senderOf(talk, event) {
  if (event.sender === "agent") return { from: "agent", who: t("assistant"), mark: t("bot_mark") };
  if (event.sender === "system") return { from: "system", who: t("system") };
  return { from: "operator", who: isMine(event.sender) ? t("you") : event.label || talk.people.get(event.sender) || t("somebody"), mark: t("person_mark") };
}

function endTurn(talk, event, words, kind) {
  unstream(talk, event.turn);
  showTyping("");
  line(talk, event, event.reason ? `${words} (${event.reason})` : words, kind);
}

function drawAsked(talk, event) {
  talk.handover = event;
  talk.brief = event.brief;
  line(talk, event, t("ev_asked", event), "hot");
}

function drawOwner(talk, event) {
  talk.owner = event.owner;
  const kind = kindOf(event.owner);
  if (event.label) talk.people.set(event.owner, event.label);
  if (kind === "agent" || kind === "waiting") say("conflict", "");
  const words = { waiting: t("ev_waiting"), agent: t("ev_agent"), mine: t("ev_taken_me"), other: t("ev_taken", { name: event.label || t("somebody") }) }[kind];
  if (kind !== "waiting" || !talk.handover) line(talk, event, words);
  if (kind !== "mine") outbox.show();
}

function drawCart(talk, event) {
  talk.cart = event.cart ?? talk.cart;
  if (!event.title) return; // erased
  line(talk, event, t(!event.variant_id ? "ev_code" : event.quantity ? "ev_cart" : "ev_cart_out", event));
}

/** An order of this conversation was placed or has changed; the list beside it follows. */
function drawOrder(talk, event, words) {
  const { number, state: stands, total, items } = event.order;
  const known = (talk.orders ?? []).find((each) => each.number === number);
  if (known) Object.assign(known, { state: stands, total });
  else talk.orders = [{ number, state: stands, total, lines: items }, ...(talk.orders ?? [])];
  line(talk, event, [words, " · ", h("a", { href: orderHash(number) }, t("open_order"))]);
}

function drawViewed(talk, event) {
  if (!event.title) return; // erased
  talk.viewed = [event.title, ...talk.viewed.filter((title) => title !== event.title)].slice(0, 5);
  line(talk, event, t("ev_viewed", event));
}

function drawFeedback(talk, event) {
  const words = t(event.thumb === "up" ? "ev_up" : event.thumb === "down" ? "ev_down" : "ev_thumb_off");
  mark(talk, event.message, event.thumb === "down" ? "warn" : "", event.words ? `${words}: ${event.words}` : words, "rating");
}

function drawSendFailed(talk, event) {
  mark(talk, event.message, event.final ? "delivery bad" : "delivery warn", t(event.final ? "undelivered_final" : "undelivered", event), "delivery");
  const sent = talk.events.find((each) => each.seq === event.message);
  if (sent?.turn) trace(talk, { ...event, turn: sent.turn }, h("p", { class: "bad" }, `send.failed · ${event.reason}`), "failures", 1);
}

/** A remark under a message; one of a kind, the newest wins. */
function mark(talk, seq, kind, words, slot = "delivery") {
  const body = talk.messages.get(seq)?.querySelector(".body");
  if (!body) return;
  body.querySelector(`[data-slot=${slot}]`)?.remove();
  body.append(h("p", { class: `mark ${kind}`, "data-slot": slot }, words));
}

// ---------------------------------------------------------------- the trace of a turn

function turnOf(talk, event) {
  const key = event.turn || `#${event.seq}`;
  let turn = talk.turns.get(key);
  if (turn) return turn;
  const summary = h("summary", {});
  const list = h("ol", {});
  const row = h("li", { class: "trace", hidden: true }, h("details", { open: prefs.trace, "data-testid": "trace" }, summary, list));
  turn = { row, summary, list, tools: 0, refused: 0, withheld: 0, failures: 0 };
  talk.turns.set(key, turn);
  put(talk, event, row);
  return turn;
}

function trace(talk, event, entry, counter, count) {
  const turn = turnOf(talk, event);
  if (counter) turn[counter] += count;
  turn.list.append(h("li", {}, entry));
  turn.row.hidden = false;
  const facts = [turn.tools && t("tools", { count: turn.tools }), turn.refused && `${turn.refused} ${t("status_refused")}`,
    turn.withheld && t("withheld", { count: turn.withheld }), turn.failures && t("send_failures", { count: turn.failures })];
  turn.summary.textContent = [t("trace"), ...facts.filter(Boolean)].join(" · ");
  turn.row.classList.toggle("warn", turn.refused + turn.withheld + turn.failures > 0);
}

function modelEntry(event) {
  const facts = [t("model_replied"), event.model, (event.input_tokens || event.output_tokens) && t("tokens", { input: event.input_tokens, output: event.output_tokens })];
  return [
    h("p", { class: "quiet" }, facts.filter(Boolean).join(" · ")),
    event.text && h("p", { class: "prose" }, event.text),
    (event.tool_calls ?? []).map((tool) => h("p", { class: "call" }, h("strong", {}, tool.name), h("code", {}, args(tool.args)))),
  ];
}

function args(values) {
  return `(${Object.entries(values ?? {}).map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")})`;
}

function toolEntry(event) {
  return h("details", { class: `result ${event.status}` },
    h("summary", {}, `${event.tool} → ${t(`status_${event.status}`)}`), h("pre", { tabindex: "0" }, pretty(event.text)));
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function withheldEntry(claims) {
  return [h("p", { class: "quiet" }, t("withheld_title")), h("ul", {}, claims.map((claim) => h("li", {}, claim)))];
}

function toggleTrace() {
  prefer("trace", !prefs.trace);
  for (const turn of state.talk?.turns.values() ?? []) turn.row.firstChild.open = prefs.trace;
  names();
}

// ---------------------------------------------------------------- parts, as the shopper sees them

const PARTS = {
  text: (part) => prose(part.text),
  cards: (part) => h("div", { class: "cards", role: "group", tabindex: "0", "aria-label": t("products") }, part.cards.map(card)),
  choices: (part) => h("ul", { class: "choices", "aria-label": t("quick_replies") }, part.choices.map((choice) => h("li", {}, choice.label))),
  cart: (part) => h("div", { class: "cart-part" }, cartTable(part)),
  confirmation: (part) => sum(part, part.title, h("p", { class: "quiet" }, part.note), h("p", { class: "quiet" }, t("until", { time: when(instant(part.expires_at)) })), h("ul", { class: "choices", "aria-label": t("quick_replies") }, h("li", {}, part.button))),
  order: (part) => sum(part, `${t("order", part)} · ${part.label}`, h("p", {}, h("a", { href: orderHash(part.number) }, t("open_order")))),
  comparison: (part) => h("div", { class: "compare", role: "region", tabindex: "0", "aria-label": t("compared") }, h("table", {},
    h("thead", {}, h("tr", {}, h("td", {}), part.cards.map((each) => h("th", { scope: "col" }, anchor(each.url, each.title))))),
    h("tbody", {}, part.rows.map(([fact, ...values]) => h("tr", {}, h("th", { scope: "row" }, fact), values.map((value) => h("td", {}, value))))))),
  sources: (part) => h("p", { class: "sources" }, `${t("sources")}: `, part.sources.map((source, place) => [place ? ", " : "", anchor(source.url, [...new Set([source.title, source.heading].filter(Boolean))].join(" › "))])),
  link: (part) => h("p", {}, anchor(part.url, part.label || part.url)),
  image: (part) => (safe(part.url) ? picture(part.url, part.alt || t("part_image"), "photo") : h("p", {}, `[${part.alt || t("part_image")}]`)),
  audio: (part) => (safe(part.url) ? h("audio", { controls: true, preload: "none", src: safe(part.url), "aria-label": t("part_audio") }) : h("p", {}, `[${t("part_audio")}]`)),
  other: (part) => h("p", { class: "quiet" }, `[${t(part.kind === "erased" ? "part_erased" : "part_other")}]`),
  action: (part) => h("p", { class: "tap" }, h("span", { class: "hidden" }, `${t("tapped")}: `), part.label || part.name),
};

function parts(list) {
  return (list ?? []).map((part) => (PARTS[part.type] ?? PARTS.other)(part));
}

function plain(list) {
  return (list ?? []).map((part) => part.text?.replaceAll("**", "") ?? part.label ?? t(`part_${part.type}`)).join(" ");
}

/** Plain text with line breaks, in which only **bold** means something. */
function prose(text) {
  return h("p", { class: "prose" }, String(text ?? "").split(/(\*\*[^*]+\*\*)/).map((piece) => (/^\*\*.+\*\*$/s.test(piece) ? h("strong", {}, piece.slice(2, -2)) : piece)));
}

function anchor(url, label) {
  return safe(url) ? h("a", { href: safe(url), target: "_blank", rel: "noopener noreferrer" }, label) : h("span", {}, label);
}

function picture(url, alt, kind) {
  const image = h("img", { src: safe(url), alt, class: kind, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(h("span", { class: `${kind} missing`, role: "img", "aria-label": alt || t("part_image"), "data-src": url }, kind === "photo" && t("no_picture"))));
  image.addEventListener("load", () => { if (atBottom()) toBottom(); });
  return image;
}

function stars(item) {
  if (!item.rating) return null;
  const value = item.rating.toLocaleString(prefs.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return h("span", { class: "stars", role: "img", "aria-label": t("rating", { value, count: item.rating_count }) }, `★ ${value} (${item.rating_count})`);
}

function card(item) {
  return h("article", { class: "card", "aria-label": item.title },
    safe(item.image) ? picture(item.image, "", "pic") : h("span", { class: "pic missing" }),
    h("div", { class: "card-body" },
      h("p", { class: "quiet" }, item.brand),
      h("p", { class: "card-title" }, anchor(item.url, item.title)),
      h("p", { class: "card-price" }, h("strong", {}, item.price), " ", stars(item)),
      !item.available && h("p", { class: "bad" }, t("sold_out")),
      item.note && h("p", { class: "quiet" }, item.note),
      (item.options ?? []).map((label, place) => option(item, label, place))));
}

/** One row of what can be chosen: each value once, struck through if no variant of it can be had. */
function option(item, label, place) {
  const values = new Map();
  const meant = (item.variants ?? []).find((variant) => variant.id === item.variant_id)?.options[place];
  for (const variant of item.variants ?? []) {
    const value = variant.options[place];
    values.set(value, values.get(value) || variant.available);
  }
  return h("p", { class: "options" }, h("span", { class: "quiet" }, `${label}: `), [...values].map(([value, available]) => h("span", { class: `option${available ? "" : " gone"}${value === meant ? " meant" : ""}` },
    value, !available && h("span", { class: "hidden" }, ` (${t("unavailable")})`), value === meant && h("span", { class: "hidden" }, ` (${t("chosen")})`))));
}

const orderHash = (number) => `#/o/${encodeURIComponent(number)}`;

/** Lines, rows and a total, as a confirmation and an order have them. */
function sum(part, title, ...more) {
  return h("section", { class: "cart-part", "aria-label": title }, h("p", {}, h("strong", {}, title)), cartItems(part),
    definitionRows(part.rows), part.total && h("p", { class: "cart-total" }, h("span", {}, t("total")), h("strong", {}, part.total)), more);
}

function definitionRows(rows) {
  return rows?.length > 0 && h("dl", { class: "sums" }, rows.map((row) => h("div", {}, h("dt", {}, row.label), h("dd", {}, row.value))));
}

function cartTable(cart) {
  const notes = (cart?.notes ?? []).map((note) => h("p", { class: "quiet" }, note));
  if (!cart?.items?.length) return [h("p", { class: "quiet" }, t("cart_empty")), ...notes];
  return [cartItems(cart), definitionRows(cart.reductions), h("p", { class: "cart-total" }, h("span", {}, t("total")), h("strong", {}, cart.total)), ...notes];
}

function cartItems(cart) {
  const pictures = cart.items?.some((item) => safe(item.image));
  return cart.items?.length > 0 && h("ul", { class: `cart-items${pictures ? "" : " plainly"}` }, cart.items.map((item) => h("li", {},
    pictures && (safe(item.image) ? picture(item.image, "", "thumb") : h("span", { class: "thumb missing" })),
    h("span", { class: "cart-words" }, h("span", {}, item.title), h("span", { class: "quiet pair" }, item.options && h("span", {}, item.options), h("span", { class: "whole" }, `${item.quantity} × ${item.price}`))),
    h("strong", {}, item.total))));
}

// ---------------------------------------------------------------- around the log: owner, brief, cart, shopper

function showTalk(talk) {
  const row = known(talk.id);
  const name = shopperName(talk);
  $("talk-name").textContent = name;
  const began = talk.events[0]?.at;
  say("talk-sub", talk.loaded ? [channel(talk.channel ?? "web"), language(talk), began && `${t("since")} ${when(instant(began))}`].filter(Boolean).join(" · ") : "");
  showOwner(talk, row, name);
  showBrief(talk, row);
  showSide(talk);
  tick();
}

function language(talk) {
  return talk.locale ? t(`lang_${talk.locale}`) : "";
}

function showOwner(talk, row, name) {
  const owner = talk.owner || (row?.owner ?? "");
  const kind = owner && kindOf(owner);
  const other = talk.people.get(owner) || row?.owner_name || t("somebody");
  const since = row?.waiting_since ?? talk.handover?.at;
  const chip = $("owner-state");
  chip.hidden = !owner;
  chip.dataset.owner = kind;
  chip.replaceChildren(icon(kind === "agent" ? "bot" : kind === "waiting" ? "clock" : "person"), h("span", {}, owner && t(`state_${kind}`, { name: other })), kind === "waiting" && since ? h("span", { "data-since": since, class: "wait" }) : "");
  const ready = talk.loaded;
  $("hand-back").hidden = !ready || kind !== "mine";
  $("claim").hidden = !ready || kind === "mine" || !owner;
  $("take-over").hidden = kind === "other";
  $("claim").dataset.owner = kind;
  if (owner) $("claim-text").textContent = t(`claim_${kind}`, { name: kind === "other" ? other : name });
  showComposer(talk, ready && kind === "mine", name);
}

function showComposer(talk, open, name) {
  const wasHidden = $("composer").hidden;
  $("composer").hidden = !open;
  if (!open) return closeFinder();
  $("reply").placeholder = t("reply_to", { language: language(talk) || "…" });
  $("reply").setAttribute("aria-label", t("reply_label", { name }));
  if (wasHidden || $("reply").dataset.id !== talk.id) {
    $("reply").dataset.id = talk.id;
    $("reply").value = remembered(sessionStorage, `draft.${talk.id}`, "");
    fit();
  }
  say("conflict", "");
  return null;
}

function showBrief(talk, row) {
  const asked = talk.handover;
  const past = talk.owner === "agent";
  const waits = talk.owner === "waiting";
  $("brief").hidden = !talk.loaded || (!asked && !talk.brief);
  $("brief-title").textContent = t(past ? "brief_past" : "brief");
  if ($("brief").dataset.id !== `${talk.id} ${waits}`) $("brief").open = waits;
  $("brief").dataset.id = `${talk.id} ${waits}`;
  $("brief-text").replaceChildren(...labelled(talk.brief || t("no_brief")));
  const promised = asked?.promised_by ?? row?.promised_by;
  const facts = [
    [t("department"), asked?.department ?? row?.department], [t("reason"), asked?.reason ?? row?.reason],
    [t("promised_by"), promised && (talk.owner === "waiting" ? h("span", { class: "due", "data-due": promised, "data-short": true }) : when(instant(promised)))],
    [t("asked_at"), asked && when(instant(asked.at))],
  ];
  $("brief-facts").replaceChildren(...definitions(facts));
}

/** The lines of a brief, each with its label in bold; what the shopper wrote begins with a sign of its own. */
function labelled(text) {
  return text.split("\n").flatMap((line, place) => {
    const [, label, rest] = /^([^:›]{2,40}:)(.*)$/.exec(line) ?? [];
    return [place ? "\n" : "", ...(label ? [h("strong", {}, label), rest] : [line])];
  });
}

function definitions(facts) {
  return facts.filter(([, value]) => value).map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value)));
}

function showSide(talk) {
  $("side").hidden = !talk.loaded;
  $("cart-title").textContent = t("cart", { count: talk.cart?.count ?? 0 });
  $("cart-body").replaceChildren(...cartTable(talk.cart).filter(Boolean));
  const began = talk.events[0]?.at;
  $("shopper").replaceChildren(...definitions([
    [t("name"), talk.shopper?.name || t("guest")], [t("email"), talk.shopper?.email], [t("channel"), channel(talk.channel ?? "web")],
    [t("shopper_language"), language(talk)], [t("since"), began && when(instant(began))], [t("number"), talk.shopper?.id && h("code", {}, talk.shopper.id)],
  ]));
  $("orders-section").hidden = !talk.orders?.length;
  $("orders").replaceChildren(...(talk.orders ?? []).map(orderLine));
  $("viewed-section").hidden = !talk.viewed.length;
  $("viewed").replaceChildren(...talk.viewed.map((title) => h("li", {}, title)));
}

function orderLine(order) {
  const bought = order.lines.map((line) => `${line.quantity} × ${line.title}`).join(", ");
  const told = `${order.number} · ${desk.stateWords(order.state)} · ${order.total}`;
  return h("li", {}, h("a", { href: orderHash(order.number) }, h("strong", {}, told)), h("br"), bought);
}

function sideOpen(open) {
  document.body.classList.toggle("side-open", open);
  $("side-open").setAttribute("aria-expanded", String(open));
}

// ---------------------------------------------------------------- taking over, handing back

async function change(button, path) {
  const talk = state.talk;
  button.disabled = true;
  say("conflict", "");
  try {
    await call("POST", `/v1/inbox/conversations/${encodeURIComponent(talk.id)}/${path}`);
    return state.talk === talk;
  } catch (problem) {
    await refresh();
    const words = problem.code === "owned_by_other" ? ownedWords(talk, problem) : problem.words;
    if (state.talk === talk) { showTalk(talk); say("conflict", words); }
    return false;
  } finally {
    button.disabled = false;
  }
}

function ownedWords(talk, problem) {
  const name = known(talk.id)?.owner_name || talk.people.get(talk.owner);
  return name ? t("e_owned_by_other", { name }) : problem.detail || t("e_owned_by_other", { name: t("somebody") });
}

async function takeOver() {
  if (!(await change($("take-over"), "take-over"))) return;
  state.talk.owner = `operator:${state.me.id}`;
  showTalk(state.talk);
  $("reply").focus();
  hurry();
}

async function handBack() {
  if (!(await change($("hand-back"), "hand-back"))) return;
  state.talk.owner = "agent";
  showTalk(state.talk);
  toast(t("handed_back"));
  $("talk-name").focus();
  hurry();
}

// ---------------------------------------------------------------- replying

/** What the operator has sent and the log has not shown yet. Each item keeps its id, so a retry never doubles. */
const outbox = {
  items: remembered(sessionStorage, "outbox", []).filter((item) => item.state !== "sent"),
  busy: new Set(),

  save() {
    remember(sessionStorage, "outbox", this.items.length ? this.items : null);
    this.show();
  },

  add(item) {
    this.items.push({ id: fresh(), state: "waiting", ...item });
    this.save();
    toBottom();
    this.flush(item.conversation);
  },

  drop(item) {
    this.items = this.items.filter((each) => each !== item);
    this.save();
  },

  /** Sends what is due, one after the other, in the order it was written. */
  async flush(conversation) {
    if (this.busy.has(conversation)) return;
    this.busy.add(conversation);
    for (let tries = 0; state.me;) {
      const item = this.items.find((each) => each.conversation === conversation && !["sent", "failed"].includes(each.state));
      if (!item) break;
      if (await this.post(item)) { tries = 0; continue; }
      if (item.state === "failed" || !this.items.includes(item)) continue;
      await Promise.race([pause(item.after || Math.min(15000, 1000 * 2 ** tries++)), new Promise((nudge) => { this.nudge = nudge; })]);
    }
    this.busy.delete(conversation);
  },

  async post(item) {
    const body = { id: item.id, ...(item.text ? { text: item.text } : { product_id: item.card.product_id }) };
    try {
      const { seq } = await call("POST", `/v1/inbox/conversations/${encodeURIComponent(item.conversation)}/messages`, body);
      Object.assign(item, { state: "sent", seq });
      if (state.talk?.id !== item.conversation || state.talk.seqs.has(seq)) this.drop(item);
      else this.save();
      return true;
    } catch (problem) {
      this.refused(item, problem);
      return false;
    }
  },

  refused(item, problem) {
    item.after = (problem.retryAfter ?? 0) * 1000;
    if (problem.status === 401) return;
    if (problem.passing) { item.state = "retrying"; this.save(); return; }
    if (problem.code === "not_owner" && item.text) this.giveBack(item.conversation);
    else Object.assign(item, { state: "failed", words: problem.words });
    this.save();
    refresh().then(() => { if (state.talk?.id === item.conversation) { syncOwner(state.talk); say("conflict", problem.words); } });
  },

  /** The words go back into the draft, so that nothing typed is lost. */
  giveBack(conversation) {
    const unsent = this.items.filter((item) => item.conversation === conversation && item.text && item.state !== "sent");
    const draft = remembered(sessionStorage, `draft.${conversation}`, "");
    remember(sessionStorage, `draft.${conversation}`, [...unsent.map((item) => item.text), draft].filter(Boolean).join("\n"));
    if ($("reply").dataset.id === conversation) $("reply").dataset.id = "";
    this.items = this.items.filter((item) => !unsent.includes(item));
  },

  /** A message of ours has come through the log: it takes the place of what we showed meanwhile. */
  arrived(conversation, event) {
    const mine = this.items.filter((item) => item.conversation === conversation);
    const item = mine.find((each) => each.seq === event.seq) ?? mine.find((each) => each.seq === undefined && same(each, event));
    if (!item) return;
    if (item.seq === event.seq) this.drop(item);
    else { item.shown = true; this.show(); } // the answer to our POST is still on its way; it drops the item
  },

  show() {
    const items = this.items.filter((item) => item.conversation === state.talk?.id && !item.shown);
    $("pending").replaceChildren(...items.map((item) => this.row(item)));
  },

  row(item) {
    const words = { waiting: t("sending"), sent: t("sent_soon"), retrying: t("unsent"), failed: item.words }[item.state];
    const foot = h("p", { class: `mark ${item.state === "failed" ? "bad" : item.state === "retrying" ? "warn" : ""}` }, words, " ",
      (item.state === "retrying" || item.state === "failed") && h("button", { type: "button", class: "link", onclick: () => this.retry(item) }, t("send_now")), " ",
      item.state === "failed" && h("button", { type: "button", class: "link", onclick: () => this.drop(item) }, t("discard")));
    const row = bubble({ from: "operator", who: t("you"), mark: t("person_mark"), live: true }, item.text ? prose(item.text) : h("div", { class: "cards" }, card(item.card)), foot);
    row.dataset.testid = "pending";
    return row;
  },

  retry(item) {
    item.state = "waiting";
    this.save();
    this.nudge?.();
    this.flush(item.conversation);
  },
};

/** After a conflict the list knows better than a log that has not caught up. */
function syncOwner(talk) {
  const row = known(talk.id);
  if (row) talk.owner = row.owner;
  else if (isMine(talk.owner)) talk.owner = "agent";
  showTalk(talk);
}

function same(item, event) {
  const text = event.parts.find((part) => part.type === "text")?.text;
  const product = event.parts.find((part) => part.type === "cards")?.cards[0]?.product_id;
  return item.text ? item.text === text : item.card.product_id === product;
}

function sendReply(event) {
  event?.preventDefault();
  const text = $("reply").value.trim();
  if (!text || !state.talk) return;
  $("reply").value = "";
  remember(sessionStorage, `draft.${state.talk.id}`, null);
  fit();
  outbox.add({ conversation: state.talk.id, text });
  $("reply").focus();
}

let typedAt = 0;

function typed() {
  const id = $("reply").dataset.id;
  remember(sessionStorage, `draft.${id}`, $("reply").value);
  fit();
  if (!$("reply").value.trim() || Date.now() - typedAt < 3000) return;
  typedAt = Date.now();
  call("POST", `/v1/inbox/conversations/${encodeURIComponent(id)}/typing`).catch(() => {}); // a hint; the next key tries again
}

function fit() {
  const field = $("reply");
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, innerHeight * 0.35)}px`;
}

// ---------------------------------------------------------------- sending a product card

const finder = { hits: [], chosen: 0, timer: 0, controller: null };

function findSoon() {
  clearTimeout(finder.timer);
  finder.timer = setTimeout(find, 200);
}

async function find() {
  const query = $("product-search").value.trim();
  finder.controller?.abort();
  if (!query) return closeFinder();
  finder.controller = new AbortController();
  openFinder(t("searching"));
  try {
    const path = `/v1/search?${new URLSearchParams({ q: query, limit: "8", locale: state.talk?.locale || prefs.language })}`;
    const answer = await call("GET", path, undefined, finder.controller.signal);
    Object.assign(finder, { hits: answer.hits, chosen: 0 });
    openFinder(answer.hits.length ? t("found", { count: answer.total ?? answer.hits.length }) : t("nothing_found"));
    showHits();
  } catch (error) {
    if (error.name === "AbortError") return null;
    finder.hits = [];
    showHits();
    openFinder(t("search_failed"));
  }
  return null;
}

function openFinder(words) {
  $("finder").hidden = false;
  $("product-search").setAttribute("aria-expanded", "true");
  say("finder-note", words);
}

function closeFinder(clear = true) {
  clearTimeout(finder.timer);
  finder.controller?.abort();
  $("finder").hidden = true;
  $("product-search").setAttribute("aria-expanded", "false");
  $("product-search").removeAttribute("aria-activedescendant");
  if (clear) { $("product-search").value = ""; finder.hits = []; showHits(); }
}

function showHits() {
  $("finder-list").replaceChildren(...finder.hits.map((hit, place) => h("li", {
    role: "option", id: `hit-${place}`, "aria-selected": String(place === finder.chosen), onclick: () => chooseHit(place),
  }, safe(hit.card.image) ? picture(hit.card.image, "", "thumb") : h("span", { class: "thumb missing" }),
  h("span", { class: "cart-words" }, h("span", {}, hit.card.title), h("span", { class: "quiet" }, [hit.card.brand, hit.card.price, !hit.card.available && t("sold_out")].filter(Boolean).join(" · "))))));
  const hit = finder.hits[finder.chosen];
  $("preview").replaceChildren(...(hit ? [h("p", { class: "quiet" }, t("product_preview")), card(hit.card),
    h("button", { type: "button", class: "primary wide", "data-testid": "product-send", onclick: sendProduct }, t("product_send"))] : []));
  if (hit) $("product-search").setAttribute("aria-activedescendant", `hit-${finder.chosen}`);
  else $("product-search").removeAttribute("aria-activedescendant");
}

function chooseHit(place) {
  if (!finder.hits.length) return;
  finder.chosen = (place + finder.hits.length) % finder.hits.length;
  showHits();
  $(`hit-${finder.chosen}`).scrollIntoView({ block: "nearest" });
}

function sendProduct() {
  const hit = finder.hits[finder.chosen];
  if (!hit || !state.talk) return;
  outbox.add({ conversation: state.talk.id, card: hit.card });
  closeFinder();
  $("reply").focus();
}

function finderKeys(event) {
  const act = {
    ArrowDown: () => chooseHit(finder.chosen + 1),
    ArrowUp: () => chooseHit(finder.chosen - 1),
    Enter: () => $("preview").querySelector("button")?.focus(),
    Escape: () => { closeFinder(); $("reply").focus(); },
  }[event.key];
  if (!act || event.isComposing) return;
  event.preventDefault();
  act();
}

// ---------------------------------------------------------------- keyboard

const ordersOpen = () => document.body.dataset.desk === "orders";

const ORDER_KEYS = {
  j: () => desk.move(1), k: () => desk.move(-1), ArrowDown: () => desk.move(1), ArrowUp: () => desk.move(-1),
  o: () => { location.hash = "#/"; }, "/": () => desk.focusSearch(), "?": () => $("help").showModal(),
};

const KEYS = {
  o: () => { location.hash = "#/orders"; },
  j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
  r: () => ($("composer").hidden ? $("take-over") : $("reply")).focus(),
  t: () => { if (!$("claim").hidden && !$("take-over").hidden) takeOver(); },
  p: () => { if (!$("composer").hidden) $("product-search").focus(); },
  "?": () => $("help").showModal(),
  1: () => choose("waiting"), 2: () => choose("mine"), 3: () => choose("agent"), 4: () => choose("all"),
};

function move(step) {
  const links = [...$("list").querySelectorAll("a")];
  if (!links.length) return;
  const focused = links.indexOf(document.activeElement);
  const from = focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
  links[from < 0 ? 0 : Math.min(links.length - 1, Math.max(0, from + step))].focus();
}

function keyed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !state.me || $("help").open) return;
  const field = event.target.closest?.("input, textarea, select");
  if (event.key === "Escape") return leave(field);
  const arrows = event.key.startsWith("Arrow");
  const keys = ordersOpen() ? ORDER_KEYS : KEYS;
  if (field || !keys[event.key] || (!prefs.keys && !arrows)) return null;
  if (arrows && event.target !== document.body && !event.target.closest("#list, #order-rows")) return null;
  if (event.target.closest("#menu")) return null;
  event.preventDefault();
  return keys[event.key]();
}

function leave(field) {
  if (ordersOpen()) return desk.leave(field);
  if (document.body.classList.contains("side-open")) return sideOpen(false);
  const row = state.talk && rows.get(state.talk.id)?.querySelector("a");
  if (!row) return field?.blur();
  if (matchMedia("(max-width: 760px)").matches && !field) location.hash = "";
  else if (field && !row.offsetParent) field.blur();
  row.focus();
  return null;
}

function replyKeys(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendReply();
}

// ---------------------------------------------------------------- language, colours, beginning

function preferences() {
  for (const box of document.querySelectorAll("[data-preferences]")) {
    const focused = box.contains(document.activeElement) ? document.activeElement.dataset.value : "";
    box.replaceChildren(
      segments("language", [["de", "Deutsch"], ["en", "English"]], speak),
      segments("theme", [["auto", t("theme_auto")], ["light", t("theme_light")], ["dark", t("theme_dark")]], paint),
    );
    if (focused) box.querySelector(`[data-value=${focused}]`).focus();
  }
}

function segments(name, values, chosen) {
  return h("div", { class: "segments", role: "group", "aria-label": t(name) }, values.map(([value, label]) => h("button", {
    type: "button", "data-value": value, lang: name === "language" && value, "aria-pressed": String(prefs[name] === value), onclick: () => { prefer(name, value); chosen(); },
  }, label)));
}

function paint() {
  document.documentElement.dataset.theme = prefs.theme;
  preferences();
}

/** Says everything on the page in the chosen language. */
function speak() {
  document.documentElement.lang = prefs.language;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", t(element.dataset.tLabel));
  for (const element of document.querySelectorAll("[data-t-placeholder]")) element.placeholder = t(element.dataset.tPlaceholder);
  const notice = $("sign-in-notice").dataset.key;
  if (notice) say("sign-in-notice", t(notice));
  say("sign-in-error", "");
  preferences();
  helpKeys();
  names();
  desk.speak();
  if (!state.me) return;
  say("list-note", "");
  showList();
  if (state.talk?.loaded) redraw(state.talk);
}

function helpKeys() {
  const keys = [["key_move", "J", "K", t("arrows")], ["key_open", t("enter")], ["key_take", "T"], ["key_reply", "R"], ["key_product", "P"], ["key_send", t("enter")], ["key_filters", "1 – 4"], ["key_orders", "O"], ["key_search", "/"], ["key_escape", "Esc"], ["key_help", "?"]];
  $("help-keys").replaceChildren(...keys.map(([words, ...strokes]) => h("div", {}, h("dt", {}, strokes.map((key) => h("kbd", {}, key))), h("dd", {}, t(words)))));
}

/** A hidden tab gives its second stream back after a minute (browsers allow six per host) and resumes where it was. */
function visibility() {
  clearTimeout(visibility.timer);
  const talk = state.talk;
  if (!talk?.loaded) return;
  if (document.hidden) {
    visibility.timer = setTimeout(() => { talk.stop?.(); talk.stop = null; }, 60000);
    return;
  }
  if (!talk.stop) listen(talk);
  showList();
}

function wire() {
  $("sign-in-form").addEventListener("submit", signIn);
  $("start-again").addEventListener("click", start);
  $("sign-out").addEventListener("click", signOut);
  $("sound").addEventListener("click", toggleSound);
  $("bell").addEventListener("click", toggleBell);
  $("help-open").addEventListener("click", () => $("help").showModal());
  $("keys-on").checked = prefs.keys;
  $("keys-on").addEventListener("change", () => prefer("keys", $("keys-on").checked));
  $("back").addEventListener("click", () => { const id = state.talk?.id; location.hash = ""; route(); rows.get(id)?.querySelector("a").focus(); });
  $("side-open").addEventListener("click", () => { sideOpen(true); $("side-close").focus(); });
  $("side-close").addEventListener("click", () => { sideOpen(false); $("side-open").focus(); });
  $("trace").addEventListener("click", toggleTrace);
  $("take-over").addEventListener("click", takeOver);
  $("hand-back").addEventListener("click", handBack);
  $("newest").addEventListener("click", toBottom);
  $("scroll").addEventListener("scroll", () => { if (atBottom()) $("newest").hidden = true; }, { passive: true });
  $("composer").addEventListener("submit", sendReply);
  $("reply").addEventListener("keydown", replyKeys);
  $("reply").addEventListener("input", typed);
  $("product-search").addEventListener("input", findSoon);
  $("product-search").addEventListener("keydown", finderKeys);
  $("preview").addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); closeFinder(false); $("product-search").focus(); } });
  document.addEventListener("keydown", keyed);
  document.addEventListener("pointerdown", allowAudio);
  document.addEventListener("keydown", allowAudio);
  document.addEventListener("visibilitychange", visibility);
  addEventListener("hashchange", route);
  addEventListener("online", () => { outbox.nudge?.(); hurry(); });
  setInterval(tick, 1000);
}

const desk = orderDesk({ h, icon, call, toast, chime, notify, prefs, prefer, remembered, remember, fresh, when, instant, safe, changed: names });

wire();
paint();
speak();
start();
