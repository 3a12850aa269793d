/* The composer: drafts, suggestions, tone check, unfilled variables, sending once. */
"use strict";

(() => {
  const DRAFT_MS = 1000;
  const CHECK_MS = 600;
  const VARIABLE = /\{[a-z][a-z0-9_]*\}/g;
  const redress = (window.redress = window.redress || {});
  const byId = (id) => document.getElementById(id);
  const form = () => { const box = byId("composer"); return box?.tagName === "FORM" ? box : null; };
  const area = () => byId("composer-text");
  const kind = () => form().elements.kind.value;

  // Reply and note are two texts in one box; each keeps its own.
  const texts = { reply: "", note: "" };
  let shownKind = "reply";

  // ---- drafts -----------------------------------------------------------------------------------
  let draftTimer = 0;
  const localKey = (which) => `redress-draft:${form().dataset.reference}:${which}`;
  const remember = (which, text) => { try { localStorage.setItem(localKey(which), text); } catch { /* full or off */ } };
  const forget = (which) => { try { localStorage.removeItem(localKey(which)); } catch { /* off */ } };
  const recall = (which) => { try { return localStorage.getItem(localKey(which)) || ""; } catch { return ""; } };

  const saveDraft = async (which, text) => {
    const body = new URLSearchParams({ kind: which, text, template_slug: byId("template-slug").value });
    try {
      const answer = await fetch(form().dataset.draftUrl, { method: "POST", body, headers: { "X-CSRFToken": redress.csrf() } });
      if (!answer.ok) throw new Error(String(answer.status));
      byId("draft-state").textContent = text.trim() ? (await answer.json()).said : "";
      forget(which);
    } catch {
      // Kept in this browser until the connection is back.
      remember(which, text);
    }
  };

  const draftSoon = () => {
    const which = kind();
    clearTimeout(draftTimer);
    draftTimer = setTimeout(() => saveDraft(which, area().value), DRAFT_MS);
  };

  // ---- what stands in the way of sending ----------------------------------------------------------
  let checkTimer = 0;
  let checkNumber = 0;

  const emptyVariables = () => (kind() === "reply" ? area().value.match(VARIABLE) || [] : []);

  const block = (why) => {
    const button = byId("send");
    if (why) {
      button.setAttribute("aria-disabled", "true");
      button.setAttribute("aria-describedby", "composer-check");
    } else {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("aria-describedby");
    }
  };

  const showVariables = () => {
    byId("empty-variables")?.remove();
    const [first] = emptyVariables();
    // The tone check names empty variables too; until it has answered this line does.
    if (first && !byId("composer-check").querySelector("[data-blocks]")) {
      const line = byId("empty-variable").content.cloneNode(true);
      const jump = line.querySelector("button");
      jump.textContent = jump.dataset.text.replace("{name}", first);
      jump.addEventListener("click", () => selectVariable());
      byId("composer-check").prepend(line);
    }
    block(Boolean(first) || (kind() === "reply" && Boolean(byId("composer-check").querySelector("[data-blocks]"))));
  };

  const selectVariable = () => {
    const match = VARIABLE.exec(area().value);
    VARIABLE.lastIndex = 0;
    if (!match) return;
    area().focus();
    area().setSelectionRange(match.index, match.index + match[0].length);
  };

  const check = async () => {
    const place = byId("composer-check");
    const text = area().value;
    const mine = ++checkNumber;
    if (!place.dataset.checkUrl || kind() !== "reply") { showVariables(); return; }
    if (!text.trim()) { place.replaceChildren(); showVariables(); return; }
    try {
      const body = new URLSearchParams({ text, template_slug: byId("template-slug").value });
      const answer = await fetch(place.dataset.checkUrl, { method: "POST", body, headers: { "X-CSRFToken": redress.csrf(), "HX-Request": "true", "HX-Target": "composer-check" } });
      if (mine !== checkNumber || !answer.ok) return;
      place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
      window.htmx?.process(place);
      showVariables();
    } catch { /* sending checks again on the server */ }
  };

  const checkSoon = () => { clearTimeout(checkTimer); checkTimer = setTimeout(check, CHECK_MS); };

  const grow = () => {
    const box = area();
    box.rows = Math.min(12, Math.max(4, box.value.split("\n").length + 1));
  };

  const typed = () => { showVariables(); draftSoon(); checkSoon(); grow(); };

  // ---- suggestions: a button anywhere with data-insert --------------------------------------------
  const insert = (button) => {
    form().elements.kind.value = "reply";
    switchKind();
    const box = area();
    const had = box.value.trim();
    if (had && had !== button.dataset.insert.trim()) box.setRangeText(button.dataset.insert, box.selectionStart, box.selectionEnd, "end");
    else box.value = button.dataset.insert;
    byId("template-slug").value = button.dataset.template || "";
    box.focus();
    typed();
    if (emptyVariables().length) selectVariable();
  };

  // ---- reply and note -----------------------------------------------------------------------------
  const switchKind = () => {
    if (kind() === shownKind) return;
    texts[shownKind] = area().value;
    shownKind = kind();
    area().value = texts[shownKind];
    byId("composer-error").replaceChildren();
    showVariables();
    checkSoon();
    grow();
  };

  const start = () => {
    if (!form()) return;
    shownKind = kind();
    texts[shownKind] = area().value;
    if (shownKind === "reply") texts.note = byId("note-draft")?.content.textContent || "";
    for (const which of ["reply", "note"]) {
      const kept = recall(which);
      if (!kept) continue;
      if (which === shownKind) area().value = kept;
      texts[which] = kept;
      saveDraft(which, kept);
    }
    grow();
    check();
  };

  document.addEventListener("input", (event) => { if (event.target.id === "composer-text") typed(); });
  document.addEventListener("change", (event) => {
    if (event.target.name === "kind" && event.target.form === form()) { switchKind(); area().focus(); }
    if (event.target.matches?.("[data-files]")) {
      byId("file-names").textContent = [...event.target.files].map((file) => file.name).join(", ");
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button && form()) { event.preventDefault(); insert(button); return; }
    const send = event.target.closest("#send");
    if (send?.getAttribute("aria-disabled") === "true") { event.preventDefault(); selectVariable(); return; }
    const tab = event.target.closest(".seg label[data-key]");
    if (tab && tab.querySelector("input").checked) area().focus();
  });

  document.addEventListener("written", () => {
    const which = kind();
    clearTimeout(draftTimer);
    forget(which);
    texts[which] = "";
    area().value = "";
    byId("template-slug").value = "";
    byId("draft-state").textContent = "";
    byId("file-names").textContent = "";
    form().elements.upload.value = "";
    // A new key: what comes next is another message.
    form().elements.idempotency_key.value = crypto.randomUUID ? crypto.randomUUID().replaceAll("-", "") : `${Date.now()}${Math.random()}`.replaceAll(".", "");
    byId("composer-check").replaceChildren();
    block(false);
    grow();
  });

  addEventListener("online", () => { if (form()) for (const which of ["reply", "note"]) { const kept = recall(which); if (kept) saveDraft(which, kept); } });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
