/* The editor of replies: variables by keyboard, a word where work is not saved yet. Without this
   file every box is a plain one and everything can still be saved. */
"use strict";

(() => {
  // ---- what is not saved yet ------------------------------------------------------------------
  const mark = document.getElementById("unsaved");
  const dirty = new Set();

  const show = () => { if (mark) mark.hidden = dirty.size === 0; };
  for (const form of document.querySelectorAll("form[data-unsaved]")) {
    if (form.hasAttribute("data-dirty")) dirty.add(form);
    form.addEventListener("input", () => { dirty.add(form); show(); });
    form.addEventListener("submit", () => { dirty.delete(form); });
  }
  show();
  addEventListener("beforeunload", (event) => { if (dirty.size > 0) event.preventDefault(); });

  // ---- variables ------------------------------------------------------------------------------
  const menu = document.getElementById("slot-menu");
  const known = [...document.querySelectorAll("[data-slot]")].map((button) => ({ name: button.dataset.slot, label: button.title }));
  if (!menu || known.length === 0) return;
  let box = null;
  let chosen = 0;

  const insert = (area, start, end, name) => {
    area.setRangeText(`{${name}}`, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  };

  const close = () => {
    if (menu.hidden) return;
    menu.hidden = true;
    box?.removeAttribute("aria-activedescendant");
    box?.removeAttribute("aria-controls");
  };

  // The open brace before the cursor and what is typed after it.
  const typed = (area) => {
    const before = area.value.slice(0, area.selectionStart);
    const match = /\{([A-Za-z_]*)$/.exec(before);
    return match ? { start: match.index, word: match[1].toLowerCase() } : null;
  };

  const choose = (index) => {
    const rows = [...menu.children];
    chosen = (index + rows.length) % rows.length;
    rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
    rows[chosen].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", rows[chosen].id);
  };

  const take = (row) => {
    const place = typed(box);
    if (!place) return;
    const after = box.value.slice(box.selectionStart).startsWith("}") ? 1 : 0;
    insert(box, place.start, box.selectionStart + after, row.dataset.name);
    close();
  };

  const offer = (area) => {
    const place = typed(area);
    const fitting = place ? known.filter((one) => one.name.includes(place.word) || one.label.toLowerCase().includes(place.word)) : [];
    if (fitting.length === 0) { close(); return; }
    box = area;
    menu.replaceChildren(...fitting.map((one, at) => {
      const row = document.createElement("li");
      row.id = `slot-${at}`;
      row.role = "option";
      row.dataset.name = one.name;
      const name = document.createElement("code");
      name.textContent = one.name;
      const label = document.createElement("span");
      label.className = "meta";
      label.textContent = one.label;
      row.append(name, label);
      return row;
    }));
    const frame = area.getBoundingClientRect();
    menu.hidden = false;
    menu.style.setProperty("left", `${frame.left + 12}px`);
    menu.style.setProperty("top", `${Math.min(frame.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`);
    area.setAttribute("aria-controls", "slot-menu");
    choose(0);
  };

  let last = null;
  document.addEventListener("focusin", (event) => { if (event.target.matches("textarea[data-slots]")) last = event.target; });
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-slots]") && !event.isComposing) offer(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (menu.hidden || event.target !== box || event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(menu.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  menu.addEventListener("mousedown", (event) => {
    const row = event.target.closest("li");
    if (row) { event.preventDefault(); take(row); }
  });
  document.addEventListener("focusout", (event) => { if (event.target === box) close(); });
  for (const button of document.querySelectorAll("[data-slot]")) {
    button.addEventListener("click", () => {
      const area = last || document.querySelector("textarea[data-slots]");
      if (area) insert(area, area.selectionStart, area.selectionEnd, button.dataset.slot);
    });
  }
})();
