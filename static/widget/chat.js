/* Redress live chat: one script for a shop's pages, without dependencies and cookies.
   <script src="https://care.shop.example/widget/<source>.js" async></script>
   Everything that was written by anybody is shown as text, never as markup. Served without
   indentation and remarks; docs/channels.md tells what a page may set and call. */
(() => {
  "use strict";
  const script = document.currentScript;
  const options = { ...window.redressChat, ...(script && script.dataset) };
  if (!script || window.redressWidget || !window.fetch || !Element.prototype.attachShadow) return;
  const base = script.src.replace(/\.js(\?.*)?$/, "/");
  const slug = base.split("/").slice(-2)[0];
  const language = (options.lang || document.documentElement.lang || navigator.language || "en").slice(0, 2);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const FAST = 1000, NEAR = 1500, SLOW = 5000, HIDDEN = 10000, ACTIVE_FOR = 6e5, HIDDEN_FOR = 3e5, KEPT_FOR = 3 * 864e5;

  let about, words, ui, slot, identity = options.identity || "";
  let lines = [], version = -1, email = "", emailSure = false;
  let isOpen = false, timer, retryTimer, pause = 0, busy = false, activeAt = Date.now(), hiddenAt = 0;
  let files = [], told = "";

  // ---- what stays in this browser: a token, and what was not sent yet -------------------------
  const subject = () => {
    try {
      const part = identity.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
      return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (c) => c.charCodeAt(0)))).sub || "";
    } catch { return ""; }
  };
  const place = (who) => `redress.${slug}${who ? `.${who}` : ""}`;
  const load = (name) => {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
  };
  const keep = () => {
    try {
      const waiting = slot.waiting.filter((line) => !line.files.length);
      localStorage.setItem(place(subject()), JSON.stringify({ ...slot, waiting }));
    } catch { /* a browser that keeps nothing: until the page is left */ }
  };
  const random = (bytes) => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes))))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const fresh = () => ({ token: random(32), at: 0, waiting: [], open: false });
  const takeSlot = () => {
    const who = subject();
    slot = load(place(who));
    const before = who && !slot && load(place(""));
    // Somebody who logs in goes on with what was begun just now; an old talk may be another's.
    if (before && Date.now() - before.at < 36e5) {
      slot = before;
      try { localStorage.removeItem(place("")); } catch { /* not kept either */ }
    }
    slot = slot && slot.token ? slot : fresh();
    slot.waiting = (slot.waiting || []).map((line) => ({ ...line, files: [], state: "waiting" }));
    lines = [];
    version = -1;
  };

  // ---- talking to the desk --------------------------------------------------------------------
  const ask = (path, headers, body) => fetch(base + path, {
    method: body ? "POST" : "GET",
    credentials: "omit",
    headers: body ? { ...headers, "Content-Type": "application/json" } : headers,
    body: body && JSON.stringify(body),
  });
  const mine = (more) => ({ "X-Redress-Visitor": slot.token, ...more });
  const signed = () => (identity ? { "X-Redress-Identity": identity } : {});
  const noteIdentity = (said) => {
    if (said && said.state === "refused" && said.why !== told) {
      told = said.why;
      console.warn(`Redress chat: the visitor's identity was refused (${said.why}).`);
    }
  };

  const top = () => (lines.length ? lines[lines.length - 1].n : 0);
  const isSeen = () => isOpen && document.visibilityState === "visible";
  const poll = async () => {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    const asked = slot.token;
    try {
      const headers = mine({ "X-Redress-Seen": `${top()},${slot.read || 0}` });
      const answer = await ask("talk/", version < 0 ? { ...headers, ...signed() }
        : { ...headers, "X-Redress-Version": `${version}` });
      const said = answer.status === 200 && await answer.json();
      // Who logged in or out meanwhile must not see the other's lines.
      if (said && asked === slot.token) take(said);
      if (answer.ok) reached();
    } catch { /* the next turn tries again */ }
    busy = false;
    plan();
  };
  const plan = () => {
    clearTimeout(timer);
    const now = Date.now(), hidden = document.visibilityState === "hidden";
    // Who has left the page for long gets answers by e-mail.
    if (!slot.at || !(isOpen || now - slot.at < KEPT_FOR) || (hidden && now - hiddenAt > HIDDEN_FOR)) return;
    timer = setTimeout(poll, hidden ? HIDDEN : now - activeAt > ACTIVE_FOR ? SLOW : isOpen ? FAST : NEAR);
  };
  const take = (said) => {
    noteIdentity(said.identity);
    const first = version < 0, before = top();
    version = said.version;
    lines = said.lines;
    email = said.email || "";
    emailSure = said.email_is_verified;
    slot.waiting = slot.waiting.filter((line) => !lines.some((l) => l.key === line.key));
    const news = lines.filter((line) => !line.own && line.n > before);
    if (news.length && !first) activeAt = slot.at = Date.now();
    show();
    if (!first && news.length && !isSeen()) {
      ui.status.textContent = words.new.replace("{text}", news[news.length - 1].text.slice(0, 200));
    }
  };

  // ---- sending, one after the other -----------------------------------------------------------
  const encoded = (file) => new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done({ name: file.name, content_base64: reader.result.split(",")[1] || "" });
    reader.onerror = () => fail(new Error("bad_file"));
    reader.readAsDataURL(file);
  });
  const reached = () => {
    if (pause) { pause = 0; say(""); flush(); }
  };
  const later = (seconds) => {
    pause = Math.min(seconds || Math.max(1, pause * 2), 30);
    say(navigator.onLine ? words.retrying.replace("{n}", pause) : words.offline);
    clearTimeout(retryTimer);
    retryTimer = setTimeout(flush, pause * 1000);
  };
  let sending = false;
  const flush = async () => {
    clearTimeout(retryTimer);
    const line = slot.waiting.find((each) => each.state !== "failed");
    if (sending || !line) return;
    sending = true;
    const whose = slot.token;
    try {
      const body = { key: line.key, text: line.text, page: line.page, language: about.language };
      body.files = await Promise.all(line.files.map(encoded));
      // Nor may what one wrote leave as the other's.
      if (whose !== slot.token) {
        sending = false;
        return flush();
      }
      line.state = "sending";
      show();
      await post(line, body);
    } catch (error) {
      line.state = error.message === "bad_file" ? "failed" : "waiting";
      line.why = words.bad_file.replace("{name}", line.files.length ? line.files[0].name : "");
      if (line.state === "waiting") later();
      show();
    }
    sending = false;
    keep();
    if (!pause && slot.waiting.some((each) => each.state === "waiting")) flush();
  };
  const post = async (line, body) => {
    const answer = await ask("talk/", mine(signed()), body);
    if (answer.ok) {
      line.state = "sent";
      slot.at = Date.now();
      pause = 0;
      say("");
      noteIdentity((await answer.json()).identity);
      show();
      await poll();
    } else if (answer.status === 429 || answer.status >= 500) {
      line.state = "waiting";
      later(answer.status === 429 ? Number(answer.headers.get("Retry-After")) || 30 : 0);
      if (answer.status === 429) say(words.slow_down);
      show();
    } else {
      const fault = await answer.json().catch(() => ({}));
      if (fault.code === "other_visitor") {
        const waiting = slot.waiting;
        slot = { ...fresh(), waiting, open: true };
        line.state = "waiting";
        lines = [];
        version = -1;
        return;
      }
      line.state = "failed";
      line.why = (words[fault.code] || words.other).replace("{name}", fault.name || "");
      show();
    }
  };
  const send = () => {
    const text = ui.text.value.trim();
    if (!text && !files.length) return;
    if (text.length > about.limits.text) return say(words.too_long);
    slot.waiting.push({ key: random(18), text, files, state: "waiting", at: new Date().toISOString(), page: location.href });
    files = [];
    ui.text.value = "";
    grow();
    activeAt = Date.now();
    say("");
    chosen();
    keep();
    show();
    if (!navigator.onLine) later();
    flush();
  };

  // ---- what is seen ---------------------------------------------------------------------------
  const make = (tag, props, ...inside) => {
    const found = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (name.includes("-") || name === "role" || name === "for") found.setAttribute(name, value);
      else found[name] = value;
    }
    found.append(...inside.filter((each) => each !== null && each !== ""));
    return found;
  };
  const icon = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };
  const button = (label, path, onclick, className = "icon") =>
    make("button", { type: "button", className, "aria-label": label, title: label, onclick }, icon(path));
  const linked = (text) => text.split(/(https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef]+)/).map((part, index) => {
    if (index % 2 === 0) return part;
    const href = part.replace(/[.,;:!?)\]]+$/, "");
    const link = make("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, href);
    return make("span", {}, link, part.slice(href.length));
  });
  const clock = (at) => new Intl.DateTimeFormat(about.language, {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    ...(new Date(at).toDateString() === new Date().toDateString() ? {} : { month: "short", day: "numeric" }),
  }).format(new Date(at));
  const size = (bytes) => `${Math.max(1, Math.round(bytes / 1024)).toLocaleString()} kB`;

  const download = async (file) => {
    try {
      const answer = await ask(`file/${file.id}/`, mine());
      if (!answer.ok) throw new Error();
      const href = URL.createObjectURL(await answer.blob());
      make("a", { href, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 6e4);
    } catch { say(words.file_failed); }
  };
  const fileRow = (file) => {
    const name = `${file.name} · ${size(file.size)}`;
    return file.id ? make("button", { type: "button", className: "file", onclick: () => download(file) }, name)
      : make("span", { className: "file" }, name);
  };
  const bubble = (line) => {
    const meta = [line.own ? words.you : line.name || about.title, clock(line.at)];
    if (line.mailed) meta.push(words.mailed);
    if (line.own) meta.push(line.state ? words[line.state].replace("{why}", line.why) : words.sent);
    const item = make("li", { className: line.own ? "own" : "ours" },
      make("p", { className: "text", dir: "auto" }, ...linked(line.text)), ...line.files.map(fileRow),
      make("p", { className: "meta" }, meta.join(" · ")));
    if (line.state === "failed") {
      item.classList.add("bad");
      item.append(
        make("button", { type: "button", className: "link", onclick: () => { line.state = "waiting"; show(); flush(); } }, words.again),
        make("button", { type: "button", className: "link", onclick: () => {
          slot.waiting = slot.waiting.filter((each) => each !== line);
          keep();
          show();
        } }, words.discard));
    }
    return item;
  };
  const show = () => {
    if (!ui) return;
    if (isSeen()) slot.read = Math.max(slot.read || 0, top());
    const all = [...lines, ...slot.waiting.map((line) => ({ ...line, own: true, id: line.key }))];
    const nodes = ui.nodes, next = new Map(), before = ui.log.scrollHeight;
    const atEnd = before - ui.log.scrollTop - ui.log.clientHeight < 80;
    // Only what changed is made anew, so that a reader hears each line once.
    all.forEach((line, index) => {
      const waiting = slot.waiting.find((each) => each.key === line.id);
      const name = line.key || `n${line.n}`, sign = `${line.state}${line.mailed}${line.why}${line.files.map((f) => f.id)}`;
      let node = nodes.get(name);
      if (!node || node.sign !== sign) {
        const made = bubble(waiting ? Object.assign(waiting, { own: true }) : line);
        made.sign = sign;
        if (node) node.replaceWith(made);
        node = made;
      }
      next.set(name, node);
      if (ui.log.children[index] !== node) ui.log.insertBefore(node, ui.log.children[index] || null);
    });
    nodes.forEach((node, name) => next.has(name) || node.remove());
    ui.nodes = next;
    if (atEnd && ui.log.scrollHeight !== before) ui.log.scrollTop = ui.log.scrollHeight;
    const unread = lines.filter((line) => !line.own && !line.mailed && line.n > (slot.read || 0)).length;
    const count = isSeen() ? 0 : unread;
    ui.badge.textContent = count || "";
    ui.badge.hidden = !count;
    ui.launch.setAttribute("aria-label", count ? words.unread.replace("{n}", count) : words.open);
    showEmail();
    keep();
  };
  const showEmail = () => {
    const mode = !lines.length ? "" : email ? `have ${email}${emailSure}` : "ask";
    if (ui.mail.mode === mode) return;
    ui.mail.mode = mode;
    ui.mail.hidden = !mode;
    if (!mode || mode === "ask") return askEmail();
    ui.mail.replaceChildren(make("span", {}, words.email_have.replace("{email}", email)),
      emailSure ? "" : make("button", { type: "button", className: "link", onclick: () => { askEmail(); ui.mail.querySelector("input").focus(); } }, words.email_change));
  };
  const askEmail = () => {
    const field = make("input", { type: "email", value: email, autocomplete: "email", placeholder: words.email, "aria-label": words.email });
    const save = async (event) => {
      event.preventDefault();
      try {
        const answer = await ask("email/", mine(), { email: field.value });
        if (!answer.ok) return say(words[(await answer.json()).code] || words.other);
        say("");
        await poll();
        ui.text.focus();
      } catch { say(words.offline); }
    };
    ui.mail.replaceChildren(make("form", { onsubmit: save, noValidate: true }, make("label", {}, words.email_ask, field),
      make("button", { className: "plain" }, words.email_save)));
  };
  const say = (text) => {
    ui.fault.textContent = text;
    ui.fault.hidden = !text;
  };
  const chosen = () => {
    ui.files.replaceChildren(...files.map((file) => make("li", {}, `${file.name} · ${size(file.size)} `,
      button(words.remove.replace("{name}", file.name), CROSS, () => {
        files = files.filter((each) => each !== file);
        chosen();
        ui.text.focus();
      }))));
  };
  const add = (list) => {
    const limits = about.limits, types = limits.types.split(",");
    say("");
    for (const file of list) {
      const total = files.reduce((sum, each) => sum + each.size, file.size);
      if (files.length >= limits.files) say(words.too_many_files);
      else if (!types.some((type) => file.name.toLowerCase().endsWith(type))) say(words.bad_type.replace("{name}", file.name));
      else if (file.size > limits.file || total > limits.total) say(words.too_large.replace("{name}", file.name));
      else files.push(file);
    }
    chosen();
  };
  const grow = () => {
    ui.text.rows = Math.min(5, ui.text.value.split("\n").length);
  };
  const hours = () => {
    if (about.open) {
      const names = new Intl.ListFormat(about.language).format(about.people);
      return names ? words.here.replace("{names}", names) : words.here_none;
    }
    const at = new Date(about.opens_at), today = at.toDateString() === new Date().toDateString();
    const when = new Intl.DateTimeFormat(about.language, {
      ...(today ? {} : { weekday: "long" }), hour: "numeric", minute: "2-digit", hourCycle: "h23",
    }).format(at);
    return words.back.replace("{when}", when);
  };

  const open = async (focus = true) => {
    isOpen = slot.open = true;
    ui.panel.hidden = false;
    ui.launch.setAttribute("aria-expanded", "true");
    ui.host.classList.add("open");
    activeAt = Date.now();
    show();
    ui.log.scrollTop = ui.log.scrollHeight;
    if (focus) ui.text.focus();
    poll();
    flush();
  };
  const close = () => {
    isOpen = slot.open = false;
    ui.panel.hidden = true;
    ui.host.classList.remove("open");
    ui.launch.setAttribute("aria-expanded", "false");
    keep();
    ui.launch.focus();
  };
  const keys = (event) => {
    event.stopPropagation();
    if (event.key === "Escape") return close();
    if (event.key !== "Tab") return;
    const all = [...ui.panel.querySelectorAll("button, input, textarea, a[href], [tabindex='0']")]
      .filter((each) => each.offsetParent && each.tabIndex >= 0);
    const edge = event.shiftKey ? all[0] : all[all.length - 1];
    if (ui.root.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? all[all.length - 1] : all[0]).focus();
    }
  };

  const CROSS = "M6 6l12 12M18 6L6 18";
  const build = () => {
    const host = make("redress-chat");
    // Stronger than whatever the page says of all elements.
    host.style.setProperty("all", "initial", "important");
    const root = host.attachShadow({ mode: "open" });
    try {
      // Not stopped by a page's style-src, unlike an element.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch { root.append(make("style", { textContent: STYLE })); }
    const box = make("div", { className: `box ${about.side} ${still ? "still" : ""}`, lang: about.language });
    box.dataset.theme = options.theme || "";
    box.style.setProperty("--fill", about.colour);
    box.style.setProperty("--on", about.on_colour);
    const badge = make("span", { className: "badge", hidden: true });
    const launch = make("button", { type: "button", className: "launch", "aria-haspopup": "dialog", "aria-expanded": "false",
      onclick: () => (isOpen ? close() : open()) }, icon("M4 5h16v11H9l-5 4z"), badge);
    const log = make("ol", { className: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabIndex: 0 });
    const fault = make("p", { className: "fault", role: "alert", hidden: true });
    const text = make("textarea", { rows: 1, maxLength: about.limits.text, placeholder: words.write, "aria-label": words.write, oninput: grow });
    const input = make("input", { type: "file", multiple: true, accept: about.limits.types, hidden: true, tabIndex: -1,
      onchange: () => { add(input.files); input.value = ""; } });
    const list = make("ul", { className: "files" });
    const mail = make("div", { className: "mail", hidden: true });
    const status = make("p", { className: "vh", role: "status" });
    const panel = make("div", { className: "panel", role: "dialog", "aria-modal": "true", "aria-label": about.title, hidden: true, onkeydown: keys },
      make("header", {}, make("div", {}, make("h2", {}, about.title), make("p", {}, hours())), button(words.close, CROSS, close)),
      make("p", { className: "hello" }, about.greeting), log, fault, mail, list,
      make("form", { className: "write", noValidate: true, onsubmit: (event) => { event.preventDefault(); send(); } },
        button(words.attach, "M8 12l6-6a3 3 0 014 4l-8 8a5 5 0 01-7-7l8-8", () => input.click()), input, text,
        make("button", { className: "icon go", "aria-label": words.send, title: words.send }, icon("M4 12l16-8-6 16-3-7z"))));
    text.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) { event.preventDefault(); send(); }
    };
    box.append(launch, panel, status);
    root.append(box);
    ui = { host: box, root, launch, panel, log, fault, text, files: list, mail, badge, status, nodes: new Map() };
    document.body.append(host);
  };

  const start = async () => {
    try {
      const answer = await ask(`hello/?lang=${encodeURIComponent(language)}`);
      if (!answer.ok) return console.warn(`Redress chat: ${answer.status}; is ${location.origin} allowed?`);
      about = await answer.json();
    } catch { return console.warn("Redress chat cannot be reached, or does not allow this page."); }
    words = about.words;
    takeSlot();
    build();
    show();
    if (slot.at) poll();
    if (slot.waiting.length) flush();
    if (slot.open && innerWidth > 480) open(false);
    addEventListener("online", () => { pause = 0; say(""); flush(); poll(); });
    addEventListener("offline", () => slot.waiting.length && say(words.offline));
    addEventListener("beforeunload", (event) => slot.waiting.some((line) => line.files.length) && event.preventDefault());
    document.addEventListener("visibilitychange", () => {
      hiddenAt = Date.now();
      if (document.visibilityState === "visible") { show(); poll(); } else plan();
    });
    ["pointerdown", "keydown"].forEach((name) => addEventListener(name, () => { activeAt = Date.now(); }, true));
    const again = () => { takeSlot(); ui.nodes.forEach((node) => node.remove()); ui.nodes = new Map(); show(); if (slot.at || isOpen) poll(); };
    window.redressWidget = {
      open, close,
      identify: (token) => { identity = token || ""; again(); },
      forget: () => { slot = fresh(); keep(); identity = ""; close(); again(); },
    };
    dispatchEvent(new Event("redress:ready"));
  };

  const STYLE = `
    .box { all: initial; --bg: #fff; --soft: #f1f1ee; --ink: #1b1c1f; --dim: #5b5f68; --line: #8c8f97; --bad: #b0241c;
      position: fixed; z-index: 2147483000; bottom: calc(20px + env(safe-area-inset-bottom)); right: calc(20px + env(safe-area-inset-right));
      font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; color: var(--ink); color-scheme: light; text-align: start }
    .left { right: auto; left: calc(20px + env(safe-area-inset-left)) }
    .box[data-theme="dark"] { --bg: #18191d; --soft: #2a2c32; --ink: #ebecee; --dim: #b4b7be; --line: #70747f; --bad: #f38f86; color-scheme: dark }
    @media (prefers-color-scheme: dark) {
      .box:not([data-theme="light"]) { --bg: #18191d; --soft: #2a2c32; --ink: #ebecee; --dim: #b4b7be; --line: #70747f; --bad: #f38f86; color-scheme: dark }
    }
    *, .box { box-sizing: border-box; margin: 0; padding: 0 }
    [hidden] { display: none !important }
    .vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
    button, input, textarea { font: inherit; color: inherit; background: none; border: 0; border-radius: 8px }
    button { cursor: pointer; min-height: 44px; min-width: 44px }
    :focus-visible { outline: 2px solid var(--ink); outline-offset: 2px }
    svg { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; display: block; margin: auto }
    .launch { position: relative; float: inline-end; width: 56px; height: 56px; border-radius: 28px; background: var(--fill); color: var(--on);
      border: 2px solid var(--bg); box-shadow: 0 2px 10px #0004; transition: transform .16s }
    .launch:hover { transform: scale(1.04) }
    .still * { transition: none !important; scroll-behavior: auto }
    .badge { position: absolute; top: -6px; right: -6px; min-width: 22px; padding: 0 6px; border-radius: 11px; background: #b0241c; color: #fff; font-size: 13px; line-height: 22px }
    .panel { position: absolute; bottom: 68px; right: 0; width: 376px; height: min(600px, calc(100vh - 120px)); display: flex; flex-direction: column;
      background: var(--bg); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; box-shadow: 0 8px 30px #0005 }
    .left .panel { right: auto; left: 0 }
    header { display: flex; align-items: center; justify-content: space-between; gap: 8px; padding: 10px 8px 10px 16px; background: var(--fill); color: var(--on) }
    header :focus-visible { outline-color: var(--on) }
    h2 { font-size: 16px; line-height: 1.4 }
    header p { font-size: 13px }
    .hello { padding: 14px 16px 0; color: var(--dim); white-space: pre-wrap }
    .log { flex: 1; min-height: 60px; overflow: auto; padding: 12px 16px; list-style: none; overscroll-behavior: contain }
    .log:focus-visible { outline-offset: -2px }
    .log li { margin: 0 40px 12px 0 }
    .log .own { margin: 0 0 12px 40px; text-align: end }
    .text { display: inline-block; padding: 8px 12px; border-radius: 12px; background: var(--soft); text-align: start; white-space: pre-wrap; overflow-wrap: anywhere }
    .text:empty { display: none }
    .own .text { background: var(--fill); color: var(--on) }
    .bad .text { background: none; color: var(--ink); border: 1px solid var(--bad) }
    .text a { color: inherit }
    .meta { font-size: 12px; color: var(--dim) }
    .bad .meta, .fault { color: var(--bad) }
    .file { display: block; margin: 4px 0; max-width: 100%; padding: 8px 12px; border: 1px solid var(--line); border-radius: 10px; font-size: 14px; text-align: start; overflow-wrap: anywhere }
    .own .file { margin-inline-start: auto; width: fit-content }
    button.file, .link { text-decoration: underline }
    .link { padding: 0 8px }
    .fault { padding: 6px 16px; font-size: 14px }
    .mail { padding: 4px 16px; font-size: 13px; color: var(--dim); border-top: 1px solid var(--soft); overflow-wrap: anywhere }
    .mail form { display: flex; align-items: end; gap: 8px; padding: 4px 0 }
    .mail label { flex: 1 }
    .mail input { display: block; width: 100%; margin-top: 4px }
    .mail input, .write textarea { min-height: 44px; padding: 9px 10px; border: 1px solid var(--line); background: var(--bg); color: var(--ink); font-size: 16px }
    .plain { padding: 0 14px; border: 1px solid var(--line); color: var(--ink) }
    ::placeholder { color: var(--dim); opacity: 1 }
    .files { list-style: none; padding: 0 16px; font-size: 14px; max-height: 120px; overflow: auto }
    .files li { display: flex; align-items: center; justify-content: space-between; overflow-wrap: anywhere }
    .write { display: flex; align-items: end; gap: 8px; padding: 8px; border-top: 1px solid var(--soft) }
    .write textarea { flex: 1; min-width: 0; resize: none; line-height: 1.5 }
    .icon { flex: none }
    .go { background: var(--fill); color: var(--on) }
    @media (max-width: 480px) {
      .open .panel { position: fixed; inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0;
        padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left) }
      .open .launch { display: none }
    }
    @media (forced-colors: active) { .launch, .text, .go { border: 1px solid } }`;

  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
