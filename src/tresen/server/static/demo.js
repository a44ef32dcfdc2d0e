/*
 * The demo shop "Kiesel & Kette": a small storefront on Tresen's public contract.
 * Products come from /v1/search and /v1/products, the cart is the chat's cart.
 */
(() => {
  "use strict";

  const WORDS = {
    de: {
      skip: "Zum Inhalt", searchLabel: "Produkte suchen", searchHint: "Laufsocken, Helm, Regenjacke …", languages: "Sprache",
      toDark: "Dunkle Ansicht", toLight: "Helle Ansicht", cart: (n) => `Warenkorb, ${n} Artikel`, nav: "Sortiment", service: "Service",
      title: "Gut unterwegs, zu Fuß und auf dem Rad.", lead: "Ausrüstung für deine Runde, ausgesucht von Leuten, die selbst laufen und fahren. Sag einfach, was du brauchst.",
      askLabel: "Frag den Assistenten des Shops (KI)", askHint: "Was suchst du?", ask: "Fragen",
      examples: ["Hey, finde ein neues Paar Laufsocken mit guter Bewertung für mich", "Welcher Fahrradhelm passt für die Stadt?", "Wie lange kann ich etwas zurückgeben?"],
      browse: "Stöbern", best: "Am besten bewertet", products: (n) => (n === 1 ? "1 Produkt" : `${n} Produkte`), found: (q) => `Suche: ${q}`,
      brand: "Marke", list: "Produkte", allBrands: "Alle Marken", inStock: "Nur lieferbar", wellRated: "Ab 4 Sternen", more: "Mehr zeigen",
      nothing: "Dazu haben wir nichts gefunden.", nothingHint: "Versuch es mit einem anderen Wort, oder frag den Assistenten.", nothingFilter: "Kein Produkt passt zu diesen Filtern.", askInstead: "Den Assistenten fragen",
      reset: "Filter zurücksetzen", home: "Start", rating: (r, n) => `${r} von 5 Sternen, ${n} ${n === 1 ? "Bewertung" : "Bewertungen"}`, stars: (n) => `${n} von 5 Sternen`, soldOut: "ausverkauft",
      choose: "bitte wählen", pleaseChoose: (o) => `Bitte wähle noch: ${o}.`, add: "In den Warenkorb", adding: "Einen Moment …",
      added: (n) => `Liegt im Warenkorb, jetzt ${n} Stück.`, show: "Warenkorb ansehen", question: "Frage zum Produkt", details: "Details", attributes: "Eigenschaften", reviews: "Was andere sagen", withIt: "Passt gut dazu",
      cartTitle: "Warenkorb", cartEmpty: "Dein Warenkorb ist noch leer.", cartHint: "Stöbere ein wenig, oder frag den Assistenten.", each: "je", fewer: (t) => `Eins weniger: ${t}`, one: (t) => `Eins mehr: ${t}`,
      remove: "Entfernen", removeLabel: (t) => `Entfernen: ${t}`, code: "Rabattcode", apply: "Einlösen", dropCode: (c) => `Code ${c} entfernen`, total: "Summe", checkout: "Zur Kasse",
      withdraw: "Vertrag widerrufen", policies: "Service und Regeln", policiesLead: "Versand, Rückgabe, Bezahlung und alles, was du wissen willst.", hours: "Beratung", demo: "Ein erfundener Shop, der Tresen zeigt. Hier wird nichts verkauft.",
      missing: "Diese Seite gibt es nicht.", missingHint: "Vielleicht wurde das Produkt aus dem Sortiment genommen.", toHome: "Zur Startseite", failed: "Der Shop ist gerade nicht erreichbar.", failedHint: "Prüfe deine Verbindung und versuch es noch einmal.", again: "Noch einmal", notAdded: "Das hat nicht geklappt. Bitte versuch es noch einmal.",
    },
    en: {
      skip: "Skip to content", searchLabel: "Search products", searchHint: "Running socks, helmet, rain jacket …", languages: "Language",
      toDark: "Dark view", toLight: "Light view", cart: (n) => `Cart, ${n} ${n === 1 ? "item" : "items"}`, nav: "Range", service: "Service",
      title: "Well on your way, on foot and by bike.", lead: "Kit for your daily round, picked by people who run and ride themselves. Just say what you need.",
      askLabel: "Ask the shop's assistant (AI)", askHint: "What are you looking for?", ask: "Ask",
      examples: ["Hey, find me a new pair of running socks with good ratings", "Which bike helmet suits the city?", "How long can I return something?"],
      browse: "Browse", best: "Best rated", products: (n) => (n === 1 ? "1 product" : `${n} products`), found: (q) => `Search: ${q}`,
      brand: "Brand", list: "Products", allBrands: "All brands", inStock: "In stock only", wellRated: "4 stars and up", more: "Show more",
      nothing: "We found nothing for that.", nothingHint: "Try another word, or ask the assistant.", nothingFilter: "No product matches these filters.", askInstead: "Ask the assistant",
      reset: "Reset filters", home: "Home", rating: (r, n) => `${r} out of 5 stars, ${n} ${n === 1 ? "rating" : "ratings"}`, stars: (n) => `${n} out of 5 stars`, soldOut: "sold out",
      choose: "please choose", pleaseChoose: (o) => `Please choose: ${o.toLowerCase()}.`, add: "Add to cart", adding: "One moment …",
      added: (n) => `It is in your cart, now ${n}.`, show: "View cart", question: "Ask about this product", details: "Details", attributes: "Properties", reviews: "What others say", withIt: "Goes well with it",
      cartTitle: "Cart", cartEmpty: "Your cart is still empty.", cartHint: "Have a look around, or ask the assistant.", each: "each", fewer: (t) => `One fewer: ${t}`, one: (t) => `One more: ${t}`,
      remove: "Remove", removeLabel: (t) => `Remove: ${t}`, code: "Discount code", apply: "Apply", dropCode: (c) => `Remove code ${c}`, total: "Total", checkout: "Checkout",
      withdraw: "Withdraw from contract", policies: "Service and policies", policiesLead: "Shipping, returns, payment and everything you want to know.", hours: "Advice", demo: "A made-up shop that shows Tresen. Nothing is sold here.",
      missing: "This page does not exist.", missingHint: "Maybe the product has left our range.", toHome: "To the home page", failed: "The shop cannot be reached right now.", failedHint: "Check your connection and try again.", again: "Try again", notAdded: "That did not work. Please try again.",
    },
  };
  const PAGE = 24;
  const ICONS = {
    on: "M9.5 6l6 6-6 6",
    chat: "M4 5.5h16v11H9.5L5 20v-3.5H4zM8 9.5h8M8 12.5h5",
    star: "M12 2.6l2.9 6 6.6.9-4.8 4.6 1.2 6.6-5.9-3.2-5.9 3.2 1.2-6.6L2.5 9.5l6.6-.9z",
  };

  const chat = document.querySelector("tresen-chat");
  const main = document.getElementById("main");
  const byId = (id) => document.getElementById(id);
  const shops = {};
  let locale = localStorage.getItem("kiesel:locale") || ((navigator.language || "de").startsWith("de") ? "de" : "en");
  let words = WORDS[locale] || WORDS.de;
  let shown = 0; // which rendering is the newest; answers to older ones are dropped
  let onCart = () => {}; // what the view on the screen does when the cart changes

  // --- nodes and data ----------------------------------------------------------------------------------------------

  function el(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", ICONS[name]);
    svg.append(line);
    return svg;
  }

  class Missing extends Error {}

  async function read(path, query = {}) {
    const url = new URL(path, location.origin);
    for (const [name, value] of Object.entries({ ...query, locale })) if (value !== "" && value !== false) url.searchParams.set(name, value);
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (response.status === 404) throw new Missing();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.json();
  }

  const shop = async () => (shops[locale] ??= await read("/v1/shop"));

  const link = {
    product: (id) => `/demo#/p/${encodeURIComponent(id)}`,
    category: (key) => `/demo#/c/${encodeURIComponent(key)}`,
    search: (q) => `/demo#/search/${encodeURIComponent(q)}`,
    cart: () => "/demo#/cart",
    policies: () => "/demo#/policies",
    document: (id) => `/demo/policies/${encodeURIComponent(id)}`,
  };

  const depth = (key) => key.split(/[/>]/).length;
  const under = (key, top) => key !== top && key.startsWith(top) && /^\s*[/>]/.test(key.slice(top.length));

  function topCategories(categories) {
    const least = Math.min(...categories.map((category) => depth(category.key)));
    return categories.filter((category) => depth(category.key) === least && category.count > 0);
  }

  // --- pieces ------------------------------------------------------------------------------------------------------

  function stars(rating, label, text) {
    const five = () => Array.from({ length: 5 }, () => icon("star"));
    const lit = el("span", { class: "lit" }, five());
    lit.style.width = `${(rating / 5) * 100}%`;
    return el("span", { class: "rating", role: "img", "aria-label": label }, el("span", { class: "stars" }, el("span", null, five()), lit), text);
  }

  function ratingOf(card) {
    if (!card.rating) return el("span", { class: "rating" });
    const number = card.rating.toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    return stars(card.rating, words.rating(number, card.rating_count), `${number} (${card.rating_count})`);
  }

  function productTile(card) {
    const image = el("img", { src: card.image, alt: "", loading: "lazy", width: 480, height: 480 });
    return el("li", { class: card.available ? "product" : "product gone", "data-product": card.product_id, "data-testid": "product" },
      el("div", { class: "shot" }, card.image && image, !card.available && el("span", { class: "out" }, words.soldOut)),
      el("p", { class: "brand" }, card.brand), el("h3", null, el("a", { href: link.product(card.product_id) }, card.title)),
      ratingOf(card), el("p", { class: "price" }, card.price), el("p", { class: "terms" }, card.was && el("b", null, card.was), [card.unit_price, card.tax_note].filter(Boolean).join(" · ")));
  }

  const grid = (cards) => el("ul", { class: "grid" }, cards.map(productTile));

  const section = (title, ...content) => el("section", null, el("div", { class: "heading" }, el("h2", null, title)), ...content);

  const crumbs = (...steps) => el("ul", { class: "crumbs" }, el("li", null, el("a", { href: "/demo#/" }, words.home)), steps.map((step) => el("li", null, step.href ? el("a", { href: step.href }, step.label) : step.label)));

  const note = (level, title, hint, ...rest) => el("div", { class: "note", role: "status" }, el(level, null, title), el("p", { class: "muted" }, hint), ...rest);

  // --- views -------------------------------------------------------------------------------------------------------

  async function home() {
    const [{ categories }, best] = await Promise.all([shop(), bestRated()]);
    const examples = words.examples.map((text) => el("button", { class: "chip", type: "button", "data-testid": "example", onclick: () => chat.ask(text) }, text));
    const field = el("input", { type: "text", name: "text", "aria-label": words.askLabel, placeholder: words.askHint, autocomplete: "off", maxlength: 2000 });
    const ask = el("form", { class: "ask", onsubmit: (event) => {
      event.preventDefault();
      if (!field.value.trim()) return chat.open();
      chat.ask(field.value);
      field.value = "";
    } }, field, el("button", { class: "button", type: "submit" }, icon("chat"), words.ask));
    const collage = el("div", { class: "collage" }, oneOfEach([...best].sort((a, b) => b.rating_count - a.rating_count), 3).map((card) => el("a", { href: link.product(card.product_id), "aria-label": card.title }, el("img", { src: card.image, alt: "", width: 480, height: 480 }))));
    return {
      nodes: [
        el("div", { class: "hero" }, el("div", null, el("h1", null, words.title), el("p", { class: "lead" }, words.lead), ask, el("div", { class: "chips" }, examples)), collage),
        section(words.browse, tiles(categories)),
        best.length > 0 && section(words.best, grid(oneOfEach(best, 8))),
      ],
    };
  }

  async function bestRated() {
    const { hits } = await read("/v1/search", { q: "", min_rating: 4.5, in_stock: true, limit: 60 });
    return hits.map((hit) => hit.card).filter((card) => card.image).sort((a, b) => b.rating - a.rating || b.rating_count - a.rating_count);
  }

  /** The best, but not all of one kind: first one product of each brand. */
  function oneOfEach(cards, count) {
    const taken = new Set();
    const first = cards.filter((card) => !taken.has(card.brand) && taken.add(card.brand));
    return [...first, ...cards.filter((card) => !first.includes(card))].slice(0, count);
  }

  function tiles(categories) {
    return el("div", { class: "tiles" }, topCategories(categories).map((top) => el("div", { class: "tile" },
      el("h3", null, el("a", { href: link.category(top.key) }, top.label)),
      el("ul", null, categories.filter((category) => under(category.key, top.key) && category.count).map((category) => el("li", null, el("a", { href: link.category(category.key) }, category.label)))))));
  }

  async function category(key) {
    const { categories } = await shop();
    const here = categories.find((item) => item.key === key);
    if (!here) throw new Missing();
    const parent = categories.find((item) => under(key, item.key));
    const children = categories.filter((item) => under(item.key, key) && item.count);
    const head = [crumbs(...(parent ? [{ label: parent.label, href: link.category(parent.key) }] : []), { label: here.label }), el("h1", null, here.label),
      children.length > 0 && el("div", { class: "chips subs" }, children.map((item) => el("a", { class: "chip", href: link.category(item.key) }, item.label, el("small", null, item.count))))];
    return { title: here.label, current: parent?.key || key, nodes: [...head, await listing({ category: key })] };
  }

  async function search(q) {
    byId("q").value = q;
    return { title: words.found(q), nodes: [crumbs({ label: words.found(q) }), el("h1", null, words.found(q)), await listing({ q })] };
  }

  /** Products with filters; the list follows every change. */
  async function listing(query) {
    const filters = { brand: "", in_stock: false, min_rating: "" };
    const list = el("div");
    const total = el("span", { class: "total", role: "status", "data-testid": "total" });
    const brands = el("select", { "aria-label": words.brand, onchange: (event) => change({ brand: event.target.value }) });
    const check = (name, label, on) => el("label", { class: "check" }, el("input", { type: "checkbox", name, onchange: (event) => change({ [name]: event.target.checked ? on : "" }) }), label);
    const bar = el("div", { class: "filters" }, brands, check("in_stock", words.inStock, true), check("min_rating", words.wellRated, 4), total);
    let limit = PAGE;

    async function change(part) {
      Object.assign(filters, part);
      limit = PAGE;
      await fill().catch(() => list.replaceChildren(note("h2", words.failed, words.failedHint, el("button", { class: "button", type: "button", onclick: () => change({}) }, words.again))));
    }

    async function fill() {
      const found = await read("/v1/search", { q: "", ...query, ...filters, limit });
      const cards = found.hits.map((hit) => hit.card);
      if (!filters.brand) offerBrands(found.facets?.brands || []);
      total.textContent = words.products(found.total);
      const more = found.total > cards.length && cards.length >= limit && el("div", { class: "more" }, el("button", { class: "button quiet", type: "button", onclick: async () => {
        limit += PAGE;
        const before = cards.length;
        await fill();
        list.querySelectorAll(".product a")[before]?.focus({ preventScroll: true });
      } }, words.more));
      list.replaceChildren(...[cards.length ? grid(cards) : nothing(), more].filter(Boolean));
    }

    function offerBrands(found) {
      brands.replaceChildren(el("option", { value: "" }, words.allBrands), ...found.map((item) => el("option", { value: item.key }, `${item.label} (${item.count})`)));
      brands.hidden = found.length < 2;
    }

    function nothing() {
      if (filters.brand || filters.in_stock || filters.min_rating) {
        return note("h2", words.nothingFilter, "", el("button", { class: "button quiet", type: "button", onclick: () => {
          bar.querySelectorAll("input").forEach((input) => (input.checked = false));
          change({ brand: "", in_stock: false, min_rating: "" });
        } }, words.reset));
      }
      return note("h2", words.nothing, words.nothingHint, query.q && el("button", { class: "button", type: "button", onclick: () => chat.ask(query.q) }, icon("chat"), words.askInstead));
    }

    await fill();
    return el("div", null, el("h2", { class: "sr" }, words.list), bar, list);
  }

  async function product(id) {
    const [found, { categories }] = await Promise.all([read(`/v1/products/${encodeURIComponent(id)}`), shop()]);
    const { card } = found;
    chat.setContext?.({ product: card.product_id });
    const path = found.category.map((label, i) => {
      const match = categories.find((item) => item.label === label && depth(item.key) === i + 1);
      return { label, href: match && link.category(match.key), key: match?.key };
    });
    const image = el("img", { src: card.image, alt: card.title, width: 480, height: 480 });
    const out = el("span", { class: "out", hidden: true }, words.soldOut);
    const facts = (title, rows) => rows.length > 0 && el("div", { class: "facts" }, el("h2", null, title), el("dl", null, rows.flatMap((row) => [el("dt", null, row.label), el("dd", null, row.text)])));
    return {
      title: card.title,
      current: path[0]?.key,
      nodes: [
        crumbs(...path, { label: card.title }),
        el("div", { class: "detail" },
          el("div", { class: "picture" }, card.image && image, out),
          el("div", null,
            el("p", { class: "brand" }, card.brand), el("h1", null, card.title), ratingOf(card),
            buyBox(card, image, out), el("p", null, found.description), facts(words.details, found.details), facts(words.attributes, found.attributes))),
        el("div", { class: "below" },
          found.reviews.length > 0 && section(words.reviews, el("div", { class: "reviews" }, found.reviews.map(review))),
          found.goes_well_with.length > 0 && section(words.withIt, grid(found.goes_well_with))),
      ],
    };
  }

  const review = (item) => el("article", { class: "review", lang: item.locale }, stars(item.stars, words.stars(item.stars), ""), el("p", null, item.text), el("footer", null, item.author));

  /** Options, price and "add to cart"; choosing the options leads to one variant. */
  function buyBox(card, image, out) {
    const { variants, options: labels } = card;
    const valuesOf = (i) => [...new Set(variants.map((variant) => variant.options[i]))];
    const fits = (variant, upTo) => chosen.every((value, j) => j >= upTo || !value || variant.options[j] === value);
    const open = (i, value) => variants.some((variant) => variant.available && variant.options[i] === value && fits(variant, i));
    const exists = (i, value) => variants.some((variant) => variant.options[i] === value && fits(variant, i));
    const chosen = [];
    const start = variants.find((variant) => variant.id === card.variant_id);
    labels.forEach((_, i) => {
      const first = valuesOf(i).find((value) => open(i, value)) || valuesOf(i)[0];
      chosen[i] = start ? start.options[i] : valuesOf(i).length === 1 || (i === 0 && labels.length > 1) ? first : "";
    });
    const price = el("span", { class: "price", "data-testid": "product-price" });
    const was = el("p", { class: "was", "data-testid": "product-was" });
    const tax = el("p", { class: "tax", "data-testid": "product-terms" });
    const message = el("p", { class: "message", role: "status", "data-testid": "product-message" });
    const add = el("button", { class: "button", type: "button", "data-testid": "product-add", onclick: put });
    const groups = labels.map((label) => el("fieldset", { "data-option": label }));

    function resolved() {
      return chosen.every(Boolean) ? variants.find((variant) => variant.options.every((value, j) => value === chosen[j])) : undefined;
    }

    function refresh() {
      groups.forEach((group, i) => group.replaceChildren(
        el("legend", null, labels[i], el("span", null, `: ${chosen[i] || words.choose}`)),
        el("div", { class: "values" }, valuesOf(i).filter((value) => exists(i, value)).map((value) => {
          const name = open(i, value) ? value : `${value}, ${words.soldOut}`;
          return el("label", { class: "value" }, el("input", { type: "radio", name: `option-${i}`, value, "aria-label": name, checked: value === chosen[i], disabled: !open(i, value) && value !== chosen[i], onchange: () => choose(i, value) }), el("span", { title: name }, value));
        }))));
      const variant = resolved();
      const gone = variant ? !variant.available : !card.available;
      const pictured = variant || variants.find((item) => chosen.some(Boolean) && fits(item, labels.length));
      const source = pictured?.image || card.image;
      if (source && image.getAttribute("src") !== source) image.src = source;
      price.textContent = variant?.price || card.price;
      was.textContent = (variant || card).was || "";
      tax.textContent = [(variant || card).unit_price, card.tax_note].filter(Boolean).join(" · ");
      out.hidden = !gone;
      add.disabled = gone;
      add.textContent = gone ? words.soldOut : words.add;
    }

    function choose(i, value) {
      chosen[i] = value;
      for (let j = i + 1; j < chosen.length; j++) if (chosen[j] && !open(j, chosen[j])) chosen[j] = "";
      groups.forEach((group) => group.classList.remove("missing"));
      say("");
      refresh();
      groups[i].querySelector("input:checked").focus();
    }

    function say(text, fault) {
      message.classList.toggle("fault", Boolean(fault));
      message.replaceChildren(text);
    }

    async function put() {
      const missing = chosen.findIndex((value) => !value);
      if (missing >= 0) {
        groups[missing].classList.add("missing");
        groups[missing].querySelector("input:enabled")?.focus();
        return say(words.pleaseChoose(labels[missing]), true);
      }
      const variant = resolved();
      add.textContent = words.adding;
      try {
        const cart = await chat.addToCart(variant.id);
        const held = cart.items.find((item) => item.variant_id === variant.id)?.quantity || 0;
        say("");
        message.append(words.added(held), " ", el("a", { href: link.cart() }, words.show));
      } catch (problem) {
        say(problem.detail || words.notAdded, true);
      }
      add.textContent = words.add;
    }

    refresh();
    return el("div", { class: "buy" }, price, was, tax, groups, el("div", { class: "actions" }, variants.length > 0 && add,
      el("button", { class: "button quiet", type: "button", onclick: () => chat.open() }, icon("chat"), words.question)), message);
  }

  async function policies() {
    const { documents } = await shop();
    const mine = documents.filter((item) => item.locale === locale);
    return {
      title: words.policies,
      current: "policies",
      nodes: [crumbs({ label: words.policies }), el("h1", null, words.policies), el("p", { class: "muted" }, words.policiesLead),
        el("ul", { class: "policies" }, (mine.length ? mine : documents).map((item) => el("li", null, el("a", { href: link.document(item.id) }, item.title, icon("on")))))],
    };
  }

  async function policy(id) {
    const found = await read(`/v1/documents/${encodeURIComponent(id)}`);
    const body = el("article", { class: "document", lang: found.locale });
    body.innerHTML = found.html; // the one place with markup: the server has sanitised the shop's own document
    const first = body.querySelector("h1, h2");
    const title = el("h1", { id: first?.textContent === found.title && first.id }, found.title);
    if (title.id) first.replaceWith(title);
    else if (first?.tagName !== "H1") body.prepend(title);
    return { title: found.title, current: "policies", nodes: [crumbs({ label: words.policies, href: link.policies() }, { label: found.title }), body], after: () => toAnchor(body) };
  }

  function toAnchor(body) {
    const name = decodeURIComponent(location.hash.slice(1));
    const there = name ? [...body.querySelectorAll("[id]")].find((node) => node.id === name) : null;
    body.querySelector(".here")?.classList.remove("here");
    there?.classList.add("here");
    there?.scrollIntoView();
    return Boolean(there);
  }

  /** The cart with the lines, reductions and total of the server; a token puts what somebody sent into it. */
  async function cart(token) {
    const opened = token && await chat.openCartLink(token).catch((problem) => {
      if (problem.status === 404) throw new Missing();
      throw problem;
    });
    if (token) history.replaceState(null, "", link.cart());
    const [body, fault] = [el("div", { "data-testid": "cart-page" }), el("p", { class: "message fault", role: "alert", "data-testid": "cart-page-fault" })];
    const change = async (done) => {
      fault.textContent = "";
      await done.catch((problem) => (fault.textContent = problem.detail || words.notAdded));
    };
    const draw = () => {
      const focused = document.activeElement?.dataset.focus;
      body.replaceChildren(...(chat.cart.items.length ? [cartLines(change), cartSums(change)] : [note("h2", words.cartEmpty, words.cartHint)]));
      if (focused) (body.querySelector(`[data-focus="${CSS.escape(focused)}"]:enabled`) || main).focus({ preventScroll: true });
    };
    draw();
    return {
      title: words.cartTitle,
      nodes: [crumbs({ label: words.cartTitle }), el("h1", null, words.cartTitle), opened && opened.missing.length > 0 && el("ul", { class: "missing", role: "status" }, opened.missing.map((text) => el("li", null, text))), body, fault],
      onCart: draw,
    };
  }

  function cartLines(change) {
    const button = (item, by, label, sign, disabled) => el("button", { type: "button", "aria-label": label(item.title), disabled, "data-focus": `${item.variant_id}${sign}`, onclick: () => change(chat.addToCart(item.variant_id, by)) }, sign);
    return el("ul", { class: "lines" }, chat.cart.items.map((item) => el("li", { "data-testid": "cart-page-item" },
      el("img", { src: item.image, alt: "", width: 480, height: 480 }),
      el("div", null, el("p", null, el("a", { href: link.product(item.product_id) }, item.title)), el("p", { class: "muted" }, [item.options, item.quantity > 1 && `${words.each} ${item.price}`].filter(Boolean).join(" · ")),
        el("div", { class: "amount" }, button(item, -1, words.fewer, "−", item.quantity <= 1), el("b", null, item.quantity), button(item, 1, words.one, "+", item.quantity >= item.most),
          el("button", { class: "remove", type: "button", "aria-label": words.removeLabel(item.title), onclick: () => change(chat.addToCart(item.variant_id, -item.quantity)) }, words.remove))),
      el("b", { class: "cost" }, item.total))));
  }

  function cartSums(change) {
    const { reductions = [], notes = [], codes = [], total } = chat.cart;
    const field = el("input", { name: "code", "aria-label": words.code, placeholder: words.code, maxlength: 60, autocomplete: "off", spellcheck: "false", "data-testid": "cart-page-code", "data-focus": "code" });
    const form = el("form", { class: "code", onsubmit: (event) => {
      event.preventDefault();
      if (field.value.trim()) change(chat.applyCode(field.value.trim()));
    } }, field, el("button", { class: "button quiet", type: "submit" }, words.apply));
    const row = (label, value, test) => el("div", { class: test && "total" }, el("dt", null, label), el("dd", { "data-testid": test }, value));
    return el("div", { class: "sums" }, form,
      codes.length > 0 && el("p", null, codes.map((code) => el("button", { class: "chip", type: "button", "aria-label": words.dropCode(code), onclick: () => change(chat.removeCode(code)) }, `${code} ×`))),
      el("dl", null, reductions.map((each) => row(each.label, each.value)), row(words.total, total, "cart-page-total")),
      notes.map((text) => el("p", { class: "muted" }, text)),
      el("button", { class: "button", type: "button", "data-testid": "cart-page-checkout", onclick: () => change(chat.checkout()) }, words.checkout));
  }

  // --- the page around them ----------------------------------------------------------------------------------------

  function route() {
    const document_ = /^\/demo\/policies\/(.+)$/.exec(location.pathname);
    const hash = location.hash;
    if (document_ && !hash.startsWith("#/")) return () => policy(decodeURIComponent(document_[1]));
    const [, name, rest = ""] = /^#\/([a-z]*)\/?(.*)$/.exec(hash) || ["", ""];
    const value = decodeURIComponent(rest);
    const views = { "": home, p: () => product(value), c: () => category(value), search: () => search(value), policies, cart: () => cart(value) };
    return views[name] || (() => Promise.reject(new Missing()));
  }

  async function show({ first = false, stay = false } = {}) {
    const mine = ++shown;
    if (first) main.classList.add("loading");
    if (!location.hash.startsWith("#/search/")) byId("q").value = "";
    chat.setContext?.({ product: "" });
    let view;
    try {
      view = await route()();
    } catch (problem) {
      view = { title: words.missing, nodes: [problem instanceof Missing
        ? note("h1", words.missing, words.missingHint, el("a", { class: "button", href: "/demo#/" }, words.toHome))
        : note("h1", words.failed, words.failedHint, el("button", { class: "button", type: "button", onclick: () => show() }, words.again))] };
      if (!(problem instanceof Missing)) console.error(problem);
    }
    if (mine !== shown) return;
    main.classList.remove("loading");
    onCart = view.onCart || (() => {});
    main.replaceChildren(el("div", { class: "wrap" }, view.nodes.filter(Boolean)));
    document.title = view.title ? `${view.title} · Kiesel & Kette` : "Kiesel & Kette";
    frame(view.current).catch(() => {});
    if (stay) return;
    if (!view.after?.()) scrollTo(0, 0);
    if (!first) main.focus({ preventScroll: true });
  }

  async function frame(current) {
    document.documentElement.lang = locale;
    byId("skip").textContent = words.skip;
    byId("q").placeholder = words.searchHint;
    byId("q").setAttribute("aria-label", words.searchLabel);
    byId("languages").setAttribute("aria-label", words.languages);
    for (const button of byId("languages").children) button.setAttribute("aria-pressed", String(button.dataset.locale === locale));
    labelTheme();
    count(chat.cart?.count || 0);
    const { categories, departments, documents } = await shop();
    const entry = (href, label, key, className) => el("li", { class: className }, el("a", { href, "aria-current": key === current && "page" }, label));
    byId("nav").setAttribute("aria-label", words.nav);
    byId("nav").replaceChildren(el("ul", null, topCategories(categories).map((item) => entry(link.category(item.key), item.label, item.key)), entry(link.policies(), words.service, "policies", "end")));
    byId("footer").replaceChildren(
      el("div", null, el("h2", null, "Kiesel & Kette"), el("p", null, words.demo)),
      el("div", null, el("h2", null, words.policies), el("ul", { class: "columns" }, documents.filter((item) => item.locale === locale).map((item) => el("li", null, el("a", { href: link.document(item.id) }, item.title))),
        el("li", null, el("a", { href: `/withdraw?lang=${locale}`, "data-testid": "withdraw" }, words.withdraw)))),
      el("div", null, el("h2", null, words.hours), el("ul", null, departments.map((item) => el("li", null, `${item.name}: ${days(item.days)}, ${item.hours.replace("-", "–")}`)))));
  }

  /** `mon` to `fri` as "Mo–Fr", in the language of the page; days that do not follow each other one by one. */
  function days(keys) {
    const week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    const name = (key) => new Date(Date.UTC(2024, 0, 1 + week.indexOf(key))).toLocaleDateString(locale, { weekday: "short", timeZone: "UTC" });
    const inRow = keys.length > 2 && keys.every((key, i) => week.indexOf(key) === week.indexOf(keys[0]) + i);
    return inRow ? `${name(keys[0])}–${name(keys.at(-1))}` : keys.map(name).join(", ");
  }

  function count(number) {
    byId("cart-count").textContent = number;
    byId("cart-count").hidden = !number;
    byId("cart").setAttribute("aria-label", words.cart(number));
  }

  function speak(next) {
    if (!WORDS[next] || next === locale) return;
    locale = next;
    words = WORDS[next];
    localStorage.setItem("kiesel:locale", next);
    chat.setAttribute("locale", next);
    if (location.pathname.startsWith("/demo/policies/") && !location.hash.startsWith("#/")) location.assign(link.policies());
    else show({ stay: true });
  }

  const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  function paint(theme) {
    if (!theme) return;
    document.documentElement.dataset.theme = theme;
    chat.setAttribute("theme", theme);
  }

  function labelTheme() {
    const label = isDark() ? words.toLight : words.toDark;
    byId("theme").setAttribute("aria-label", label);
    byId("theme").title = label;
  }

  byId("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const q = byId("q").value.trim();
    if (q) location.assign(link.search(q));
  });
  byId("languages").addEventListener("click", (event) => speak(event.target.dataset.locale));
  byId("theme").addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    localStorage.setItem("kiesel:theme", theme);
    paint(theme);
    labelTheme();
  });
  byId("cart").addEventListener("click", () => chat.openCart());
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  document.addEventListener("tresen:cart", (event) => {
    count(event.detail.cart.count);
    onCart();
  });
  document.addEventListener("tresen:locale", (event) => speak(event.detail.locale));
  window.addEventListener("hashchange", () => {
    const body = document.querySelector("article.document");
    if (body && !location.hash.startsWith("#/")) toAnchor(body);
    else show();
  });

  document.documentElement.lang = locale;
  chat.setAttribute("locale", locale);
  paint(localStorage.getItem("kiesel:theme"));
  customElements.whenDefined("tresen-chat").then(() => show({ first: true }));
})();
