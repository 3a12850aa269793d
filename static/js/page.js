/* What every page of the desk needs: toast, spoken results, offline bar, dialogs, menus, focus.
   Bound by data- attributes; without this file every link and form still works. */
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const redress = (window.redress = window.redress || {});

  // ---- spoken results -------------------------------------------------------------------------
  redress.say = (text, urgent = false) => {
    const region = byId(urgent ? "live-now" : "live");
    if (!region) return;
    region.textContent = "";
    requestAnimationFrame(() => { region.textContent = text; });
  };

  // ---- toast: one at most, six seconds, stays while it is pointed at or focused ---------------
  const TOAST_MS = 6000;
  let toastTimer = 0;
  let undoUrl = "";

  const hideToast = () => { const box = byId("toast"); if (box) box.hidden = true; undoUrl = ""; };
  const startToastTimer = () => { clearTimeout(toastTimer); toastTimer = setTimeout(hideToast, TOAST_MS); };

  redress.toast = (text, undo = "") => {
    const box = byId("toast");
    if (!box) return;
    box.querySelector("[data-toast-text]").textContent = text;
    box.querySelector("[data-toast-undo]").hidden = !undo;
    undoUrl = undo;
    box.hidden = false;
    redress.say(text);
    startToastTimer();
  };

  redress.undo = () => {
    if (!undoUrl) return false;
    const url = undoUrl;
    hideToast();
    fetch(url, { method: "POST", headers: { "X-CSRFToken": redress.csrf() } })
      .then((answer) => { if (answer.ok) location.reload(); else redress.offline(false, answer.status); })
      .catch(() => redress.offline(true));
    return true;
  };

  redress.csrf = () => {
    const headers = document.body.getAttribute("hx-headers");
    return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
  };

  document.addEventListener("toast", (event) => {
    const { text, undo } = event.detail;
    if (text) redress.toast(text, undo || "");
  });

  // ---- offline: reading works, sends wait -----------------------------------------------------
  redress.offline = (isOffline) => {
    const bar = byId("offline");
    if (!bar || bar.hidden === !isOffline) return;
    bar.hidden = !isOffline;
    document.documentElement.toggleAttribute("data-offline", isOffline);
    if (isOffline) redress.say(bar.textContent.trim(), true);
  };

  addEventListener("offline", () => redress.offline(true));
  addEventListener("online", () => redress.offline(false));
  document.addEventListener("htmx:sendError", () => redress.offline(true));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) redress.offline(true);
  });
  document.addEventListener("htmx:afterOnLoad", () => redress.offline(false));

  // ---- dialogs: a link with data-dialog loads its page's fragment into the dialog -------------
  const dialog = () => byId("dialog");

  redress.openDialog = (url) => {
    const box = dialog();
    if (!box || !window.htmx) { location.href = url; return; }
    box.replaceChildren();
    window.htmx.ajax("GET", url, { target: box, swap: "innerHTML" }).then(() => {
      if (!box.firstElementChild) return;
      if (!box.open) box.showModal();
      (box.querySelector("[autofocus]") || box.querySelector("input:checked, input:not([type=hidden], [type=radio]), select, textarea") || box.querySelector(".btn-primary, button"))?.focus();
    });
  };

  redress.closeDialog = () => { const box = dialog(); if (box?.open) box.close(); };
  // The answer to a form outside the dialog, a reply on its way, closes nothing that was opened since.
  document.addEventListener("close-dialog", (event) => {
    const form = event.target.closest?.("form");
    if (!form || form.closest("dialog")) redress.closeDialog();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("a[data-dialog]");
    if (opener && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      opener.closest("details[open]")?.removeAttribute("open");
      redress.openDialog(opener.href);
      return;
    }
    if (event.target.closest("dialog [data-close]")) { event.preventDefault(); redress.closeDialog(); return; }
    if (event.target.closest("[data-toast-undo]")) { redress.undo(); return; }
    if (event.target.closest("[data-retry]")) { location.reload(); return; }
    // A click outside closes an open menu; so does a choice in it.
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target) || event.target.closest(".menu-list a, .menu-list button")) menu.open = false;
    }
  });

  document.addEventListener("mousedown", (event) => {
    if (event.target.tagName === "DIALOG" && event.target.open) event.target.close();
  });

  // ---- focus: back to the same id after a swap, else to the heading of the pane ---------------
  // Parts that load by themselves take no focus: only what held it gets it back.
  let focusedId = "";
  let heldFocus = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    heldFocus = Boolean(active && active !== document.body && event.detail.target?.contains(active));
    focusedId = heldFocus ? active.id : "";
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!heldFocus || (document.activeElement && document.activeElement !== document.body)) return;
    heldFocus = false;
    const again = focusedId && byId(focusedId);
    const heading = event.target.querySelector?.("h1, h2");
    if (again) again.focus();
    else if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
  });

  // ---- small things ---------------------------------------------------------------------------
  // A form is sent once: its buttons rest until the answer is here.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("hx-post") || form.method === "dialog") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });

  // Selects and ticks that filter send their form by themselves; the button is for no-script.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (form) form.requestSubmit();
  });

  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  const nameKeys = (part) => {
    for (const key of part.querySelectorAll("kbd[data-mac]")) key.textContent = isMac ? key.dataset.mac : key.dataset.pc;
  };

  const ready = () => {
    nameKeys(document);
    document.addEventListener("htmx:afterSettle", (event) => nameKeys(event.target));
    const box = byId("toast");
    for (const stay of ["mouseenter", "focusin"]) box?.addEventListener(stay, () => clearTimeout(toastTimer));
    for (const go of ["mouseleave", "focusout"]) box?.addEventListener(go, startToastTimer);
    if (!navigator.onLine) redress.offline(true);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
