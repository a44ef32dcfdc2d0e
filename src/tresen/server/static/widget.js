/*
 * <tresen-chat>: the counter on a shop's page. No dependencies, no build step.
 *
 *   <script src="https://shop.example/widget.js" defer></script>
 *   <tresen-chat></tresen-chat>
 *
 * Attributes  locale (de, en) · server (default: where the script came from) · product (id) · theme (light, dark) · open
 *             product-url (a page of the shop with {id}, for products whose feed names none)
 * Methods     open() · close() · openCart() · ask(text) · setContext({product}) · addToCart(variantId, quantity) · cart
 *             applyCode(code) · removeCode(code) · openCartLink(token) · checkout()
 * Events      tresen:open · tresen:cart {cart} · tresen:handover {owner, name} · tresen:message {sender, seq, text}
 *             tresen:locale {locale} · tresen:order {number}
 * Variables   --tresen-accent, -on-accent, -accent-text, -bg, -ground, -fg, -radius, -font, -z
 *
 * The screen is a view of the conversation's log: stored events are the truth, live hints only bridge the wait.
 * Everything that comes from the server is put into text nodes, never into markup.
 */
(() => {
  "use strict";

  const SCRIPT = document.currentScript;
  const MOST_BYTES = 16 * 1024;
  const MOST_PICTURE = 8 * 1024 * 1024;
  const PICTURES = ["image/jpeg", "image/png", "image/webp"];
  const UPLOAD = /^\/v1\/conversations\/[\w-]+\/uploads\/[\w-]+$/; // is shown to who has the token
  const SILENCE = 45_000; // the server pings every 15 s
  const EMPTY = { items: [], total: "", count: 0 };
  const LAPSED = ["quote_expired", "quote_changed", "unknown_quote"]; // an offer that was refused so stays refused
  const PHONE = "(max-width: 479px)";

  const WORDS = {
    de: {
      launch: "Beratung", launchLabel: "Beratung: Chat mit dem Shop öffnen", unread: (n) => `${n} neue Nachricht${n > 1 ? "en" : ""}`,
      panel: (shop) => `Chat mit ${shop}`, fallbackShop: "Shop", close: "Chat schließen", menu: "Menü",
      agent: "KI-Assistent", system: "Automatische Nachricht (KI-Assistent)", person: "Mensch", you: "Du",
      ownerAgent: "KI-Assistent", ownerWaiting: "Ein Mensch ist angefragt", ownerWaitingBy: (t) => `Ein Mensch antwortet bis ${t}`,
      ownerOperator: (n) => `${n} ist für dich da`, oclock: (t) => `${t} Uhr`,
      joined: (n) => `${n} hat das Gespräch übernommen.`, handedBack: "Der KI-Assistent antwortet wieder.",
      waitingLine: "Du wartest auf einen Menschen aus dem Team.",
      talkToPerson: "Mit einem Menschen sprechen", backToAssistant: "Weiter mit dem Assistenten",
      search: "Im Gespräch suchen", searchField: "Suchwort", next: "Nächster Treffer", previous: "Voriger Treffer",
      searchClose: "Suche schließen", hits: (i, n) => (n ? `${i} von ${n}` : "kein Treffer"),
      language: "Sprache", newOne: "Neues Gespräch", thread: "Gespräch", erased: "Alles Frühere ist gelöscht.",
      viewed: "Angesehene Produkte berücksichtigen", viewedHint: "Was du ansiehst, darf in diesem Besuch deine Treffer umsortieren. Jederzeit änderbar.",
      compose: "Nachricht", placeholder: "Schreib uns …", send: "Senden", tooLong: (kb) => `Zu lang: ${kb} KB, möglich sind 16 KB.`,
      attach: "Bild anhängen", attachRemove: "Bild entfernen", picture: "Dein Bild", pictureNamed: (n) => `Dein Bild: ${n}`, uploading: "Bild wird hochgeladen …", uploaded: "Bild ist angehängt.",
      pictureSize: "Dieses Bild ist größer als 8 MB.", pictureKind: "Bitte ein Bild als JPEG, PNG oder WebP.",
      typing: "schreibt …", toBottom: "Neue Nachricht", notSent: "Nicht gesendet", retry: "Erneut senden", edit: "Bearbeiten",
      wait: (s) => `Etwas zu schnell. Geht in ${s} s von selbst raus.`,
      offline: "Keine Verbindung. Ich versuche es weiter.", noStart: "Der Chat ist gerade nicht erreichbar.", again: "Noch einmal versuchen",
      products: (n) => (n === 1 ? "1 Produkt" : `${n} Produkte`), left: "Zurückblättern", right: "Weiterblättern",
      rating: (r, n) => `${r} von 5 Sternen, ${n} ${n === 1 ? "Bewertung" : "Bewertungen"}`, soldOut: "ausverkauft",
      choose: "wählen", pleaseChoose: (o) => `Bitte wähle: ${o}.`, add: "In den Warenkorb", added: "Hinzugefügt", details: "Details",
      detailsLabel: (t) => `Details zu ${t}`, inCart: (t, n) => `${t} liegt im Warenkorb, jetzt ${n} Stück.`,
      cart: "Warenkorb", cartOpen: (n) => `Warenkorb öffnen, ${n} Artikel`, cartShow: "Warenkorb ansehen", cartClose: "Zurück zum Gespräch",
      cartEmpty: "Dein Warenkorb ist noch leer.", cartHint: "Frag nach etwas, oder tippe bei einem Produkt auf „In den Warenkorb“.",
      checkout: "Zur Kasse", total: "Summe", more: (t) => `Eins mehr: ${t}`, fewer: (t) => `Eins weniger: ${t}`, remove: "Entfernen", removeLabel: (t) => `Entfernen: ${t}`,
      each: "je", sources: (n) => (n === 1 ? "1 Quelle" : `${n} Quellen`), newTab: "(neuer Tab)", choices: "Antwortvorschläge",
      code: "Rabattcode", codeApply: "Einlösen", codeRemove: (c) => `Code ${c} entfernen`, codeOn: (c) => `Code ${c} ist eingelöst.`,
      offerDone: "Bestätigt", offerGone: "Dieses Angebot gilt nicht mehr.", order: (n) => `Bestellung ${n}`, payNow: "Jetzt bezahlen", orderPage: "Bestellung ansehen",
      compare: (t) => `Vergleich: ${t}`, property: "Eigenschaft", returned: "Rücksendung ist angemeldet", linked: "Du bist erkannt. Wir können jetzt über deine Bestellungen sprechen.",
      changes: { address: "Adresse ist geändert", refunding: "Erstattung ist veranlasst", refunded: "Geld ist erstattet", payment_failed: "Zahlung hat nicht geklappt", payment_expired: "Zahlung ist abgelaufen", return_received: "Rücksendung ist da", return_declined: "Rücksendung ist geprüft" },
      up: "Hilfreich", down: "Nicht hilfreich", other: "Diese Nachricht können wir hier nicht anzeigen.", failed: "Das hat nicht geklappt. Bitte versuch es noch einmal.",
    },
    en: {
      launch: "Ask us", launchLabel: "Ask us: open the chat with the shop", unread: (n) => `${n} new message${n > 1 ? "s" : ""}`,
      panel: (shop) => `Chat with ${shop}`, fallbackShop: "Shop", close: "Close chat", menu: "Menu",
      agent: "AI assistant", system: "Automatic message (AI assistant)", person: "Person", you: "You",
      ownerAgent: "AI assistant", ownerWaiting: "A person has been asked", ownerWaitingBy: (t) => `A person will answer by ${t}`,
      ownerOperator: (n) => `${n} is here for you`, oclock: (t) => t,
      joined: (n) => `${n} has joined the conversation.`, handedBack: "The AI assistant is answering again.",
      waitingLine: "You are waiting for a person from the team.",
      talkToPerson: "Talk to a person", backToAssistant: "Continue with the assistant",
      search: "Search this conversation", searchField: "Search word", next: "Next match", previous: "Previous match",
      searchClose: "Close search", hits: (i, n) => (n ? `${i} of ${n}` : "no match"),
      language: "Language", newOne: "New conversation", thread: "Conversation", erased: "Everything before is erased.",
      viewed: "Use the products I look at", viewedHint: "What you look at may reorder what we find for you during this visit. Change it any time.",
      compose: "Message", placeholder: "Write to us …", send: "Send", tooLong: (kb) => `Too long: ${kb} KB, the limit is 16 KB.`,
      attach: "Attach a picture", attachRemove: "Remove the picture", picture: "Your picture", pictureNamed: (n) => `Your picture: ${n}`, uploading: "Uploading the picture …", uploaded: "The picture is attached.",
      pictureSize: "This picture is larger than 8 MB.", pictureKind: "Please choose a JPEG, PNG or WebP picture.",
      typing: "is typing …", toBottom: "New message", notSent: "Not sent", retry: "Send again", edit: "Edit",
      wait: (s) => `A little too fast. It will be sent by itself in ${s} s.`,
      offline: "No connection. I keep trying.", noStart: "The chat cannot be reached right now.", again: "Try again",
      products: (n) => (n === 1 ? "1 product" : `${n} products`), left: "Scroll back", right: "Scroll on",
      rating: (r, n) => `${r} out of 5 stars, ${n} ${n === 1 ? "rating" : "ratings"}`, soldOut: "sold out",
      choose: "choose", pleaseChoose: (o) => `Please choose: ${o.toLowerCase()}.`, add: "Add to cart", added: "Added", details: "Details",
      detailsLabel: (t) => `Details of ${t}`, inCart: (t, n) => `${t} is in your cart, now ${n}.`,
      cart: "Cart", cartOpen: (n) => `Open cart, ${n} ${n === 1 ? "item" : "items"}`, cartShow: "View cart", cartClose: "Back to the conversation",
      cartEmpty: "Your cart is still empty.", cartHint: "Ask for something, or tap “Add to cart” on a product.",
      checkout: "Checkout", total: "Total", more: (t) => `One more: ${t}`, fewer: (t) => `One fewer: ${t}`, remove: "Remove", removeLabel: (t) => `Remove: ${t}`,
      each: "each", sources: (n) => (n === 1 ? "1 source" : `${n} sources`), newTab: "(new tab)", choices: "Suggested answers",
      code: "Discount code", codeApply: "Apply", codeRemove: (c) => `Remove code ${c}`, codeOn: (c) => `Code ${c} is applied.`,
      offerDone: "Confirmed", offerGone: "This offer is no longer valid.", order: (n) => `Order ${n}`, payNow: "Pay now", orderPage: "View order",
      compare: (t) => `Comparison: ${t}`, property: "Property", returned: "the return is registered", linked: "We know you now, so we can talk about your orders.",
      changes: { address: "the address has changed", refunding: "the refund is on its way", refunded: "the money has been refunded", payment_failed: "the payment did not work", payment_expired: "the payment has expired", return_received: "the return has arrived", return_declined: "the return has been checked" },
      up: "Helpful", down: "Not helpful", other: "We cannot show this message here.", failed: "That did not work. Please try again.",
    },
  };
  const LANGUAGES = { de: "Deutsch", en: "English" };

  const ICONS = {
    chat: "M4 5.5h16v11H9.5L5 20v-3.5H4z M8 9.5h8 M8 12.5h5",
    bot: "M12 3.2v3 M6 6.5h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2z M9 11v1.6 M15 11v1.6 M9.5 15.4h5",
    person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4.5 20c.6-3.6 3.6-5.5 7.5-5.500s6.9 1.9 7.5 5.5",
    cart: "M3 4.500h2.400l2.2 10.500h10l2-7.500H6.2 M9 19.200h.01 M16.5 19.200h.01",
    menu: "M5 12h.01 M12 12h.01 M19 12h.01",
    close: "M6 6l12 12 M18 6L6 18",
    back: "M14.5 6l-6 6 6 6",
    on: "M9.5 6l6 6-6 6",
    up: "M12 19V5 M6 11l6-6 6 6",
    down: "M12 5v14 M6 13l6 6 6-6",
    eye: "M3 12c4-7 14-7 18 0c-4 7-14 7-18 0z M12 12h.01",
    photo: "M4 7.500h3.500l1.500-2.500h6l1.500 2.500H20v11.500H4z M12 16.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z",
    search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z M15.5 15.500L20 20",
    globe: "M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z M3.5 12h17 M12 3.500c5 5 5 12 0 17c-5-5-5-12 0-17z",
    fresh: "M12 5v14 M5 12h14",
    check: "M5 12.500l4.5 4.500L19 7.5",
    minus: "M6 12h12",
    thumb: "M7.5 10.500v9H4.500v-9z M7.5 10.500l3.8-6.500c1.6 0 2.4 1 2.2 2.500l-.5 3h5a1.8 1.8 0 0 1 1.8 2.200l-1.4 6.100a2.2 2.2 0 0 1-2.1 1.700H7.5",
    file: "M7 3.500h7l4 4v13H7z M14 3.500v4h4 M10 12h5 M10 15.500h5",
  };
  const STAR = "M12 2.600l2.9 6 6.6.9-4.8 4.6 1.2 6.6-5.9-3.2-5.9 3.2 1.2-6.600L2.5 9.500l6.6-.9z";

  const DARK = `
    --bg: var(--tresen-bg, #1b1f1d); --ground: var(--tresen-ground, #141716); --bubble: #252a28; --fg: var(--tresen-fg, #eef0ef);
    --muted: #a9b2ae; --line: #3a403d; --tint: color-mix(in oklab, var(--accent) 36%, #1b1f1d);
    --accent-text: var(--tresen-accent-text, color-mix(in oklab, var(--accent) 38%, #fff)); --star: #f2b84b; --bad: #ff9d92; --bad-bg: #46231f;
    --mark: #7a5c00; --mark-on: #ffd34d; color-scheme: dark;`;

  const STYLE = `
  :host { all: initial; display: block; position: fixed; right: 0; bottom: 0; width: 0; height: 0; z-index: var(--tresen-z, 2147483000);
    --accent: var(--tresen-accent, #14665a); --on-accent: var(--tresen-on-accent, #fff); --radius: var(--tresen-radius, 16px);
    --bg: var(--tresen-bg, #fff); --ground: var(--tresen-ground, #f5f5f2); --bubble: #fff; --fg: var(--tresen-fg, #1c201e);
    --muted: #59615d; --line: #dfe1dc; --tint: color-mix(in oklab, var(--accent) 9%, #fff);
    --accent-text: var(--tresen-accent-text, var(--accent)); --star: #c47a00; --bad: #a3271b; --bad-bg: #fdecea;
    --mark: #ffe58a; --mark-on: #ffb84d; color-scheme: light;
    font: 15px/1.5 var(--tresen-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif); color: var(--fg); }
  :host([hidden]) { display: none; }
  @media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
  :host([theme="dark"]) { ${DARK} }
  *, *::before, *::after { box-sizing: border-box; }
  [hidden] { display: none !important; }
  button, input, textarea, select { font: inherit; color: inherit; letter-spacing: inherit; }
  button { background: none; border: 0; padding: 0; cursor: pointer; }
  button:disabled { cursor: default; }
  ul { list-style: none; margin: 0; padding: 0; }
  p, h2, h3 { margin: 0; font: inherit; }
  a { color: var(--accent-text); text-underline-offset: 2px; overflow-wrap: anywhere; }
  svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; flex: none; display: block; }
  :focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px; }
  .sr { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  .launcher { position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: calc(20px + env(safe-area-inset-bottom)); display: flex; align-items: center;
    gap: 10px; height: 54px; padding: 0 22px 0 18px; border-radius: 27px; background: var(--accent); color: var(--on-accent); font-weight: 600;
    box-shadow: 0 1px 2px rgb(0 0 0 / .2), 0 8px 24px rgb(0 0 0 / .2); }
  .launcher svg { width: 24px; height: 24px; }
  .launcher:hover { background: color-mix(in oklab, var(--accent) 88%, #000); }
  .launcher:focus-visible { outline: 3px solid var(--bg); outline-offset: -6px; }
  .badge { min-width: 19px; height: 19px; padding: 0 5px; border-radius: 10px; background: var(--accent); color: var(--on-accent); font-size: 12px; line-height: 19px;
    font-weight: 700; text-align: center; font-variant-numeric: tabular-nums; }
  .launcher .badge { position: absolute; top: -5px; right: 0; background: #b3261e; color: #fff; box-shadow: 0 0 0 2px var(--bg); }

  .panel { position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: calc(20px + env(safe-area-inset-bottom)); width: 408px; height: min(800px, 100dvh - 40px);
    display: flex; flex-direction: column; overflow: hidden; background: var(--bg); border-radius: var(--radius); border: 1px solid var(--line);
    box-shadow: 0 2px 6px rgb(0 0 0 / .08), 0 20px 60px rgb(0 0 0 / .24); }
  .panel:focus { outline: none; }
  .head { display: flex; align-items: center; gap: 11px; padding: 11px 8px 11px 14px; border-bottom: 1px solid var(--line); position: relative; z-index: 3; background: var(--bg); }
  .avatar { width: 38px; height: 38px; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--on-accent); flex: none; font-weight: 700; }
  .who { flex: 1; min-width: 0; }
  .who h2 { font-size: 16px; font-weight: 650; line-height: 1.25; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .state { font-size: 13px; line-height: 1.3; color: var(--muted); }
  .state::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 6px; border-radius: 50%; background: var(--accent-text); }
  .state[data-owner="waiting"]::before { background: var(--star); }
  .state[data-owner="operator"]::before { background: #2e9e55; }
  .icon { width: 40px; height: 40px; border-radius: 11px; display: grid; place-items: center; color: var(--muted); position: relative; flex: none; }
  .icon:hover:enabled { background: var(--ground); color: var(--fg); }
  .icon:disabled { opacity: .45; }
  .icon .badge { position: absolute; top: 0; right: -1px; }
  .icon.dots svg { stroke-width: 3; }

  .menu { position: absolute; top: calc(100% - 4px); right: 10px; min-width: 250px; padding: 6px; background: var(--bg); border: 1px solid var(--line); border-radius: 13px;
    box-shadow: 0 12px 34px rgb(0 0 0 / .2); }
  .menu button { display: flex; gap: 11px; align-items: center; width: 100%; min-height: 42px; padding: 8px 10px; border-radius: 8px; text-align: left; }
  .menu button:hover, .menu button:focus-visible { background: var(--ground); }
  .menu svg { color: var(--muted); }
  .menu .end { margin-left: auto; color: var(--muted); font-size: 13px; }
  .menu hr { border: 0; border-top: 1px solid var(--line); margin: 5px 4px; }

  .bar { display: flex; align-items: center; gap: 4px; padding: 6px 8px 6px 14px; border-bottom: 1px solid var(--line); background: var(--bg); font-size: 14px; }
  .bar input { flex: 1; min-width: 0; height: 36px; padding: 0 10px; border: 1px solid var(--line); border-radius: 9px; background: var(--ground); font-size: 15px; }
  .bar .count { min-width: 66px; text-align: center; color: var(--muted); font-size: 13px; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .bar .icon { width: 34px; height: 36px; }
  .offline { padding: 8px 16px; font-size: 13.500px; background: var(--bad-bg); color: var(--bad); }

  .body { position: relative; flex: 1; min-height: 0; display: flex; flex-direction: column; }
  .thread { position: relative; flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; overflow-anchor: none; background: var(--ground); padding: 16px 16px 4px; scrollbar-width: thin; }
  .thread:focus-visible { outline-offset: -3px; }
  article { margin-bottom: 18px; }
  .meta { display: flex; align-items: center; gap: 6px; margin-bottom: 5px; font-size: 12.500px; color: var(--muted); }
  .meta b { font-weight: 600; color: var(--fg); }
  .meta svg { width: 16px; height: 16px; }
  .meta .mark { display: grid; place-items: center; width: 22px; height: 22px; border-radius: 50%; background: var(--tint); color: var(--accent-text); }
  article[data-sender="operator"] .mark { background: #2e7d4f; color: #fff; }
  .bubble { width: fit-content; max-width: 100%; padding: 10px 14px; border-radius: 4px 16px 16px 16px; background: var(--bubble); border: 1px solid var(--line);
    white-space: pre-wrap; overflow-wrap: anywhere; }
  .bubble + .bubble { margin-top: 6px; }
  article[data-sender="operator"] .bubble { border-color: color-mix(in oklab, #2e7d4f 45%, var(--line)); }
  article[data-sender="shopper"] { display: flex; flex-direction: column; align-items: flex-end; }
  article[data-sender="shopper"] .meta b { font-weight: 500; color: var(--muted); }
  article[data-sender="shopper"] .bubble { max-width: 86%; border-radius: 16px 16px 4px 16px; background: var(--accent); border-color: transparent; color: var(--on-accent); }
  article.tap .bubble { background: var(--tint); color: var(--fg); border-color: color-mix(in oklab, var(--accent) 40%, var(--line)); }
  article.unsent .bubble { background: var(--bubble); color: var(--fg); border: 1px dashed var(--bad); }
  .fault { margin-top: 5px; font-size: 13px; color: var(--bad); display: flex; gap: 10px; flex-wrap: wrap; align-items: center; }
  .quiet { color: var(--muted); }
  .link { color: var(--accent-text); font-weight: 600; text-decoration: underline; text-underline-offset: 2px; border-radius: 4px; }
  .notice { margin-bottom: 6px; font-size: 13.500px; color: var(--muted); }
  .line { margin: 4px 0 18px; text-align: center; font-size: 13px; color: var(--muted); }
  .status { display: flex; align-items: center; gap: 9px; font-size: 13.500px; color: var(--muted); min-height: 26px; }
  .status i { display: inline-flex; gap: 4px; }
  .status i::before, .status i::after, .status i span { content: ""; width: 6px; height: 6px; border-radius: 50%; background: currentColor; opacity: .5; }
  mark { background: var(--mark); color: inherit; border-radius: 2px; }
  article[data-sender="shopper"] mark { color: #1c201e; background: #ffe58a; }
  mark.now { background: var(--mark-on); color: #1c201e; }

  .strip { position: relative; margin: 10px -16px 0; }
  .cards { display: flex; gap: 12px; overflow-x: auto; padding: 2px 16px 12px; scroll-snap-type: x proximity; scroll-padding: 0 16px; scrollbar-width: thin; overscroll-behavior-x: contain; }
  .card { flex: none; width: 222px; display: flex; flex-direction: column; scroll-snap-align: start; background: var(--bg); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; }
  .cards > .card:only-child { width: 250px; }
  .picture { position: relative; aspect-ratio: 5 / 4; background: var(--ground); overflow: hidden; }
  .picture img { width: 100%; height: 100%; object-fit: cover; display: block; }
  .card.gone .picture img { filter: grayscale(.6); opacity: .7; }
  .tag { position: absolute; left: 9px; bottom: 9px; max-width: calc(100% - 18px); padding: 2px 9px; border-radius: 20px; background: #fffffff0; color: #26302c; font-size: 12.500px; font-weight: 600; }
  .tag.out { top: 9px; bottom: auto; background: #26302cf0; color: #fff; }
  .facts { display: flex; flex-direction: column; flex: 1; padding: 10px 12px 12px; }
  .brand { font-size: 12.500px; color: var(--muted); }
  .card h3 { font-weight: 600; line-height: 1.32; margin-bottom: 3px; }
  .card h3 a { color: inherit; text-decoration: none; }
  .card h3 a:hover { text-decoration: underline; }
  .rating { display: flex; align-items: center; gap: 6px; font-size: 13px; color: var(--muted); min-height: 20px; }
  .stars { position: relative; display: inline-flex; color: color-mix(in oklab, var(--muted) 35%, var(--bg)); }
  .stars span { display: flex; }
  .stars .lit { position: absolute; inset: 0 auto 0 0; overflow: hidden; color: var(--star); }
  .stars svg { width: 13px; height: 13px; fill: currentColor; stroke: none; }
  .options { display: grid; grid-template-columns: repeat(auto-fit, minmax(88px, 1fr)); gap: 7px; margin: 9px 0 0; }
  .options label { font-size: 12px; color: var(--muted); display: flex; flex-direction: column; gap: 2px; min-width: 0; }
  .options select, .options output { width: 100%; min-width: 0; height: 34px; padding: 0 6px; font-size: 14px; color: var(--fg); border: 1px solid var(--line); border-radius: 8px; background: var(--bg); text-overflow: ellipsis; }
  .options output { display: block; line-height: 32px; border-color: transparent; padding: 0; white-space: nowrap; overflow: hidden; }
  .options select.missing { border-color: var(--bad); }
  .push { flex: 1; min-height: 9px; }
  .price { display: flex; align-items: baseline; justify-content: space-between; gap: 8px; font-size: 17px; font-weight: 650; margin-bottom: 8px; font-variant-numeric: tabular-nums; }
  .price .link { font-size: 14px; padding: 4px 0; }
  .about-price { margin: -4px 0 8px; font-size: 12px; line-height: 1.35; color: var(--muted); }
  .about-price b { display: block; font-weight: 600; color: var(--fg); }
  .about-price b:empty { display: none; }
  .primary { display: flex; align-items: center; justify-content: center; gap: 7px; width: 100%; min-height: 40px; padding: 6px 12px; border-radius: 10px; background: var(--accent); color: var(--on-accent); font-weight: 600; line-height: 1.2; }
  .primary:hover:enabled { background: color-mix(in oklab, var(--accent) 88%, #000); }
  .primary:disabled { background: var(--line); color: var(--muted); }
  .primary svg { width: 17px; height: 17px; stroke-width: 2.4; }
  .fault.small { margin-top: 7px; line-height: 1.35; }
  .turn { position: absolute; top: 72px; width: 34px; height: 34px; border-radius: 50%; display: grid; place-items: center; background: var(--bg); border: 1px solid var(--line); box-shadow: 0 2px 8px rgb(0 0 0 / .16); }
  .turn.left { left: 6px; } .turn.right { right: 6px; }

  .choices { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; }
  .choices button { min-height: 38px; padding: 6px 14px; border-radius: 20px; border: 1px solid color-mix(in oklab, var(--accent-text) 55%, var(--line)); background: var(--bg); color: var(--accent-text); font-weight: 550; text-align: left; line-height: 1.3; }
  .choices button:hover:enabled { background: var(--tint); }
  .choices button:disabled { color: var(--muted); border-color: var(--line); background: none; font-weight: 400; }
  .choices button.chosen { background: var(--tint); color: var(--fg); }
  .agree { display: flex; gap: 10px; margin-top: 14px; font-size: 13.500px; line-height: 1.35; }
  .agree label { display: block; font-weight: 600; }
  .agree span { color: var(--muted); }
  .agree input { flex: none; width: 20px; height: 20px; margin: 0; accent-color: var(--accent); }
  details { margin-top: 8px; font-size: 14px; }
  summary { display: inline-flex; align-items: center; gap: 6px; padding: 3px 4px; margin-left: -4px; border-radius: 6px; cursor: pointer; color: var(--muted); list-style: none; }
  summary::-webkit-details-marker { display: none; }
  summary svg { width: 16px; height: 16px; }
  summary .on { width: 14px; height: 14px; }
  details[open] summary .on { transform: rotate(90deg); }
  details li { padding: 4px 0 4px 24px; line-height: 1.4; }
  .sum { width: 100%; max-width: 340px; margin-top: 8px; padding: 12px 14px; border: 1px solid var(--line); border-radius: 14px; background: var(--bg); font-size: 14px; }
  .sum li { display: flex; justify-content: space-between; gap: 12px; padding: 3px 0; }
  .sum li span:last-child, .total span:last-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
  .total { display: flex; justify-content: space-between; gap: 12px; font-weight: 650; }
  .sum .total { border-top: 1px solid var(--line); margin-top: 7px; padding-top: 8px; }
  .sum .link { display: inline-block; margin-top: 8px; padding: 4px 0; }
  .sum h3 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 10px; margin-bottom: 6px; font-size: 15px; font-weight: 650; }
  .sum h3 span { font-size: 13px; font-weight: 600; color: var(--accent-text); }
  .sum li span:first-child, dd { overflow-wrap: anywhere; }
  dl { margin: 0; }
  .sum dl { border-top: 1px solid var(--line); margin-top: 7px; padding-top: 6px; }
  dl div { display: flex; justify-content: space-between; gap: 12px; padding: 2px 0; }
  dt { color: var(--muted); flex: none; max-width: 62%; }
  dd { margin: 0; min-width: 0; text-align: right; font-variant-numeric: tabular-nums; }
  .offer, .order { max-width: none; }
  .offer .note { margin: 10px 0; font-size: 13.500px; line-height: 1.4; }
  .offer .primary { min-height: 46px; font-size: 15px; }
  .offer.over { background: none; color: var(--muted); }
  .over h3, .over .total { color: var(--muted); }
  .ended { display: flex; align-items: center; gap: 7px; margin-top: 9px; font-weight: 600; color: var(--fg); }
  .order .primary { margin-top: 11px; text-decoration: none; }
  [aria-busy="true"] { opacity: .6; cursor: progress; }
  .compare { margin: 10px 0 0; overflow: auto; max-height: 70vh; border: 1px solid var(--line); border-radius: 14px; background: var(--bg); font-size: 14px; scrollbar-width: thin; }
  table { border-collapse: separate; border-spacing: 0; min-width: 100%; }
  th, td { padding: 8px 11px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); min-width: 132px; line-height: 1.35; }
  tr:last-child > * { border-bottom: 0; }
  th { font-weight: 600; }
  tr > :first-child { position: sticky; left: 0; min-width: 92px; max-width: 128px; font-weight: 400; color: var(--muted); background: var(--bg); }
  th, th a { overflow-wrap: break-word; hyphens: auto; }
  th a { color: inherit; }
  .media { display: block; max-width: 100%; margin-top: 8px; border-radius: 12px; }
  .own { max-width: min(100%, 240px); max-height: 240px; object-fit: cover; }
  .thumbs { display: flex; gap: 2px; margin: 4px 0 0 -6px; }
  .thumbs button { width: 32px; height: 30px; display: grid; place-items: center; border-radius: 8px; color: var(--muted); }
  .thumbs button:hover { color: var(--fg); background: var(--line); }
  .thumbs button[aria-pressed="true"] { color: var(--accent-text); }
  .thumbs button[aria-pressed="true"] path { fill: color-mix(in oklab, currentColor 40%, transparent); }
  .thumbs svg { width: 17px; height: 17px; }
  .thumbs .flip { transform: rotate(180deg); }
  .bottom { position: absolute; white-space: nowrap; left: 50%; bottom: 12px; transform: translateX(-50%); display: flex; gap: 6px; align-items: center; padding: 7px 14px 7px 11px; border-radius: 20px; background: var(--fg); color: var(--bg); font-size: 13.500px; font-weight: 600; box-shadow: 0 4px 14px rgb(0 0 0 / .25); }
  .bottom svg { width: 16px; height: 16px; }

  .say { display: flex; align-items: flex-end; gap: 8px; padding: 10px 10px calc(10px + env(safe-area-inset-bottom) * var(--edge, 0)) 12px; border-top: 1px solid var(--line); background: var(--bg); }
  textarea { flex: 1; min-width: 0; height: 44px; max-height: 148px; padding: 10px 14px; resize: none; line-height: 22px; font-size: 16px; border: 1px solid color-mix(in oklab, var(--muted) 60%, var(--line)); border-radius: 22px; background: var(--bg); scrollbar-width: thin; }
  textarea::placeholder { color: var(--muted); opacity: 1; }
  textarea:focus-visible { outline-offset: -1px; }
  .attach { height: 44px; margin: 0 -4px 0 -6px; }
  .attached { display: flex; align-items: center; gap: 10px; padding: 10px 12px 0; border-top: 1px solid var(--line); background: var(--bg); font-size: 14px; line-height: 1.35; }
  .attached + .say { border-top-color: transparent; }
  .attached[hidden] + .say { border-top-color: var(--line); }
  .attached img { width: 56px; height: 56px; border-radius: 10px; object-fit: cover; background: var(--ground); border: 1px solid var(--line); flex: none; }
  .attached p { flex: 1; min-width: 0; color: var(--muted); overflow-wrap: anywhere; }
  .attached p.bad { color: var(--bad); }
  .send { width: 44px; height: 44px; border-radius: 50%; display: grid; place-items: center; flex: none; background: var(--accent); color: var(--on-accent); }
  .send:disabled { background: var(--line); color: var(--muted); }
  .limit { padding: 6px 16px 0; font-size: 13px; color: var(--bad); background: var(--bg); }

  .drawer { position: absolute; inset: 0; z-index: 2; display: flex; flex-direction: column; background: var(--bg); }
  .drawer .top { display: flex; align-items: center; gap: 6px; padding: 6px 14px 6px 6px; border-bottom: 1px solid var(--line); }
  .drawer .top h2 { font-size: 16px; font-weight: 650; }
  .drawer .items { flex: 1; overflow-y: auto; padding: 2px 16px; overscroll-behavior: contain; }
  .item { display: grid; grid-template-columns: 68px 1fr auto; gap: 2px 12px; padding: 14px 0; border-bottom: 1px solid var(--line); }
  .item:last-child { border-bottom: 0; }
  .item .thumb { grid-row: span 3; width: 68px; height: 68px; border-radius: 11px; object-fit: cover; background: var(--ground); }
  .item .name { font-weight: 600; line-height: 1.3; }
  .item .sumof { font-weight: 600; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .item .sub { grid-column: 2 / 4; font-size: 13.500px; color: var(--muted); }
  .item .acts { grid-column: 2 / 4; display: flex; align-items: center; justify-content: space-between; margin-top: 6px; }
  .item .fault { grid-column: 2 / 4; }
  .step { display: inline-flex; align-items: center; border: 1px solid var(--line); border-radius: 10px; }
  .step button { width: 36px; height: 34px; display: grid; place-items: center; border-radius: 9px; }
  .step button:hover:enabled { background: var(--ground); }
  .step button:disabled { color: var(--line); }
  .step svg { width: 16px; height: 16px; }
  .step b { min-width: 28px; text-align: center; font-weight: 600; font-variant-numeric: tabular-nums; }
  .item .acts .link { font-size: 14px; font-weight: 500; color: var(--muted); padding: 6px 0; }
  .foot { padding: 12px 16px 16px; border-top: 1px solid var(--line); font-size: 14px; }
  .foot .total { margin: 6px 0 4px; font-size: 17px; }
  .foot .small { font-size: 12.500px; line-height: 1.4; }
  .foot .primary { min-height: 46px; margin-top: 11px; }
  .code { display: flex; gap: 8px; margin-bottom: 8px; }
  .code input { flex: 1; min-width: 0; height: 38px; padding: 0 12px; font-size: 16px; border: 1px solid color-mix(in oklab, var(--muted) 60%, var(--line)); border-radius: 10px; background: var(--bg); text-transform: uppercase; }
  .code input::placeholder { color: var(--muted); opacity: 1; text-transform: none; font-size: 14px; }
  .code button, .codes button { padding: 0 14px; border: 1px solid color-mix(in oklab, var(--accent-text) 55%, var(--line)); border-radius: 10px; color: var(--accent-text); font-weight: 600; }
  .codes { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 8px; }
  .codes button { display: inline-flex; align-items: center; gap: 6px; min-height: 32px; padding: 0 8px 0 12px; border-radius: 16px; font-size: 13px; }
  .codes svg { width: 14px; height: 14px; }
  .empty { flex: 1; display: grid; place-content: center; justify-items: center; gap: 8px; padding: 32px; text-align: center; color: var(--muted); }
  .empty svg { width: 44px; height: 44px; stroke-width: 1.3; margin-bottom: 4px; }
  .empty b { color: var(--fg); font-weight: 600; }

  @media (max-height: 620px) {
    .drawer { overflow-y: auto; display: block; }
    .panel.carted .say { display: none; }
  }
  @media (max-height: 400px) {
    .avatar { display: none; }
    .head, .say { padding-top: 4px; padding-bottom: 4px; }
    .state { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  }
  @media (max-width: 479px) {
    .panel { inset: 0; top: var(--top, 0); bottom: auto; width: 100%; height: var(--high, 100dvh); border: 0; border-radius: 0; }
    .head { padding-top: calc(11px + env(safe-area-inset-top)); }
    .say { --edge: 1; }
    .launcher { padding: 0; width: 58px; height: 58px; border-radius: 50%; justify-content: center; right: 16px; bottom: calc(16px + env(safe-area-inset-bottom)); }
    .launcher .name { display: none; }
    .icon { width: 44px; height: 44px; }
  }
  @media (prefers-reduced-motion: no-preference) {
    .panel { animation: rise .2s cubic-bezier(.2, .8, .3, 1); }
    .drawer { animation: slide .2s cubic-bezier(.2, .8, .3, 1); }
    .launcher, .primary, .icon, .choices button, .menu button { transition: background .14s, color .14s; }
    .status i::before, .status i::after, .status i span { animation: pulse 1.2s infinite; }
    .status i span { animation-delay: .18s; } .status i::after { animation-delay: .36s; }
    .cards { scroll-behavior: smooth; }
    @keyframes rise { from { opacity: 0; transform: translateY(14px); } }
    @keyframes slide { from { opacity: 0; transform: translateX(24px); } }
    @keyframes pulse { 30% { opacity: 1; transform: translateY(-2px); } }
  }
  @media (forced-colors: active) { .bubble, .card, .primary, .send, .sum, .compare, .launcher { border: 1px solid; } }`;

  // --- nodes -------------------------------------------------------------------------------------------------------

  /** A DOM node. Props: `on*` are listeners, `data`/`aria` maps, anything else an attribute; null children vanish. */
  function el(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name === "test") node.dataset.testid = value;
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  }

  function drawing(path, className) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    if (className) svg.setAttribute("class", className);
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  const icon = (name, className) => drawing(ICONS[name], className);

  /** Text with **bold** as nodes. */
  function rich(text) {
    return String(text).replace(/(\d) (?=[€$£%])/g, "$1\u00a0").split(/\*\*(.+?)\*\*/s).map((piece, i) => (i % 2 ? el("strong", null, piece) : piece)).filter((piece) => piece !== "");
  }

  const plain = (text) => String(text).replace(/\*\*(.+?)\*\*/gs, "$1");

  /** Where `text` may be cut into whole sentences: the length of all complete ones. */
  function wholeSentences(text) {
    let end = 0;
    for (const match of text.matchAll(/[.!?…:]["”“»)]*\s+|\n+/g)) {
      if (!/\d\.\s*$/.test(match.input.slice(0, match.index + 1))) end = match.index + match[0].length;
    }
    return end;
  }

  const unique = (values) => [...new Set(values)];
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  function clientId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // --- the wire ----------------------------------------------------------------------------------------------------

  /** What the server refused: `status` 0 means it could not be reached. `wait` is in seconds. */
  class Problem extends Error {
    constructor(status, body = {}, wait = 0) {
      super(body.detail || body.title || `HTTP ${status}`);
      Object.assign(this, { status, code: body.code || "", detail: body.detail || "", wait });
    }
    get gone() { return this.status === 401 || this.status === 404; }
  }

  async function problemOf(response) {
    const body = await response.json().catch(() => ({}));
    return new Problem(response.status, body, Number(response.headers.get("Retry-After")) || 0);
  }

  async function reach(url, options) {
    const response = await fetch(url, options).catch((error) => {
      throw error.name === "AbortError" ? error : new Problem(0);
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  /** The events of an SSE stream: {id, event, data}. `beat` is called whenever bytes arrive. */
  async function* readEvents(stream, beat) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      beat();
      const blocks = (rest + value).split(/\r\n\r\n|\n\n/);
      rest = blocks.pop();
      for (const block of blocks) {
        const event = { id: "", event: "message", data: "" };
        for (const line of block.split(/\r?\n/)) {
          const [, field, content] = /^([a-z]+): ?(.*)$/.exec(line) || [];
          if (field === "data") event.data += (event.data && "\n") + content;
          else if (field) event[field] = content;
        }
        if (event.data) yield event;
      }
    }
  }

  function dataUrl(blob) {
    return new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = () => failed(reader.error);
      reader.readAsDataURL(blob);
    });
  }

  // --- what the browser remembers ----------------------------------------------------------------------------------

  const memory = {
    read(storage, key) {
      try { return JSON.parse(storage.getItem(key)); } catch { return null; }
    },
    write(storage, key, value) {
      try { storage.setItem(key, JSON.stringify(value)); } catch { /* private window: lives as long as the page */ }
    },
  };

  // --- the element -------------------------------------------------------------------------------------------------

  class TresenChat extends HTMLElement {
    static observedAttributes = ["locale", "open", "product"];

    #ui = {};
    #record = { pending: [] };
    #log = [];
    #seq = 0;
    #owner = "agent";
    #operator = "";
    #promised = null;
    #cart = EMPTY;
    #thumbs = new Map();
    #turn = null;
    #ended = new Set();
    #typist = "";
    #typing = 0;
    #saidText = "";
    #product = "";
    #viewed = "";
    #shown = false;
    #unread = 0;
    #online = true;
    #startFault = null;
    #drawer = false;
    #cartFault = {};
    #cartQueue = Promise.resolve();
    #code = { draft: "", fault: "" };
    #offers = new Map();
    #orders = new Map();
    #echoes = [];
    #starting = null;
    #flushing = null;
    #attachment = null;
    #pictures = new Map();
    #reader = null;
    #loop = null;
    #loaded = false;
    #wake = () => {};
    #attach = () => {};
    #attached = Promise.resolve();
    #restarts = 0;
    #stuck = true;
    #rest = 0;
    #hits = [];
    #hit = 0;
    #listeners = new AbortController();

    constructor() {
      super();
      this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.shadowRoot.adoptedStyleSheets = [sheet];
    }

    connectedCallback() {
      if (this.#loop) return;
      this.server = (this.getAttribute("server") || (SCRIPT?.src ? new URL(SCRIPT.src).origin : location.origin)).replace(/\/+$/, "");
      this.key = `tresen:${this.server}`;
      this.#recall();
      this.#product = this.getAttribute("product") || "";
      this.#listeners = new AbortController();
      const { signal } = this.#listeners;
      window.addEventListener("online", () => this.#back(), { signal });
      window.addEventListener("storage", (event) => event.key === this.key && this.#followOtherTab(), { signal });
      document.addEventListener("visibilitychange", () => (document.hidden ? this.#reader?.abort() : this.#wake()), { signal });
      window.visualViewport?.addEventListener("resize", () => this.#fitKeyboard(), { signal });
      window.visualViewport?.addEventListener("scroll", () => this.#fitKeyboard(), { signal });
      this.#build();
      if (this.#record.id) this.#listen();
      const wasOpen = memory.read(sessionStorage, `${this.key}:open`) && !matchMedia(PHONE).matches;
      if (this.hasAttribute("open") || wasOpen) this.open({ focus: false });
    }

    disconnectedCallback() {
      this.#listeners.abort();
      this.#loop = null;
      this.#reader?.abort();
    }

    attributeChangedCallback(name, old, value) {
      if (!this.key || old === value) return;
      if (name === "locale" && value) this.#setLocale(value);
      if (name === "open") value === null ? this.close() : this.#shown || this.open();
      if (name === "product") this.setContext({ product: value || "" });
    }

    // --- for the page ---

    /** The cart as the server last told it: {items, total, count}. */
    get cart() { return this.#cart; }

    open({ focus = true } = {}) {
      if (this.#shown) return focus && this.#focusInside();
      this.#shown = true;
      this.#unread = 0;
      this.toggleAttribute("open", true);
      memory.write(sessionStorage, `${this.key}:open`, true);
      this.#frame();
      this.#toBottom();
      if (focus) this.#focusInside();
      this.#ensure().catch(() => {});
      this.#emit("open", {});
    }

    close() {
      if (!this.#shown) return;
      const inside = this.shadowRoot.activeElement;
      this.#shown = false;
      this.toggleAttribute("open", false);
      memory.write(sessionStorage, `${this.key}:open`, false);
      this.#closeMenu();
      this.#frame();
      if (inside) this.#ui.launcher.focus();
    }

    openCart() {
      this.open({ focus: false });
      this.#showDrawer(true);
    }

    /** Say `text` as the shopper; opens the chat. */
    ask(text) {
      this.open();
      if (String(text).trim()) this.#say({ text: String(text).trim() });
    }

    /** Tell what the shopper is looking at: {product: id}. */
    setContext({ product = "" } = {}) {
      this.#product = product;
      if (product && this.#record.id) this.#tellViewed();
    }

    /** Put `quantity` more of a variant into the cart; resolves to the cart, rejects with {code, detail}. */
    addToCart(variantId, quantity = 1) {
      return this.#changeCart(variantId, (held) => held + quantity);
    }

    /** Count a code in, or out again; resolves to the cart, rejects with {code, detail}. */
    applyCode(code) { return this.#changeCodes("POST", "/codes", { code }); }

    removeCode(code) { return this.#changeCodes("DELETE", `/codes/${encodeURIComponent(code)}`); }

    /** Put what a cart link carries into the cart; resolves to {summary, missing: [sentence]}. */
    async openCartLink(token) {
      const found = await this.#asking(() => this.#call("POST", "/cart/open", { token }));
      this.#setCart(found.summary);
      return found;
    }

    /** Leave for the checkout page of this cart. */
    async checkout() {
      const { url } = await this.#asking(() => this.#call("POST", "/checkout/link"));
      location.assign(url);
    }

    #emit(name, detail) {
      this.dispatchEvent(new CustomEvent(`tresen:${name}`, { bubbles: true, composed: true, detail }));
    }

    // --- memory and language ---

    #recall() {
      this.#record = { pending: [], ...(memory.read(localStorage, this.key) || {}) };
      const wanted = [this.#record.locale, this.getAttribute("locale"), document.documentElement.lang, ...(navigator.languages || [])];
      this.locale = wanted.map((tag) => String(tag || "").slice(0, 2).toLowerCase()).find((tag) => WORDS[tag]) || "en";
    }

    /** The language as this browser's owner writes it: `en-GB` has another clock than `en-US`. */
    get #region() { return navigator.languages?.find((tag) => tag.startsWith(this.locale)) || this.locale; }

    #save() { memory.write(localStorage, this.key, this.#record); }

    get #words() { return WORDS[this.locale]; }

    get #shop() { return this.#record.shop?.name || this.#words.fallbackShop; }

    #setLocale(tag) {
      const locale = String(tag).slice(0, 2).toLowerCase();
      if (!WORDS[locale] || locale === this.locale) return;
      this.locale = locale;
      this.#record.locale = locale;
      this.#save();
      this.#build();
      this.#emit("locale", { locale });
      if (this.#record.id) this.#switchLanguage(locale).catch(() => {});
    }

    /** A conversation in which nothing happened starts again, so that its greeting is in the new language. */
    async #switchLanguage(locale) {
      const untouched = this.#loaded && !this.#log.length && !this.#record.pending.length && !this.#cart.count;
      if (untouched) {
        this.#forget();
        if (this.#shown) await this.#ensure();
        return;
      }
      await this.#call("PUT", "/locale", { locale });
      this.#setCart((await this.#call("GET", "")).cart);
    }

    #followOtherTab() {
      const other = memory.read(localStorage, this.key);
      if (!other) return;
      const [mine, before] = [this.#record.id, this.locale];
      if (other.id !== mine) {
        this.#reset();
        this.#record = { ...other, pending: this.#record.pending };
        if (other.id) this.#listen();
      }
      this.locale = WORDS[other.locale] ? other.locale : this.locale;
      if (other.id !== mine || before !== this.locale) this.#build();
    }

    // --- the conversation ---

    async #call(method, path, body, id = this.#record.id) {
      const headers = { Accept: "application/json" };
      const bytes = body instanceof Blob;
      if (body) headers["Content-Type"] = bytes ? body.type : "application/json";
      if (id) headers.Authorization = `Bearer ${this.#record.token}`;
      const url = `${this.server}/v1/conversations${id ? `/${encodeURIComponent(id)}` : ""}${path}`;
      const response = await reach(url, { method, headers, body: bytes ? body : body && JSON.stringify(body) });
      return response.status === 204 ? null : response.json();
    }

    /** The conversation, begun if there is none. */
    #ensure() {
      if (this.#record.id) return Promise.resolve();
      this.#starting ??= this.#start().finally(() => (this.#starting = null));
      return this.#starting;
    }

    async #start() {
      const context = { page: location.href, referrer: document.referrer };
      if (this.#product) context.product = this.#product;
      try {
        const made = await this.#call("POST", "", { locale: this.locale, context }, "");
        const { id, token, greeting, shop, viewed } = made;
        const agreed = this.#record.viewed;
        this.#record = { ...this.#record, id, token, greeting, shop, viewed };
        this.#save();
        if (agreed && viewed === false) this.#agree(true);
      } catch (problem) {
        this.#startFault = problem;
        this.#renderThread();
        throw problem;
      }
      this.#startFault = null;
      this.#loaded = true;
      this.#viewed = this.#product;
      this.#frame();
      this.#renderThread();
      if (this.#shown) this.#announce(`${this.#words.agent}: ${this.#record.greeting.notice} ${this.#record.greeting.text}`);
      this.#listen();
    }

    /** Leave the conversation behind; language and unsent messages stay. */
    #forget() {
      this.#reset();
      const { locale, pending, shop, viewed } = this.#record;
      this.#record = { locale, pending, shop, viewed };
      this.#save();
      this.#build();
    }

    #reset() {
      this.#loop = null;
      this.#reader?.abort();
      this.#log = [];
      this.#seq = 0;
      this.#owner = "agent";
      this.#operator = "";
      this.#promised = null;
      this.#thumbs.clear();
      this.#turn = null;
      this.#ended.clear();
      this.#loaded = false;
      this.#viewed = "";
      this.#cartFault = {};
      this.#code = { draft: "", fault: "" };
      this.#offers.clear();
      this.#orders.clear();
      this.#echoes = [];
      this.#setCart(EMPTY);
    }

    /** A new conversation for the same shopper at the same shelf: the cart comes along. */
    async #begin() {
      const held = this.#cart.items;
      this.#record.pending = [];
      this.#forget();
      await this.#ensure();
      await this.#refill(held);
      this.#focusInside();
    }

    async #tellViewed() {
      if (this.#viewed === this.#product) return;
      this.#viewed = this.#product;
      await this.#call("POST", "/viewed", { product: this.#product }).catch(() => {});
    }

    /** Follow the log until the conversation is left: snapshot, then events, again from the last one seen. */
    async #listen() {
      const loop = (this.#loop = {});
      this.#attached = new Promise((done) => (this.#attach = done));
      const mine = () => this.#loop === loop;
      for (let failures = 0; mine(); ) {
        if (document.hidden) await this.#woken();
        if (!mine()) return;
        let wait = 0;
        try {
          if (!this.#loaded) await this.#load(mine);
          await this.#follow(mine, () => {
            failures = 0;
            this.#attach();
            this.#setOnline(true);
          });
        } catch (problem) {
          if (!mine()) return;
          if (problem.gone) return this.#startAfresh();
          wait = problem.wait || 0;
          if (problem.name !== "AbortError") failures += 1;
        }
        if (!mine()) return;
        if (failures > 1) this.#setOnline(false);
        const backoff = Math.min(15_000, 400 * 2 ** failures) * (0.75 + Math.random() / 2);
        await Promise.race([pause(Math.max(backoff, wait * 1000)), this.#woken()]);
      }
    }

    #woken() { return new Promise((done) => (this.#wake = done)); }

    async #load(mine) {
      const snapshot = await this.#call("GET", "");
      if (!mine()) return;
      this.#log = [];
      this.#owner = snapshot.owner.split(":")[0];
      for (const event of snapshot.events) this.#keep(event);
      this.#owner = snapshot.owner.split(":")[0];
      this.#operator = snapshot.operator || this.#operator;
      this.#seq = snapshot.last_seq;
      this.#loaded = true;
      this.#record.pending = this.#record.pending.filter((message) => !(message.seq <= this.#seq));
      for (const message of this.#record.pending) if (!message.seq && message.state !== "refused") message.state = "sending";
      this.#record.viewed = snapshot.viewed;
      this.#setCart(snapshot.cart);
      this.#frame();
      this.#renderThread();
      this.#toBottom();
      this.#flush();
      if (this.#product) this.#tellViewed();
      if (snapshot.locale !== this.locale) this.#switchLanguage(this.locale).catch(() => {});
    }

    async #follow(mine, opened) {
      const reader = (this.#reader = new AbortController());
      let watch;
      const beat = () => {
        clearTimeout(watch);
        watch = setTimeout(() => reader.abort(), SILENCE);
      };
      beat();
      try {
        const headers = { Accept: "text/event-stream", Authorization: `Bearer ${this.#record.token}`, "Last-Event-ID": String(this.#seq) };
        const url = `${this.server}/v1/conversations/${encodeURIComponent(this.#record.id)}/events`;
        const response = await reach(url, { headers, signal: reader.signal, cache: "no-store" });
        opened();
        this.#missHints();
        for await (const { event, data } of readEvents(response.body, beat)) {
          if (!mine()) return;
          this.#restarts = 0;
          this.#receive({ event, ...JSON.parse(data) });
        }
      } finally {
        clearTimeout(watch);
        reader.abort();
      }
    }

    /** Deltas between two streams are lost; what is left of a running answer is not shown half. */
    #missHints() {
      if (!this.#turn) return;
      Object.assign(this.#turn, { text: "", broken: true });
      this.#renderLive();
    }

    /** The server no longer knows this conversation: begin another, silently, with what is still known. */
    async #startAfresh() {
      const held = this.#cart.items;
      this.#forget();
      await pause(this.#restarts++ * 2000);
      if (this.#shown || this.#record.pending.length || held.length) await this.#ensure().catch(() => {});
      this.#flush();
      this.#refill(held);
    }

    async #refill(held) {
      for (const item of held) await this.#changeCart(item.variant_id, () => item.quantity).catch(() => {});
    }

    #setOnline(online) {
      if (this.#online === online) return;
      this.#online = online;
      this.#ui.offline.hidden = online;
      if (online) this.#back();
    }

    /** The network is there again: knock at once, and send what could not be sent. */
    #back() {
      this.#wake();
      for (const message of this.#record.pending) if (message.state === "failed") message.state = "sending";
      if (this.#record.pending.length) this.#flush();
      else if (this.#startFault && this.#shown) this.#ensure().catch(() => {});
    }

    // --- events ---

    #receive(event) {
      if (event.seq === undefined) return this.#hint(event);
      if (event.seq <= this.#seq) return;
      const before = this.#owner;
      this.#setClock(event.at);
      this.#keep(event);
      this.#seq = event.seq;
      if (event.event === "message.received") this.#settle(event);
      this.#renderLive();
      this.#place(event);
      this.#frame();
      this.#tell(event, before);
    }

    /** How far this clock is ahead of the server's: offers end by the server's. Late news only look further ahead. */
    #setClock(at) {
      const ahead = Date.now() - Date.parse(at);
      if (!(ahead < (this.#record.ahead ?? Infinity))) return;
      this.#record.ahead = ahead;
      this.#save();
    }

    /** Take a stored event into what we know; draws nothing. */
    #keep(event) {
      this.#log.push(event);
      switch (event.event) {
        case "order.placed":
          this.#orderNews(event.order, ["order"]);
          break;
        case "order.changed":
          this.#orderNews(event.order, { cancelled: ["cancel", "withdrawal"], address: ["address"] }[event.change] || []);
          break;
        case "return.requested":
          this.#orderNews(event.order, ["return", "withdrawal"]);
          break;
        case "turn.started":
          if (this.#turn?.id !== event.turn) this.#turn = { id: event.turn, text: "", label: "", said: 0, broken: !this.#loaded };
          break;
        case "turn.failed":
        case "turn.abandoned":
          this.#endTurn(event.turn);
          break;
        case "message.sent":
          if (event.turn) this.#endTurn(event.turn);
          if (event.sender.startsWith("operator")) this.#typist = "";
          for (const part of event.parts) {
            if (part.type === "order") this.#orders.set(part.number, part);
            if (part.type === "confirmation") this.#keepOffer(part);
          }
          break;
        case "handover.asked":
          this.#promised = event.promised_by ? new Date(event.promised_by) : null;
          break;
        case "owner.changed":
          this.#owner = event.owner.split(":")[0];
          this.#operator = this.#owner === "operator" ? event.label || this.#words.person : "";
          this.#typist = "";
          if (this.#owner !== "agent") this.#endTurn(this.#turn?.id);
          break;
        case "cart.changed":
          if (this.#loaded) this.#heard(event);
          break;
        case "feedback.given":
          this.#thumbs.set(event.message, event.thumb);
          break;
        case "history.erased":
          this.#log = [event];
          this.#record.viewed &&= false;
          for (const known of [this.#offers, this.#orders, this.#pictures, this.#thumbs]) known.clear();
          break;
      }
    }

    /** A new offer of its kind ends the one before. */
    #keepOffer({ kind, title, action, expires_at: until }) {
      for (const offer of this.#offers.values()) if (offer.kind === kind && !offer.ended) offer.ended = "gone";
      this.#offers.set(action.target, { kind, title, until: Date.parse(until), ended: "" });
    }

    /** How an order stands now, and which offers that carried out. */
    #orderNews(order, kinds) {
      this.#orders.set(order.number, order);
      for (const offer of this.#offers.values()) {
        const meant = offer.kind === "order" || offer.title.includes(order.number);
        if (!offer.ended && meant && kinds.includes(offer.kind)) offer.ended = "done";
      }
    }

    #endTurn(turn) {
      if (turn) this.#ended.add(turn);
      if (this.#turn?.id === turn) this.#turn = null;
    }

    #hint(hint) {
      if (hint.event === "typing" && hint.who === "operator") return this.#operatorTypes(hint.label);
      if (!hint.turn || this.#owner !== "agent" || this.#ended.has(hint.turn)) return;
      if (this.#turn?.id !== hint.turn) this.#turn = { id: hint.turn, text: "", label: "", said: 0, broken: true };
      const turn = this.#turn;
      if (hint.event === "tool.started") turn.label = hint.label || "";
      if (hint.event === "text.reset") Object.assign(turn, { text: "", said: 0, broken: false });
      if (hint.event === "text.delta" && !turn.broken) {
        turn.text += hint.text;
        turn.label = "";
        const whole = wholeSentences(turn.text);
        if (whole > turn.said) {
          this.#announce(plain(turn.text.slice(turn.said, whole)));
          turn.said = whole;
          this.#saidText = turn.text.slice(0, whole);
        }
      }
      this.#renderLive();
    }

    #operatorTypes(name) {
      if (this.#owner === "agent") return;
      this.#typist = name || this.#operator || this.#words.person;
      this.#renderLive();
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => {
        this.#typist = "";
        this.#renderLive();
      }, 6000);
    }

    /** Let the page and the screen reader know what has just been stored. */
    #tell(event, ownerBefore) {
      if (event.event === "message.sent") {
        this.#emit("message", { sender: event.sender, seq: event.seq, text: this.#textOf(event) });
        const text = this.#textOf(event);
        const rest = this.#saidText && text.startsWith(this.#saidText) ? text.slice(this.#saidText.length) : text;
        const fresh = rest === text ? `${this.#senderName(event)}: ${rest}` : rest;
        this.#announce([plain(fresh), ...this.#partsAloud(event)].join(" "));
        this.#saidText = "";
        if (!this.#shown) {
          this.#unread += 1;
          this.#frame();
        }
      }
      if (event.event === "order.placed") this.#emit("order", { number: event.order.number });
      if (["order.placed", "shopper.linked"].includes(event.event)) this.#renewCart().catch(() => {});
      if (event.order || event.event === "shopper.linked") this.#announce(this.#newsOf(event));
      if (event.event === "message.received") this.#emit("message", { sender: "shopper", seq: event.seq, text: this.#textOf(event) });
      if (event.event === "owner.changed" && ownerBefore !== this.#owner) {
        this.#emit("handover", { owner: this.#owner, name: this.#operator });
        this.#announce(this.#ownerLine());
      }
    }

    #textOf(event) {
      return event.parts.map((part) => (part.type === "text" ? part.text : part.type === "action" ? part.label : "")).filter(Boolean).join("\n");
    }

    #partsAloud(event) {
      const words = this.#words;
      const aloud = {
        cards: ({ cards }) => `${words.products(cards.length)}: ${cards.map((card) => `${card.title}, ${card.price}`).join("; ")}.`,
        confirmation: ({ title, total, button }) => `${title}. ${total && `${words.total}: ${total}.`} ${button}.`,
        order: ({ number, label }) => `${words.order(number)}: ${label}.`,
        comparison: ({ cards }) => `${words.compare(cards.map((card) => card.title).join("; "))}.`,
      };
      return event.parts.filter((part) => aloud[part.type]).map((part) => aloud[part.type](part));
    }

    #announce(text) {
      if (!text.trim() || !this.#shown) return;
      const line = el("p", null, text.trim().replace(/([^.!?…:"”“»)])$/, "$1."));
      this.#ui.live.append(line);
      setTimeout(() => line.remove(), 10_000);
    }

    // --- saying something ---

    #say(body) {
      const message = { id: clientId(), ...body, state: "sending" };
      this.#record.pending.push(message);
      this.#save();
      this.#renderPending();
      this.#settleChoices();
      this.#toBottom();
      this.#flush();
    }

    /** Send what is pending, in order, one after the other. */
    #flush() {
      this.#flushing ??= this.#sendAll().finally(() => (this.#flushing = null));
    }

    async #sendAll() {
      for (let message; (message = this.#record.pending.find((item) => item.state === "sending")); ) {
        try {
          await this.#ensure();
          await Promise.race([this.#attached, pause(1500)]); // else the first words of the answer are missed
          const { seq } = await this.#call("POST", "/messages", { id: message.id, text: message.text, action: message.action, attachments: message.pictures?.map((picture) => picture.id) });
          message.state = "sent";
          message.seq = seq;
          if (seq <= this.#seq) this.#drop(message);
        } catch (problem) {
          if (problem.gone && this.#record.id && !message.moved) {
            message.moved = true;
            const held = this.#cart.items;
            this.#forget();
            this.#refill(held);
            continue;
          }
          this.#notSent(message, problem);
        }
        this.#save();
        this.#renderPending();
      }
    }

    #notSent(message, problem) {
      message.state = "failed";
      message.fault = "";
      if (problem.status === 409) this.#drop(message);
      if (problem.status === 413 || problem.status === 422) Object.assign(message, { state: "refused", fault: problem.detail });
      if (problem.status === 429) this.#sendLater(message, problem.wait || 5);
    }

    #sendLater(message, seconds) {
      message.state = "later";
      message.until = Date.now() + seconds * 1000;
      const tick = setInterval(() => {
        if (message.state !== "later") return clearInterval(tick);
        if (Date.now() >= message.until) {
          clearInterval(tick);
          this.#resend(message);
        }
        this.#renderPending();
      }, 1000);
    }

    #resend(message) {
      message.state = "sending";
      this.#renderPending();
      this.#flush();
    }

    #drop(message) {
      this.#record.pending = this.#record.pending.filter((item) => item !== message);
      this.#save();
      this.#renderPending();
    }

    /** The stored message takes the place of the one shown in advance. */
    #settle(event) {
      const { pending } = this.#record;
      const text = this.#textOf(event);
      const said = (item) => item.text ?? item.action?.label ?? "";
      const match = pending.find((item) => item.seq === event.seq) || pending.find((item) => !item.seq && said(item) === text && item.state === "sending");
      if (match) this.#drop(match);
    }

    // --- cart ---

    /** One change after the other: each is computed from the cart that the one before left. */
    #changeCart(variantId, next) {
      const done = this.#cartQueue.then(() => this.#putCart(variantId, next));
      this.#cartQueue = done.catch(() => {});
      return done;
    }

    async #putCart(variantId, next, again = true) {
      const echo = { variantId, quantity: 0, at: Date.now() };
      try {
        await this.#ensure();
        if (!this.#loaded) await this.#untilLoaded();
        const held = this.#held(variantId);
        echo.quantity = Math.max(0, next(held));
        if (echo.quantity !== held) this.#echoes.push(echo);
        const cart = await this.#call("PUT", "/cart", { variant_id: variantId, quantity: echo.quantity });
        delete this.#cartFault[variantId];
        this.#setCart(cart);
        return cart;
      } catch (problem) {
        this.#echoes = this.#echoes.filter((item) => item !== echo);
        if (problem.gone && problem.code !== "unknown_variant" && again) {
          this.#forget();
          return this.#putCart(variantId, next, false);
        }
        problem.detail ||= problem.status ? this.#words.failed : this.#words.offline;
        throw problem;
      }
    }

    /** Whatever goes wrong has a sentence for the shopper in `detail`. */
    async #asking(act) {
      try {
        await this.#ensure();
        if (!this.#loaded) await this.#untilLoaded();
        return await act();
      } catch (problem) {
        problem.detail ||= problem.status ? this.#words.failed : this.#words.offline;
        throw problem;
      }
    }

    async #changeCodes(method, path, body) {
      const cart = await this.#asking(() => this.#call(method, path, body));
      this.#setCart(cart);
      return cart;
    }

    /** The cart changed without an event of its own: it became an order, or was merged with another one. */
    async #renewCart() {
      const { cart } = await this.#call("GET", "");
      this.#setCart(cart);
    }

    #held(variantId) { return this.#cart.items.find((item) => item.variant_id === variantId)?.quantity || 0; }

    async #untilLoaded() {
      for (let i = 0; i < 50 && !this.#loaded; i++) await pause(100);
      if (!this.#loaded) throw new Problem(0);
    }

    /** A change we made ourselves comes back as an event; only the last of several quick ones is news. */
    #heard(event) {
      this.#echoes = this.#echoes.filter((echo) => Date.now() - echo.at < 5000);
      const at = this.#echoes.findIndex((echo) => echo.variantId === event.variant_id && echo.quantity === event.quantity);
      if (at >= 0) this.#echoes.splice(at, 1);
      if (!this.#echoes.length) this.#setCart(event.cart);
    }

    #setCart(cart) {
      if (JSON.stringify(cart) === JSON.stringify(this.#cart)) return;
      this.#cart = cart;
      if (this.#ui.panel) this.#frame();
      if (this.#drawer) this.#renderDrawer();
      this.#emit("cart", { cart });
    }

    // --- drawing: the frame ---

    /** Everything anew, in the current language. */
    #build() {
      const words = this.#words;
      const draft = this.#ui.composer?.value || "";
      const focused = this.shadowRoot.activeElement?.dataset.testid;
      const place = this.#stuck ? null : this.#ui.thread?.scrollTop;
      const ui = (this.#ui = {});
      ui.badge = el("span", { class: "badge", "aria-hidden": "true", hidden: true });
      ui.launcher = el("button", { class: "launcher", type: "button", test: "launcher", "aria-expanded": "false", onclick: () => this.open() }, icon("chat"), el("span", { class: "name" }, words.launch), ui.badge);
      ui.live = el("div", { class: "sr", "aria-live": "polite", "aria-relevant": "additions", test: "live-region" });
      ui.panel = el("section", { class: "panel", role: "dialog", tabindex: "-1", test: "panel", lang: this.locale, hidden: true, onkeydown: (event) => this.#keys(event) },
        this.#header(), this.#searchBar(), this.#offlineBar(), this.#body(), this.#composer());
      this.shadowRoot.replaceChildren(ui.launcher, ui.panel, ui.live);
      ui.composer.value = draft;
      if (this.#drawer) this.#renderDrawer();
      this.#frame();
      this.#renderThread();
      if (place) ui.thread.scrollTop = place;
      ui.bottom.hidden = true;
      this.#grow();
      if (focused) this.shadowRoot.querySelector(`[data-testid="${focused}"]`)?.focus();
    }

    #header() {
      const [ui, words] = [this.#ui, this.#words];
      ui.avatar = el("span", { class: "avatar", "aria-hidden": "true" });
      ui.title = el("h2");
      ui.state = el("p", { class: "state", test: "owner-state" });
      ui.cartCount = el("span", { class: "badge", "aria-hidden": "true", test: "cart-count" });
      ui.cartOpen = el("button", { class: "icon", type: "button", test: "cart-open", onclick: () => this.#showDrawer(!this.#drawer) }, icon("cart"), ui.cartCount);
      ui.menuButton = el("button", { class: "icon dots", type: "button", test: "menu", "aria-label": words.menu, title: words.menu, "aria-haspopup": "menu", "aria-expanded": "false", onmousedown: (event) => event.preventDefault(), onclick: () => (ui.menu.hidden ? this.#openMenu() : this.#closeMenu()) }, icon("menu"));
      ui.menu = el("div", { class: "menu", role: "menu", "aria-label": words.menu, hidden: true, onmousedown: (event) => event.preventDefault(), test: "menu-list" });
      const close = el("button", { class: "icon", type: "button", test: "close", "aria-label": words.close, title: words.close, onclick: () => this.close() }, icon("close"));
      return el("div", { class: "head" }, ui.avatar, el("div", { class: "who" }, ui.title, ui.state), ui.cartOpen, ui.menuButton, close, ui.menu);
    }

    #searchBar() {
      const [ui, words] = [this.#ui, this.#words];
      ui.find = el("input", { type: "search", "aria-label": words.searchField, placeholder: words.searchField, test: "search-field", autocomplete: "off", oninput: () => this.#search(), onkeydown: (event) => {
        if (event.key === "Enter") this.#step(event.shiftKey ? -1 : 1);
      } });
      ui.count = el("span", { class: "count", role: "status", test: "search-count" });
      const button = (name, label, test, act) => el("button", { class: "icon", type: "button", "aria-label": label, title: label, test, onclick: act }, icon(name));
      ui.searchBar = el("div", { class: "bar", role: "search", hidden: true }, ui.find, ui.count,
        button("up", words.previous, "search-previous", () => this.#step(-1)), button("down", words.next, "search-next", () => this.#step(1)), button("close", words.searchClose, "search-close", () => this.#closeSearch()));
      return ui.searchBar;
    }

    #offlineBar() {
      this.#ui.offline = el("p", { class: "offline", role: "status", test: "offline", hidden: this.#online }, this.#words.offline);
      return this.#ui.offline;
    }

    #body() {
      const [ui, words] = [this.#ui, this.#words];
      ui.stored = el("div");
      ui.pending = el("div");
      ui.now = el("div");
      ui.thread = el("div", { class: "thread", role: "log", "aria-live": "off", "aria-label": words.thread, tabindex: "0", onscroll: () => this.#scrolled() }, ui.stored, ui.pending, ui.now);
      ui.bottom = el("button", { class: "bottom", type: "button", hidden: true, test: "to-bottom", onclick: () => this.#toBottom() }, icon("down"), words.toBottom);
      ui.drawer = el("div", { class: "drawer", role: "region", "aria-label": words.cart, hidden: true, test: "cart" });
      ui.body = el("div", { class: "body" }, ui.thread, ui.bottom, ui.drawer);
      return ui.body;
    }

    #composer() {
      const [ui, words] = [this.#ui, this.#words];
      ui.composer = el("textarea", { rows: "1", test: "composer", "aria-label": words.compose, placeholder: words.placeholder, enterkeyhint: "send", autocomplete: "off", "aria-describedby": "limit", oninput: () => this.#grow(), onkeydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        this.#submit();
      } });
      ui.send = el("button", { class: "send", type: "submit", test: "send", "aria-label": words.send, title: words.send, disabled: true }, icon("up"));
      ui.limit = el("p", { class: "limit", id: "limit", role: "alert", hidden: true, test: "limit" });
      ui.form = el("form", { class: "say", onsubmit: (event) => {
        event.preventDefault();
        this.#submit();
      } }, this.#attachButton(), ui.composer, ui.send);
      ui.attached = el("div", { class: "attached", hidden: true, test: "attached" });
      this.#renderAttached();
      return el("div", null, ui.limit, ui.attached, ui.form);
    }

    #submit() {
      const text = this.#ui.composer.value.trim();
      if (this.#ui.send.disabled) return;
      const picture = this.#attachment;
      this.#attachment = null;
      this.#ui.composer.value = "";
      this.#renderAttached();
      this.#showDrawer(false);
      this.#say({ ...(text && { text }), ...(picture && { pictures: [{ id: picture.id, url: picture.url }] }) });
    }

    // --- a picture of the shopper ---

    #attachButton() {
      const words = this.#words;
      const file = el("input", { type: "file", accept: PICTURES.join(","), hidden: true, tabindex: "-1", test: "file", onchange: () => {
        if (file.files[0]) this.#takePicture(file.files[0]);
        file.value = "";
      } });
      this.#ui.attach = el("button", { class: "icon attach", type: "button", test: "attach", "aria-label": words.attach, title: words.attach, onclick: () => file.click() }, icon("photo"));
      return [this.#ui.attach, file];
    }

    /** Upload a picture and hold it until the message is sent; whatever is wrong with it is said beside it. */
    async #takePicture(file) {
      const words = this.#words;
      const fault = !PICTURES.includes(file.type) ? words.pictureKind : file.size > MOST_PICTURE ? words.pictureSize : "";
      const held = { name: file.name, state: fault ? "fault" : "uploading", fault };
      this.#attachment = held;
      this.#renderAttached();
      if (fault) return;
      try {
        held.src = await dataUrl(file);
        this.#renderAttached();
        await this.#ensure();
        Object.assign(held, await this.#call("POST", "/uploads", file), { state: "ready" });
        this.#pictures.set(held.url, held.src);
      } catch (problem) {
        Object.assign(held, { state: "fault", fault: problem.detail || words.failed });
      }
      if (this.#attachment === held) this.#renderAttached();
    }

    #renderAttached() {
      const [{ attached, composer, attach }, words, held] = [this.#ui, this.#words, this.#attachment];
      const line = held && { uploading: words.uploading, ready: words.uploaded, fault: held.fault }[held.state];
      attached.hidden = !held;
      attached.replaceChildren(...(held ? [
        held.src && held.state !== "fault" && el("img", { src: held.src, alt: words.pictureNamed(held.name), test: "preview" }),
        el("p", { class: held.state === "fault" && "bad", role: held.state === "fault" ? "alert" : "status", test: "attached-state" }, line),
        el("button", { class: "icon", type: "button", test: "attach-remove", "aria-label": words.attachRemove, title: words.attachRemove, onclick: () => {
          this.#attachment = null;
          this.#renderAttached();
          attach.focus();
        } }, icon("close")),
      ].filter(Boolean) : []));
      if (!composer.isConnected) return;
      this.#grow();
      this.#moved();
    }

    /** Its own picture is shown to who has the token; an image element cannot send one. */
    #ownPicture(part) {
      const image = el("img", { class: "media own", alt: part.alt || this.#words.picture, test: "picture", onload: () => this.#moved() });
      const show = (src) => (image.src = src);
      if (this.#pictures.has(part.url)) {
        show(this.#pictures.get(part.url));
        return image;
      }
      reach(this.server + part.url, { headers: { Authorization: `Bearer ${this.#record.token}` } })
        .then((response) => response.blob()).then(dataUrl)
        .then((src) => {
          this.#pictures.set(part.url, src);
          show(src);
        })
        .catch(() => image.replaceWith(el("div", { class: "bubble quiet" }, image.alt)));
      return image;
    }

    #grow() {
      const { composer, send, limit } = this.#ui;
      composer.style.height = "44px";
      if (composer.scrollHeight > 46) composer.style.height = `${Math.min(148, composer.scrollHeight + 2)}px`;
      const size = new TextEncoder().encode(composer.value.trim()).length;
      limit.hidden = size <= MOST_BYTES;
      if (!limit.hidden) limit.textContent = this.#words.tooLong(new Intl.NumberFormat(this.locale, { maximumFractionDigits: 1 }).format(Math.ceil(size / 102.4) / 10));
      const picture = this.#attachment?.state;
      send.disabled = (!size && picture !== "ready") || size > MOST_BYTES || (picture && picture !== "ready");
    }

    /** What surrounds the thread: launcher, names, owner, badges. */
    #frame() {
      const [ui, words] = [this.#ui, this.#words];
      ui.launcher.hidden = this.#shown;
      ui.panel.hidden = !this.#shown;
      ui.launcher.setAttribute("aria-expanded", String(this.#shown));
      ui.launcher.setAttribute("aria-label", words.launchLabel + (this.#unread ? `, ${words.unread(this.#unread)}` : ""));
      ui.badge.hidden = !this.#unread;
      ui.badge.textContent = this.#unread;
      ui.panel.setAttribute("aria-label", words.panel(this.#shop));
      ui.title.textContent = this.#shop;
      const line = this.#ownerLine();
      if (ui.state.textContent !== line) ui.state.textContent = line;
      ui.state.dataset.owner = this.#owner;
      ui.avatar.replaceChildren(this.#owner === "operator" ? this.#operator.slice(0, 1).toUpperCase() : icon(this.#owner === "agent" ? "bot" : "person"));
      ui.cartCount.hidden = !this.#cart.count;
      ui.cartCount.textContent = this.#cart.count;
      ui.cartOpen.setAttribute("aria-label", words.cartOpen(this.#cart.count));
      ui.cartOpen.setAttribute("aria-expanded", String(this.#drawer));
      ui.drawer.hidden = !this.#drawer;
      ui.panel.classList.toggle("carted", this.#drawer);
    }

    #ownerLine() {
      const words = this.#words;
      if (this.#owner === "operator") return words.ownerOperator(this.#operator);
      if (this.#owner !== "waiting") return words.ownerAgent;
      const due = this.#promised;
      if (!due || due < Date.now()) return words.ownerWaiting;
      const timeZone = this.#record.shop?.time_zone; // the shop's promise, in the shop's time
      const date = (at) => at.toLocaleDateString("sv", { timeZone });
      const day = date(due) === date(new Date()) ? {} : due - Date.now() < 6 * 86_400_000 ? { weekday: "short" } : { day: "numeric", month: "numeric" };
      return words.ownerWaitingBy(words.oclock(due.toLocaleString(this.#region, { ...day, hour: "numeric", minute: "2-digit", timeZone })));
    }

    #focusInside() {
      const { composer, panel } = this.#ui;
      (matchMedia("(pointer: coarse)").matches ? panel : composer).focus();
    }

    #fitKeyboard() {
      const { height, offsetTop } = window.visualViewport;
      if (!this.#ui.panel || !matchMedia(PHONE).matches) return;
      this.#ui.panel.style.setProperty("--high", `${height}px`);
      this.#ui.panel.style.setProperty("--top", `${offsetTop}px`);
      if (this.#stuck) this.#toBottom();
    }

    #keys(event) {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      if (!this.#ui.menu.hidden) this.#closeMenu(true);
      else if (!this.#ui.searchBar.hidden) this.#closeSearch();
      else if (this.#drawer) this.#showDrawer(false, true);
      else this.close();
    }

    // --- drawing: the menu ---

    #openMenu() {
      const [ui, words] = [this.#ui, this.#words];
      const item = (name, label, test, act, end) => el("button", { type: "button", role: "menuitem", tabindex: "-1", test, onclick: () => {
        this.#closeMenu(true);
        act();
      } }, icon(name), label, end && el("span", { class: "end" }, end));
      const other = this.locale === "de" ? "en" : "de";
      const person = this.#owner === "agent"
        ? item("person", words.talkToPerson, "person", () => this.#act({ name: "ask_for_human", label: words.talkToPerson }))
        : this.#owner === "waiting" && item("bot", words.backToAssistant, "back", () => this.#act({ name: "back_to_assistant", label: words.backToAssistant }));
      ui.menu.replaceChildren(...[person, person && el("hr"),
        item("search", words.search, "search", () => this.#openSearch()),
        this.#record.viewed != null && this.#viewedItem(item),
        item("globe", words.language, "language", () => this.#setLocale(other), LANGUAGES[other]),
        item("fresh", words.newOne, "new", () => this.#begin().catch(() => {}))].filter(Boolean));
      ui.menu.onkeydown = (event) => this.#menuKeys(event);
      ui.menu.onfocusout = (event) => ui.menu.contains(event.relatedTarget) || event.relatedTarget === ui.menuButton || this.#closeMenu();
      ui.menu.hidden = false;
      ui.menuButton.setAttribute("aria-expanded", "true");
      ui.menu.querySelector("button").focus();
    }

    #viewedItem(item) {
      const { viewed } = this.#record;
      const node = item("eye", this.#words.viewed, "viewed-item", () => this.#agree(!viewed), viewed && icon("check"));
      node.setAttribute("role", "menuitemcheckbox");
      node.setAttribute("aria-checked", viewed);
      return node;
    }

    /** Whether what the shopper looks at may order what is found: off until they switch it on, and theirs to change. */
    async #agree(agreed) {
      try {
        await this.#call("PUT", "/memory/consent", { viewed: agreed });
        this.#record.viewed = agreed;
        this.#save();
      } catch {
        this.#announce(this.#words.failed);
      }
      const box = this.shadowRoot.getElementById("viewed");
      if (box) box.checked = this.#record.viewed;
    }

    #closeMenu(refocus) {
      if (this.#ui.menu.hidden) return;
      this.#ui.menu.onfocusout = null;
      this.#ui.menu.hidden = true;
      this.#ui.menuButton.setAttribute("aria-expanded", "false");
      if (refocus) this.#ui.menuButton.focus();
    }

    #menuKeys(event) {
      const items = [...this.#ui.menu.querySelectorAll("button")];
      const at = items.indexOf(this.shadowRoot.activeElement);
      const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      items[to].focus();
    }

    #act(action) {
      this.#showDrawer(false);
      this.#say({ action });
    }

    // --- drawing: the thread ---

    #renderThread() {
      const { stored, panel } = this.#ui;
      if (!panel) return;
      stored.replaceChildren();
      if (this.#startFault && !this.#record.id) stored.append(this.#startFailed());
      if (this.#record.greeting) stored.append(this.#greeting());
      stored.append(...this.#log.map((event) => this.#nodeOf(event)).filter(Boolean));
      this.#renderPending();
      this.#renderLive();
    }

    #startFailed() {
      const words = this.#words;
      const wait = this.#startFault.status === 429 && this.#startFault.detail;
      return el("div", { class: "fault", role: "alert", test: "start-fault" }, wait || words.noStart,
        el("button", { class: "link", type: "button", test: "start-again", onclick: () => (this.#record.pending.length ? this.#back() : this.#ensure().catch(() => {})) }, words.again));
    }

    #greeting() {
      const { greeting } = this.#record;
      const node = this.#message("agent", this.#words.agent, null, el("p", { class: "notice", test: "notice" }, greeting.notice), el("div", { class: "bubble" }, ...rich(greeting.text)), this.#choices(greeting.choices || []), this.#record.viewed != null && this.#consent());
      node.dataset.testid = "greeting";
      return node;
    }

    #consent() {
      const box = el("input", { type: "checkbox", test: "viewed", id: "viewed", "aria-describedby": "viewed-hint", onchange: () => this.#agree(box.checked) });
      box.checked = this.#record.viewed;
      return el("div", { class: "agree" }, box, el("p", null, el("label", { for: "viewed" }, this.#words.viewed), el("span", { id: "viewed-hint" }, this.#words.viewedHint)));
    }

    /** One message with its mark: who says it, bot or person. */
    #message(sender, name, at, ...blocks) {
      const time = at && new Date(at).toLocaleTimeString(this.#region, { hour: "numeric", minute: "2-digit" });
      const mark = sender !== "shopper" && el("span", { class: "mark" }, icon(sender === "operator" ? "person" : "bot"));
      const meta = el("div", { class: "meta" }, mark, el("b", { test: "sender" }, name), time && el("time", { datetime: at }, `· ${time}`));
      return el("article", { test: "message", "data-sender": sender }, meta, ...blocks);
    }

    #senderName(event) {
      if (event.sender.startsWith("operator")) return event.label || this.#operator || this.#words.person;
      return event.sender === "system" ? this.#words.system : this.#words.agent;
    }

    #place(event) {
      this.#settleOrders();
      if (event.event === "history.erased") {
        this.#renderThread();
        this.#renewCart().catch(() => {});
        return;
      }
      const node = this.#nodeOf(event);
      if (!node) return;
      this.#ui.stored.append(node);
      if (event.event === "message.received") this.#settleChoices();
      if (!this.#ui.searchBar.hidden) this.#search(true);
      this.#moved();
    }

    #nodeOf(event) {
      if (event.event === "message.received") return this.#own(event.parts, event.at);
      if (event.event === "message.sent") return this.#answer(event);
      if (event.event === "feedback.given") this.#pressThumbs(event.message);
      if (event.event === "history.erased") return el("p", { class: "line", test: "erased" }, this.#words.erased);
      if (["order.changed", "return.requested", "shopper.linked"].includes(event.event)) return el("p", { class: "line", test: "news" }, this.#newsOf(event));
      if (event.event !== "owner.changed") return null;
      const owner = event.owner.split(":")[0];
      if (owner === "operator") return el("p", { class: "line" }, this.#words.joined(event.label || this.#words.person));
      return el("p", { class: "line" }, owner === "agent" ? this.#words.handedBack : this.#words.waitingLine);
    }

    #newsOf({ event, order, change }) {
      const words = this.#words;
      if (!order) return words.linked;
      return `${words.order(order.number)}: ${event === "return.requested" ? words.returned : words.changes[change] || order.label}`;
    }

    #own(parts, at) {
      const node = this.#message("shopper", this.#words.you, at, ...parts.flatMap((part) => this.#part(part)).filter(Boolean));
      node.classList.toggle("tap", parts.some((part) => part.type === "action"));
      return node;
    }

    #answer(event) {
      const sender = event.sender.split(":")[0];
      const node = this.#message(sender, this.#senderName(event), event.at, ...event.parts.flatMap((part) => this.#part(part)).filter(Boolean));
      node.dataset.seq = event.seq;
      if (sender === "agent") node.append(this.#thumbsOf(event.seq));
      return node;
    }

    #part(part) {
      switch (part.type) {
        case "text": return part.text && el("div", { class: "bubble" }, ...rich(part.text));
        case "action": return el("div", { class: "bubble" }, part.label || part.name);
        case "cards": return this.#cards(part.cards);
        case "choices": return this.#choices(part.choices);
        case "cart": return this.#summary(part);
        case "confirmation": return this.#confirmation(part);
        case "order": return this.#order(part);
        case "comparison": return this.#comparison(part);
        case "sources": return this.#sources(part.sources);
        case "link": return el("div", { class: "bubble" }, this.#link(part.url, part.label || part.url));
        case "image": return this.#picture(part);
        case "audio": return this.#safe(part.url) && el("audio", { class: "media", controls: true, preload: "none", src: this.#safe(part.url) });
        default: return el("div", { class: "bubble quiet" }, this.#words.other);
      }
    }

    /** The address if it is one that may be shown: http(s), or relative to the server. */
    #safe(url) {
      if (!url) return "";
      try {
        const whole = new URL(url, `${this.server}/`);
        return ["http:", "https:"].includes(whole.protocol) ? whole.href : "";
      } catch {
        return "";
      }
    }

    #link(url, label, props) {
      const href = this.#safe(url);
      if (!href) return el("span", props, label);
      return el("a", { href, target: "_blank", rel: "noopener noreferrer", ...props }, label, el("span", { class: "sr" }, ` ${this.#words.newTab}`));
    }

    #picture(part) {
      if (UPLOAD.test(part.url)) return this.#ownPicture(part);
      const src = this.#safe(part.url);
      return src && el("img", { class: "media", src, alt: part.alt || "", loading: "lazy", onload: () => this.#moved() });
    }

    #sources(sources) {
      if (!sources.length) return null;
      const line = (source) => unique([source.title, source.heading].filter(Boolean)).join(" › ");
      return el("details", { test: "sources" }, el("summary", null, icon("file"), this.#words.sources(sources.length), icon("on", "on")),
        el("ul", null, sources.map((source) => el("li", null, this.#link(source.url, line(source), { test: "source" })))));
    }

    #choices(choices) {
      if (!choices.length) return null;
      return el("div", { class: "choices", role: "group", "aria-label": this.#words.choices }, choices.map((choice) => el("button", { type: "button", test: "choice", onclick: () => {
        this.#say(choice.action ? { action: { ...choice.action, type: undefined, label: choice.label } } : { text: choice.label });
        this.#ui.thread.focus({ preventScroll: true });
      } }, choice.label)));
    }

    /** Quick replies belong to the moment: as soon as the shopper has said something after them, they are history. */
    #settleChoices() {
      let next = this.#record.pending.length ? this.#record.pending[0].text ?? this.#record.pending[0].action?.label ?? "" : null;
      for (const node of [...this.#ui.stored.children].reverse()) {
        if (node.dataset.sender === "shopper") next = node.querySelector(".bubble")?.textContent ?? "";
        for (const button of node.querySelectorAll(".choices button")) {
          button.disabled = next !== null;
          button.classList.toggle("chosen", button.textContent === next);
        }
      }
    }

    #summary(cart) {
      if (!cart.items.length) return el("div", { class: "sum", test: "cart-summary" }, this.#words.cartEmpty);
      return el("div", { class: "sum", test: "cart-summary" }, this.#lines(cart.items), this.#rows(cart.reductions), this.#total(cart.total),
        el("button", { class: "link", type: "button", onclick: () => this.#showDrawer(true) }, this.#words.cartShow));
    }

    #lines(items) {
      return items.length > 0 && el("ul", null, items.map((item) => el("li", null, el("span", null, `${item.quantity} × ${item.title}${item.options ? `, ${item.options}` : ""}`), el("span", null, item.total))));
    }

    /** Labels and values; addresses in a value can be followed. */
    #rows(rows) {
      const value = (text) => text.split(/(https?:\/\/\S+)/).map((piece, i) => (i % 2 ? this.#link(piece, piece) : piece));
      return rows?.length > 0 && el("dl", null, rows.map((row) => el("div", null, el("dt", null, row.label), el("dd", null, value(row.value)))));
    }

    #total(total, test) {
      return total && el("p", { class: "total" }, el("span", null, this.#words.total), el("span", { test }, total));
    }

    // --- drawing: offers and orders ---

    /** What the shopper is about to bind themselves to, and directly below it the one button with exactly its label. */
    #confirmation(part) {
      const words = this.#words;
      const nonce = part.action.target;
      const offer = this.#offers.get(nonce);
      const fault = el("p", { class: "fault", role: "alert", hidden: true, test: "offer-fault" });
      const button = el("button", { class: "primary", type: "button", test: "confirm", onclick: () => press() }, part.button);
      const ending = el("div");
      const node = el("section", { class: "sum offer", role: "group", test: "confirmation", "aria-label": part.title, "data-nonce": nonce },
        el("h3", null, part.title), this.#lines(part.items), this.#rows(part.rows), this.#total(part.total), ending, fault);

      const refresh = (node.refresh = () => {
        const left = offer.until - Date.now() + (this.#record.ahead || 0);
        if (!offer.ended && left <= 0) offer.ended = "gone";
        const held = button === this.shadowRoot.activeElement;
        if (!offer.ended && !ending.firstChild) ending.append(part.note && el("p", { class: "note" }, part.note), button);
        if (offer.ended && node.dataset.ended !== offer.ended) {
          const again = offer.kind === "order" && offer.ended === "gone" && el("button", { class: "link", type: "button", test: "offer-again", onclick: () => this.checkout().catch(complain) }, words.checkout);
          const told = el("p", { class: "ended", test: "offer-ended" }, offer.ended === "done" && icon("check"), offer.ended === "done" ? words.offerDone : words.offerGone);
          ending.replaceChildren(...[told, again].filter(Boolean));
        }
        node.dataset.ended = offer.ended;
        node.classList.toggle("over", Boolean(offer.ended));
        if (held && offer.ended) this.#ui.thread.focus({ preventScroll: true });
        return left;
      });

      const complain = (problem) => {
        fault.textContent = problem.detail;
        fault.hidden = false;
      };

      const press = async () => {
        if (button.ariaBusy === "true") return;
        button.setAttribute("aria-busy", "true");
        fault.hidden = true;
        try {
          await this.#asking(() => this.#call("POST", "/confirm", { nonce }));
          offer.ended = "done";
        } catch (problem) {
          complain(problem);
          if (LAPSED.includes(problem.code)) offer.ended = "gone";
        }
        button.removeAttribute("aria-busy");
        refresh();
      };

      const left = refresh();
      if (!offer.ended) setTimeout(refresh, left + 500);
      return node;
    }

    /** The order as it stands now, whenever it was said. */
    #order(said) {
      const words = this.#words;
      const part = this.#orders.get(said.number) || said;
      return el("section", { class: "sum order", role: "group", test: "order", "aria-label": words.order(part.number), "data-order": part.number, "data-state": part.state },
        el("h3", null, words.order(part.number), el("span", { test: "order-state" }, part.label)),
        this.#lines(part.items), this.#rows(part.rows), this.#total(part.total),
        part.pay_url && this.#link(part.pay_url, words.payNow, { class: "primary", test: "pay" }),
        part.url && this.#link(part.url, words.orderPage, { class: "link", test: "order-page" }));
    }

    /** What is already on the screen follows the news. */
    #settleOrders() {
      for (const node of this.#ui.stored.querySelectorAll("[data-nonce]")) node.refresh();
      for (const node of this.#ui.stored.querySelectorAll("[data-order]")) {
        const now = this.#order({ number: node.dataset.order });
        if (now.textContent !== node.textContent) node.replaceWith(now);
      }
    }

    #comparison({ cards, rows }) {
      const words = this.#words;
      const title = (card) => {
        const href = this.#productPage(card);
        return href ? el("a", { href, onclick: () => matchMedia(PHONE).matches && this.close() }, card.title) : card.title;
      };
      return el("div", { class: "compare", role: "region", tabindex: "0", test: "comparison", "aria-label": words.compare(cards.map((card) => card.title).join("; ")) },
        el("table", null,
          el("thead", null, el("tr", null, el("td", null, el("span", { class: "sr" }, words.property)), cards.map((card) => el("th", { scope: "col" }, title(card))))),
          el("tbody", null, rows.map(([fact, ...values]) => el("tr", null, el("th", { scope: "row" }, fact), values.map((value) => el("td", null, value)))))));
    }

    #productPage(card) {
      return this.#safe(card.url || this.getAttribute("product-url")?.replace("{id}", encodeURIComponent(card.product_id)));
    }

    #thumbsOf(seq) {
      const button = (thumb, label, className) => el("button", { type: "button", test: `thumb-${thumb}`, "data-thumb": thumb, "aria-label": label, title: label, "aria-pressed": String(this.#thumbs.get(seq) === thumb), onclick: () => this.#rate(seq, thumb) }, icon("thumb", className));
      return el("div", { class: "thumbs" }, button("up", this.#words.up), button("down", this.#words.down, "flip"));
    }

    async #rate(seq, thumb) {
      const before = this.#thumbs.get(seq) || null;
      const after = before === thumb ? null : thumb;
      this.#thumbs.set(seq, after);
      this.#pressThumbs(seq);
      await this.#call("POST", "/feedback", { message: seq, thumb: after }).catch(() => {
        this.#thumbs.set(seq, before);
        this.#pressThumbs(seq);
      });
    }

    #pressThumbs(seq) {
      for (const button of this.#ui.stored.querySelectorAll(`[data-seq="${Number(seq)}"] [data-thumb]`)) {
        button.setAttribute("aria-pressed", String(this.#thumbs.get(seq) === button.dataset.thumb));
      }
    }

    #renderPending() {
      const [ui, words] = [this.#ui, this.#words];
      const resend = (message) => el("button", { class: "link", type: "button", test: "retry", onclick: () => this.#resend(message) }, words.retry);
      const edit = (message) => el("button", { class: "link", type: "button", test: "edit", onclick: () => {
        ui.composer.value = message.text || "";
        this.#drop(message);
        this.#grow();
        ui.composer.focus();
      } }, words.edit);
      ui.pending.replaceChildren(...this.#record.pending.map((message) => {
        const shown = (message.pictures || []).map(({ url }) => ({ type: "image", url, alt: words.picture }));
        const parts = [...(message.action ? [{ type: "action", ...message.action }] : [{ type: "text", text: message.text }]), ...shown];
        const node = this.#own(parts, null);
        node.dataset.testid = "pending";
        node.classList.toggle("unsent", message.state === "failed" || message.state === "refused");
        if (message.state === "failed") node.append(el("div", { class: "fault", role: "alert" }, words.notSent, resend(message)));
        if (message.state === "refused") node.append(el("div", { class: "fault", role: "alert" }, message.fault || words.notSent, message.text && edit(message)));
        if (message.state === "later") node.append(el("div", { class: "fault quiet", test: "wait" }, words.wait(Math.max(1, Math.ceil((message.until - Date.now()) / 1000)))));
        return node;
      }));
      this.#settleChoices();
      this.#moved();
    }

    /** The answer while it is being written. Replaced by the stored message. */
    #renderLive() {
      const [ui, words] = [this.#ui, this.#words];
      const turn = this.#owner === "agent" ? this.#turn : null;
      const name = turn ? words.agent : this.#typist;
      if (!name) return ui.now.replaceChildren();
      const key = turn ? turn.id : "operator";
      let node = ui.now.firstElementChild;
      if (node?.dataset.turn !== key) {
        node = this.#message(turn ? "agent" : "operator", name, null, el("div", { class: "bubble" }), el("p", { class: "status", test: "typing" }, el("i", null, el("span")), el("span")));
        node.dataset.testid = "live";
        node.dataset.turn = key;
        ui.now.replaceChildren(node);
      }
      const [, bubble, status] = node.children;
      bubble.hidden = !turn?.text;
      if (turn?.text) bubble.replaceChildren(...rich(turn.text));
      status.hidden = Boolean(turn?.text && !turn.label);
      const label = turn?.label ? `${turn.label} …` : `${name} ${words.typing}`;
      if (status.lastElementChild.textContent !== label) status.lastElementChild.textContent = label;
      this.#moved();
    }

    #scrolled() {
      const { thread, bottom } = this.#ui;
      const end = thread.scrollHeight - thread.scrollTop - thread.clientHeight;
      this.#stuck = end < 60 || Math.abs(thread.scrollTop - this.#rest) < 4;
      if (this.#stuck) bottom.hidden = true;
    }

    /** New content: stay at the end (or at the top of a long last answer) if the shopper is there, else offer to go. */
    #moved() {
      const { thread, bottom } = this.#ui;
      const last = [...thread.querySelectorAll("article")].at(-1);
      const end = thread.scrollHeight - thread.clientHeight;
      this.#rest = Math.max(0, last && last.dataset.sender !== "shopper" ? Math.min(end, last.offsetTop - 14) : end);
      if (this.#stuck) thread.scrollTop = this.#rest;
      else if (this.#shown) bottom.hidden = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
    }

    #toBottom() {
      this.#stuck = true;
      this.#moved();
      this.#ui.bottom.hidden = true;
    }

    // --- drawing: products ---

    #cards(cards) {
      const list = el("ul", { class: "cards", role: "list", "aria-label": this.#words.products(cards.length) }, cards.map((card) => this.#card(card)));
      if (cards.length < 2) return el("div", { class: "strip" }, list);
      const turn = (side, name, label, sign) => el("button", { class: `turn ${side}`, type: "button", tabindex: "-1", "aria-label": label, onclick: () => list.scrollBy({ left: sign * 234 }) }, icon(name));
      const left = turn("left", "back", this.#words.left, -1);
      const right = turn("right", "on", this.#words.right, 1);
      const arrows = () => {
        left.hidden = list.scrollLeft < 8;
        right.hidden = list.scrollLeft + list.clientWidth > list.scrollWidth - 8;
      };
      list.addEventListener("scroll", arrows, { passive: true });
      new ResizeObserver(arrows).observe(list);
      return el("div", { class: "strip" }, list, left, right);
    }

    #card(card) {
      const words = this.#words;
      const variants = card.variants || [];
      const labels = card.options || [];
      const valuesOf = (i) => unique(variants.map((variant) => variant.options[i]));
      const asked = variants.find((variant) => variant.id === card.variant_id);
      const chosen = labels.map((_, i) => (asked ? asked.options[i] : valuesOf(i).length === 1 ? valuesOf(i)[0] : ""));
      const fits = (variant, upTo) => chosen.every((value, j) => j >= upTo || !value || variant.options[j] === value);
      const offered = (i, value) => variants.filter((variant) => variant.options[i] === value && fits(variant, i));

      const image = el("img", { alt: "", loading: "lazy", decoding: "async" });
      image.addEventListener("error", () => (image.hidden = true));
      const out = el("span", { class: "tag out" }, words.soldOut);
      const price = el("span", { test: "price" });
      const [was, terms] = [el("b", { test: "was" }), el("span", { test: "terms" })];
      const fault = el("p", { class: "fault small", role: "alert", hidden: true, test: "card-fault" });
      const label = el("span");
      const add = el("button", { class: "primary", type: "button", test: "add", onclick: () => put() }, label);
      const selects = labels.map((name, i) => (valuesOf(i).length === 1
        ? el("output", null, chosen[i])
        : el("select", { test: "option", "aria-label": `${name}: ${card.title}`, onchange: (event) => choose(i, event.target.value) })));
      const href = this.#productPage(card);
      const title = href ? el("a", { href, onclick: () => matchMedia(PHONE).matches && this.close() }, card.title) : card.title;
      const node = el("li", { class: "card", test: "card", "data-product": card.product_id },
        el("div", { class: "picture" }, image, out, card.note && el("span", { class: "tag" }, card.note)),
        el("div", { class: "facts" },
          el("p", { class: "brand" }, card.brand), el("h3", null, title), this.#stars(card),
          labels.length > 0 && el("div", { class: "options" }, labels.map((name, i) => el("label", null, name, selects[i]))),
          el("div", { class: "push" }),
          el("div", { class: "price" }, price, el("button", { class: "link", type: "button", test: "details", "aria-label": words.detailsLabel(card.title), onclick: () => this.#say({ action: { name: "show_product", target: card.product_id, label: card.title } }) }, words.details)),
          el("p", { class: "about-price" }, was, terms),
          variants.length > 0 && add, fault));

      const resolved = () => (chosen.every(Boolean) ? variants.find((variant) => variant.options.every((value, j) => value === chosen[j])) : undefined);

      const refresh = () => {
        selects.forEach((select, i) => select.tagName === "SELECT" && select.replaceChildren(
          ...(chosen[i] ? [] : [el("option", { value: "", selected: true }, words.choose)]),
          ...valuesOf(i).filter((value) => offered(i, value).length || value === chosen[i]).map((value) => {
            const open = offered(i, value).some((variant) => variant.available);
            return el("option", { value, disabled: !open, selected: value === chosen[i] }, open ? value : `${value} – ${words.soldOut}`);
          })));
        const variant = resolved();
        const gone = variant ? !variant.available : !card.available;
        const pictured = variant || variants.find((item) => chosen.some(Boolean) && fits(item, labels.length));
        const source = this.#safe(pictured?.image || card.image);
        if (source && image.src !== source) Object.assign(image, { src: source, hidden: false });
        if (!source) image.hidden = true;
        price.textContent = variant?.price || card.price;
        was.textContent = (variant || card).was || "";
        terms.textContent = [(variant || card).unit_price, card.tax_note].filter(Boolean).join(" · ");
        out.hidden = !gone;
        node.classList.toggle("gone", gone);
        add.disabled = gone;
        add.dataset.variant = variant?.id || "";
        label.textContent = gone ? words.soldOut : words.add;
        add.setAttribute("aria-label", `${label.textContent}: ${card.title}`);
      };

      const choose = (i, value) => {
        chosen[i] = value;
        for (let j = i + 1; j < chosen.length; j++) {
          if (chosen[j] && !offered(j, chosen[j]).some((variant) => variant.available)) chosen[j] = "";
        }
        fault.hidden = true;
        selects.forEach((select) => select.classList.remove("missing"));
        refresh();
        selects[i].focus();
      };

      const complain = (text) => {
        fault.textContent = text;
        fault.hidden = false;
      };

      const put = async () => {
        const variant = resolved();
        const missing = chosen.findIndex((value) => !value);
        if (!variant) {
          selects[missing]?.classList.add("missing");
          selects[missing]?.focus();
          return complain(words.pleaseChoose(labels[missing] || ""));
        }
        fault.hidden = true;
        add.setAttribute("aria-busy", "true");
        try {
          await this.addToCart(variant.id);
          add.replaceChildren(icon("check"), el("span", null, words.added));
          this.#announce(words.inCart(card.title, this.#held(variant.id)));
          setTimeout(() => add.replaceChildren(label), 1800);
        } catch (problem) {
          complain(problem.detail);
        }
        add.removeAttribute("aria-busy");
      };

      refresh();
      return node;
    }

    #stars({ rating, rating_count: count }) {
      if (!rating) return el("div", { class: "rating" });
      const number = rating.toLocaleString(this.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
      const five = () => Array.from({ length: 5 }, () => drawing(STAR));
      const lit = el("span", { class: "lit" }, five());
      lit.style.width = `${(rating / 5) * 100}%`;
      const stars = el("span", { class: "stars" }, el("span", null, five()), lit);
      return el("div", { class: "rating", role: "img", "aria-label": this.#words.rating(number, count) }, stars, `${number} (${count})`);
    }

    // --- drawing: the cart drawer ---

    #showDrawer(shown, refocus) {
      if (this.#drawer === shown) return;
      this.#drawer = shown;
      if (shown) this.#renderDrawer();
      this.#frame();
      if (shown) this.#ui.drawer.querySelector("button").focus();
      else if (refocus) this.#ui.cartOpen.focus();
    }

    #renderDrawer() {
      const [ui, words] = [this.#ui, this.#words];
      const cart = this.#cart;
      const focused = this.shadowRoot.activeElement?.dataset?.focus;
      const top = el("div", { class: "top" },
        el("button", { class: "icon", type: "button", "aria-label": words.cartClose, title: words.cartClose, test: "cart-close", "data-focus": "close", onclick: () => this.#showDrawer(false, true) }, icon("back")),
        el("h2", null, cart.count ? `${words.cart} (${cart.count})` : words.cart));
      const rest = cart.items.length
        ? [el("ul", { class: "items" }, cart.items.map((item) => this.#item(item))), this.#foot()]
        : [el("div", { class: "empty", test: "cart-empty" }, icon("cart"), el("b", null, words.cartEmpty), words.cartHint)];
      ui.drawer.replaceChildren(top, ...rest);
      const near = (name) => ui.drawer.querySelector(`[data-focus="${CSS.escape(name)}"]:enabled`);
      if (focused) (near(focused) || near(focused.replace(/-?1$/, "x")) || ui.drawer.querySelector("button")).focus();
    }

    /** Below the items: codes, what they take off, the total as the server tells it, and the way to the checkout. */
    #foot() {
      const [words, cart, code] = [this.#words, this.#cart, this.#code];
      const settle = (change) => change.catch((problem) => (code.fault = problem.detail)).then(() => this.#drawer && this.#renderDrawer());
      const field = el("input", { "aria-label": words.code, placeholder: words.code, test: "code", "data-focus": "code", maxlength: "60", autocomplete: "off", autocapitalize: "characters", enterkeyhint: "done", spellcheck: "false",
        "aria-invalid": Boolean(code.fault) && "true", "aria-describedby": "code-fault", oninput: () => (code.draft = field.value) });
      field.value = code.draft;
      const form = el("form", { class: "code", onsubmit: (event) => {
        event.preventDefault();
        const typed = field.value.trim();
        if (!typed) return field.focus();
        code.fault = "";
        settle(this.applyCode(typed).then(() => {
          code.draft = "";
          this.#announce(words.codeOn(typed.toUpperCase()));
        }));
      } }, field, el("button", { type: "submit", test: "code-apply" }, words.codeApply));
      const held = (cart.codes || []).map((name) => el("button", { type: "button", test: "code-remove", "aria-label": words.codeRemove(name), onclick: () => {
        field.focus();
        settle(this.removeCode(name));
      } }, name, icon("close")));
      const go = el("button", { class: "primary", type: "button", test: "checkout", "data-focus": "checkout", onclick: async () => {
        go.setAttribute("aria-busy", "true");
        await this.checkout().catch((problem) => settle(Promise.reject(problem)));
        go.removeAttribute("aria-busy");
      } }, words.checkout);
      return el("div", { class: "foot" }, held.length > 0 && el("div", { class: "codes" }, held), form,
        el("p", { class: "fault small", role: "alert", id: "code-fault", hidden: !code.fault, test: "code-fault" }, code.fault),
        this.#rows(cart.reductions), this.#total(cart.total, "cart-total"), cart.notes?.map((note) => el("p", { class: "small quiet" }, note)), go);
    }

    #item(item) {
      const words = this.#words;
      const name = [item.title, item.options].filter(Boolean).join(", ");
      const source = this.#safe(item.image);
      const set = (next) => this.#changeCart(item.variant_id, next).catch((problem) => {
        this.#cartFault[item.variant_id] = problem.detail;
        if (this.#drawer) this.#renderDrawer();
      });
      const step = (sign, label, disabled) => el("button", { type: "button", "aria-label": label(name), disabled, test: sign > 0 ? "cart-plus" : "cart-minus", "data-focus": `${item.variant_id}${sign}`, onclick: () => set((held) => held + sign) }, icon(sign > 0 ? "fresh" : "minus"));
      return el("li", { class: "item", test: "cart-item", "data-variant": item.variant_id },
        source ? el("img", { class: "thumb", src: source, alt: "" }) : el("span", { class: "thumb" }),
        el("p", { class: "name" }, item.title), el("span", { class: "sumof" }, item.total),
        el("p", { class: "sub" }, [item.options, item.quantity > 1 && `${words.each} ${item.price}`].filter(Boolean).join(" · ")),
        el("div", { class: "acts" },
          el("span", { class: "step" }, step(-1, words.fewer, item.quantity <= 1), el("b", { test: "cart-quantity" }, item.quantity), step(1, words.more, item.quantity >= item.most)),
          el("button", { class: "link", type: "button", "aria-label": words.removeLabel(name), test: "cart-remove", "data-focus": `${item.variant_id}x`, onclick: () => set(() => 0) }, words.remove)),
        this.#cartFault[item.variant_id] && el("p", { class: "fault small", role: "alert", test: "cart-fault" }, this.#cartFault[item.variant_id]));
    }

    // --- search in the thread ---

    #openSearch() {
      this.#showDrawer(false);
      this.#ui.searchBar.hidden = false;
      this.#ui.find.focus();
    }

    #closeSearch() {
      const ui = this.#ui;
      ui.find.value = "";
      this.#search();
      ui.searchBar.hidden = true;
      ui.menuButton.focus();
    }

    #search(keepPlace) {
      const { stored, find, count } = this.#ui;
      for (const mark of stored.querySelectorAll("mark")) {
        const parent = mark.parentNode;
        mark.replaceWith(...mark.childNodes);
        parent.normalize();
      }
      const word = find.value.trim();
      this.#hits = word ? this.#markAll(stored, new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu")) : [];
      if (!keepPlace) this.#hit = this.#hits.length - 1;
      count.textContent = word ? this.#words.hits(0, this.#hits.length) : "";
      if (this.#hits.length) this.#step(0);
    }

    #markAll(root, pattern) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) => (node.parentElement.closest(".bubble, .card h3, .brand, .sum, .notice, details") ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT));
      const texts = [];
      while (walker.nextNode()) texts.push(walker.currentNode);
      return texts.flatMap((text) => {
        const found = [...text.data.matchAll(pattern)].reverse();
        return found.map((match) => {
          const mark = el("mark");
          const hit = text.splitText(match.index);
          hit.splitText(match[0].length);
          hit.replaceWith(mark);
          mark.append(hit);
          return mark;
        }).reverse();
      });
    }

    #step(by) {
      const total = this.#hits.length;
      if (!total) return;
      this.#hits[this.#hit]?.classList.remove("now");
      this.#hit = (this.#hit + by + total) % total;
      const mark = this.#hits[this.#hit];
      mark.classList.add("now");
      mark.closest("details")?.setAttribute("open", "");
      mark.scrollIntoView({ block: "center", inline: "nearest" });
      this.#ui.count.textContent = this.#words.hits(this.#hit + 1, total);
    }
  }

  if (!customElements.get("tresen-chat")) customElements.define("tresen-chat", TresenChat);
})();
