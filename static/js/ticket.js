/* The ticket page: opens at the newest message, and shows the words behind a prediction. */
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);

  const toNewest = () => { const box = byId("timeline-scroll"); if (box) box.scrollTop = box.scrollHeight; };

  // ---- evidence ---------------------------------------------------------------------------------
  // A fragment of another room carries data-evidence: [{message, start, end, strength}], offsets in
  // characters of the message's text. Marks go into the text nodes; the text itself never changes.
  const toggle = () => document.querySelector("[data-evidence-toggle]");
  const isOn = () => toggle()?.getAttribute("aria-pressed") !== "false";

  const spansOf = () => [...document.querySelectorAll("[data-evidence]")].flatMap((holder) => {
    try { return JSON.parse(holder.dataset.evidence); } catch { return []; }
  });

  const markText = (place, spans) => {
    const text = [...place.textContent];
    const parts = [];
    let at = 0;
    for (const { start, end, strength } of spans.sort((a, b) => a.start - b.start)) {
      if (start < at || end <= start || end > text.length) continue;
      const mark = document.createElement("mark");
      mark.className = `ev ev-${strength}`;
      mark.textContent = text.slice(start, end).join("");
      parts.push(text.slice(at, start).join(""), mark);
      at = end;
    }
    parts.push(text.slice(at).join(""));
    place.replaceChildren(...parts);
  };

  const drawEvidence = () => {
    const spans = isOn() ? spansOf() : [];
    for (const place of document.querySelectorAll("#timeline [data-message], .quote [data-message]")) {
      const mine = spans.filter((span) => String(span.message) === place.dataset.message);
      if (mine.length) markText(place, mine);
      else if (place.querySelector("mark")) place.textContent = place.textContent;
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-evidence-toggle]");
    if (!button) return;
    button.setAttribute("aria-pressed", String(!isOn()));
    drawEvidence();
  });
  // ---- a text for another place -------------------------------------------------------------------
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-text]");
    if (!button) return;
    const text = document.querySelector(`#${button.dataset.copyText} [data-message]`)?.textContent ?? "";
    try { await navigator.clipboard.writeText(text); } catch { return; }
    button.textContent = button.dataset.copied;
  });

  document.addEventListener("htmx:afterSettle", drawEvidence);
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    drawEvidence();
    if (event.target.id === "timeline") toNewest();
  });

  const ready = () => { toNewest(); drawEvidence(); document.querySelector('.tk[aria-current="true"]')?.scrollIntoView({ block: "nearest" }); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
