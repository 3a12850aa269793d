/* The queue: moving by key, ticks, and a refresh that keeps focus, ticks and scroll. */
"use strict";

(() => {
  const REFRESH_MS = 15000;
  const redress = (window.redress = window.redress || {});
  const byId = (id) => document.getElementById(id);
  const queue = () => byId("ticket-queue");
  const pane = () => queue()?.closest(".queue-pane");
  const rows = () => [...(queue()?.querySelectorAll(".tk") || [])];
  const ticks = () => rows().map((row) => row.querySelector(".check")).filter((tick) => tick?.checked);
  const isSide = () => Boolean(pane()?.classList.contains("is-side"));

  // ---- ticks ------------------------------------------------------------------------------------
  let lastTicked = null;

  const showTicks = () => {
    const count = ticks().length;
    const label = byId("bulk-n");
    if (!label) return;
    label.textContent = count === 1 ? label.dataset.one : label.dataset.many.replace("{n}", count);
    const all = byId("bulk-all");
    all.checked = count > 0 && count === rows().length;
    all.indeterminate = count > 0 && !all.checked;
    byId("tick-all").checked = false;
  };

  const setTicks = (list, on) => { for (const row of list) row.querySelector(".check").checked = on; showTicks(); };

  redress.clearTicks = () => {
    if (!ticks().length) return false;
    setTicks(rows(), false);
    return true;
  };

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.id === "tick-all") setTicks(rows(), true);
    else if (box.id === "bulk-all") setTicks(rows(), box.checked && !box.indeterminate && ticks().length < rows().length);
    else if (box.matches(".tk .check")) { lastTicked = box.closest(".tk"); showTicks(); }
  });

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".tk .check");
    if (!box || !event.shiftKey || !lastTicked) return;
    const list = rows();
    const [from, to] = [list.indexOf(lastTicked), list.indexOf(box.closest(".tk"))].sort((a, b) => a - b);
    if (from >= 0) setTicks(list.slice(from, to + 1), box.checked);
  });

  // Actions on ticked tickets open in the dialog; without scripts the same form opens a page.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.id !== "bulk-form" || !button?.hasAttribute("data-bulk") || !redress.openDialog) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const query = new URLSearchParams(ticks().map((tick) => ["ids", tick.value]));
    query.set("next", location.pathname + location.search);
    redress.openDialog(`${button.formAction}?${query}`);
  }, true);

  // ---- keys -------------------------------------------------------------------------------------
  const focusedRow = () => document.activeElement?.closest?.(".tk");
  const currentRow = () => queue()?.querySelector('.tk[aria-current="true"]');

  const moveTo = (row, extend) => {
    if (!row) return;
    if (isSide()) { row.querySelector("a.open").click(); return; }
    if (extend) setTicks([focusedRow(), row].filter(Boolean), true);
    row.querySelector("a.open").focus();
    row.scrollIntoView({ block: "nearest" });
  };

  const step = (by, extend) => {
    const list = rows();
    const at = list.indexOf(focusedRow() || currentRow());
    moveTo(at < 0 ? list[0] : list[at + by], extend);
  };

  const ROW_ACTIONS = { A: "assign", E: "category", P: "priority", Z: "snooze", M: "merge", D: "resolve", T: "emotion" };

  redress.queueKey = (event, key) => {
    if (!queue()) return false;
    if (key === "J" || key === "K") { step(key === "J" ? 1 : -1, event.shiftKey); return true; }
    if (isSide()) return false;
    const row = focusedRow();
    if (key === "X" && row) {
      setTicks([row], !row.querySelector(".check").checked);
      lastTicked = row;
      return true;
    }
    if (row && ROW_ACTIONS[key] && !ticks().length) {
      const link = row.querySelector("a.open");
      redress.openDialog(`${link.pathname}${ROW_ACTIONS[key]}/`);
      return true;
    }
    return false;
  };

  // ---- refresh ----------------------------------------------------------------------------------
  let tag = "";
  let waiting = null;

  const isBusy = () => {
    const area = queue();
    return area.matches(":hover") || area.contains(document.activeElement);
  };

  const freshUrl = () => {
    const url = new URL(pane().dataset.refresh || location.href, location.href);
    return url.href;
  };

  // A row that did not change keeps its node, and with it tick, focus and scroll place.
  const sameRow = (a, b) => a.outerHTML === b.outerHTML;

  const keepRow = (old, fresh) => {
    if (sameRow(old, fresh)) return old;
    const tick = old.querySelector(".check");
    if (tick?.checked) fresh.querySelector(".check").checked = true;
    // Only what somebody did is worth a tint; the clocks of all rows go on every minute.
    if (fresh.dataset.version !== old.dataset.version) fresh.classList.add("is-changed");
    return fresh;
  };

  const apply = (next, { inPlace }) => {
    const old = new Map(rows().map((row) => [row.id, row]));
    const focusId = document.activeElement?.id;
    const scroller = queue().parentElement;
    const top = scroller.scrollTop;
    if (inPlace) {
      for (const fresh of next.querySelectorAll(".tk")) {
        const row = old.get(fresh.id);
        const kept = row && keepRow(row, fresh.cloneNode(true));
        if (row && kept !== row) row.replaceWith(kept);
      }
    } else {
      for (const fresh of next.querySelectorAll(".tk")) {
        const row = old.get(fresh.id);
        if (row) fresh.replaceWith(keepRow(row, fresh));
        else fresh.classList.add("is-new");
      }
      queue().replaceChildren(...next.childNodes);
      queue().dataset.updated = next.dataset.updated;
    }
    scroller.scrollTop = top;
    if (focusId && document.activeElement?.id !== focusId) byId(focusId)?.focus({ preventScroll: true });
    showTicks();
    window.htmx?.process(queue());
  };

  const offer = (next, fresh) => {
    waiting = next;
    const bar = byId("queue-fresh");
    bar.textContent = fresh === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", fresh);
    bar.hidden = false;
  };

  const receive = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const next = page.getElementById("ticket-queue");
    const views = page.getElementById("rail-views");
    if (views && byId("rail-views") && !isSide()) {
      views.removeAttribute("hx-swap-oob");
      byId("rail-views").replaceWith(document.adoptNode(views));
    }
    if (!next) return;
    const known = new Set(rows().map((row) => row.id));
    const fresh = [...next.querySelectorAll(".tk")].filter((row) => !known.has(row.id)).length;
    const adopted = document.adoptNode(next);
    if (fresh && isBusy() && byId("queue-fresh")) {
      apply(adopted.cloneNode(true), { inPlace: true });
      offer(adopted, fresh);
    } else {
      waiting = null;
      if (byId("queue-fresh")) byId("queue-fresh").hidden = true;
      apply(adopted, { inPlace: false });
    }
  };

  const showTime = () => {
    const place = byId("queue-updated");
    if (place) place.textContent = place.dataset.label.replace("{time}", new Date().toLocaleTimeString("en-GB"));
  };

  const refresh = async () => {
    if (document.hidden || !queue()) return;
    try {
      const headers = { "HX-Request": "true", "HX-Target": "ticket-queue" };
      if (tag) headers["If-None-Match"] = tag;
      const answer = await fetch(freshUrl(), { headers, cache: "no-store", redirect: "error" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") || "";
        receive(await answer.text());
      }
      if (answer.ok || answer.status === 304) { redress.offline?.(false); showTime(); }
    } catch {
      redress.offline?.(true);
    }
  };
  redress.refreshQueue = () => { tag = ""; return refresh(); };

  document.addEventListener("click", (event) => {
    if (event.target.id !== "queue-fresh" || !waiting) return;
    const next = waiting;
    waiting = null;
    event.target.hidden = true;
    apply(next, { inPlace: false });
    queue().querySelector(".tk.is-new a.open")?.focus();
  });

  document.addEventListener("animationend", (event) => event.target.classList?.remove("is-new", "is-changed"));
  document.addEventListener("queue-changed", () => redress.refreshQueue());

  const ready = () => {
    if (!queue()) return;
    showTime();
    showTicks();
    setInterval(refresh, REFRESH_MS);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
