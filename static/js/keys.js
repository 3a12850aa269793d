/* Keys. A control carries its key: data-key="E"; lists and the composer have their own verbs.
   Single keys act only outside text fields, never while an input method composes, and can be
   turned off in Settings (WCAG 2.1.4). */
"use strict";

(() => {
  const GO_TIMEOUT_MS = 1200;
  const GO = { t: "triage", m: "mine", r: "reports", k: "knowledge" };
  const redress = (window.redress = window.redress || {});
  let goPressedAt = 0;

  const isTyping = (target) =>
    target.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]");
  const singleKeysOn = () => document.body.dataset.singleKeys === "on";
  const isShown = (element) => element.offsetParent !== null || element.getClientRects().length > 0;

  const press = (element) => {
    if (!element || element.getAttribute("aria-disabled") === "true") return false;
    if (element.matches("input, textarea, select")) element.focus();
    else if (element.matches("summary")) { element.parentElement.open = true; element.parentElement.querySelector(".menu-list :is(a, button, input, select)")?.focus(); }
    else element.click();
    return true;
  };

  const byKey = (key) => {
    const open = [...document.querySelectorAll("dialog[open]")].pop();
    const scope = open || document;
    return [...scope.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isShown);
  };

  const goTo = (place) => {
    const link = document.querySelector(`[data-go="${place}"]`)
      || [...document.querySelectorAll(".rail a")].find((each) => each.pathname.includes(place));
    if (link) link.click();
  };

  const anywhere = (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") { redress.openPalette?.(); return true; }
    if ((event.metaKey || event.ctrlKey) && event.key === "Enter") {
      const form = event.target.closest?.("form");
      if (form?.matches("[data-send-by-key]")) { form.querySelector("[data-send]")?.click(); return true; }
    }
    if (event.altKey && !event.ctrlKey && !event.metaKey && /^Digit[1-9]$/.test(event.code)) {
      const suggestion = document.querySelector(`[data-insert][data-key="${event.code.at(-1)}"]`);
      if (suggestion) { suggestion.click(); return true; }
    }
    return false;
  };

  const single = (event) => {
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (goPressedAt && event.timeStamp - goPressedAt < GO_TIMEOUT_MS && GO[event.key.toLowerCase()]) {
      goPressedAt = 0;
      goTo(GO[event.key.toLowerCase()]);
      return true;
    }
    goPressedAt = 0;
    if (document.querySelector("dialog[open]")) return key.length === 1 && press(byKey(key));
    if (key === "G") { goPressedAt = event.timeStamp; return true; }
    if (key === "?") { document.getElementById("keys")?.showModal(); return true; }
    if (key === "U" && redress.undo?.()) return true;
    if (redress.queueKey?.(event, key)) return true;
    // A number picks a category only where no suggestion wants it: those take Alt.
    if (/^[0-9]$/.test(key)) return press([...document.querySelectorAll(`[data-key="${key}"]:not([data-insert])`)].find(isShown));
    return key.length === 1 && press(byKey(key));
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (anywhere(event)) { event.preventDefault(); return; }
    if (event.key === "Escape") {
      if (isTyping(event.target)) { event.target.blur(); return; }
      if (document.querySelector("dialog[open]")) return;
      const menu = document.querySelector("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
      if (redress.clearTicks?.()) return;
      document.querySelector("[data-back]")?.click();
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || !singleKeysOn()) return;
    if (single(event)) event.preventDefault();
  });
})();
