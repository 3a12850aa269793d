/* The triage desk: 4 goes to the list of all categories, shift with a number sets the priority,
   space opens the whole conversation. */
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);

  // What is chosen beside the buttons goes along with whichever of them is pressed.
  const follow = (select) => {
    for (const hidden of document.querySelectorAll(`[data-follows="${select.id}"]`)) hidden.value = select.value;
  };

  const setPriority = (level) => {
    const select = byId("also-priority");
    if (!select) return false;
    select.value = level;
    follow(select);
    window.redress?.say?.(select.selectedOptions[0].textContent);
    return true;
  };

  const focusField = (key) => {
    const field = document.querySelector(`[data-key-focus="${key}"]`);
    field?.focus();
    return Boolean(field);
  };

  const openPart = (key) => {
    const part = document.querySelector(`details[data-key-open="${key}"]`);
    if (part) part.open = !part.open;
    return Boolean(part);
  };

  document.addEventListener("keydown", (event) => {
    const off = document.body.dataset.singleKeys === "off";
    const typing = event.target.closest("input, textarea, select, [contenteditable], dialog[open]");
    if (off || typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    // On a button or link the space is theirs.
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    const level = event.shiftKey && /^Digit([1-3])$/.exec(event.code);
    if (level ? setPriority(level[1]) : focusField(event.key) || openPart(event.key)) event.preventDefault();
  });

  document.addEventListener("change", (event) => { if (event.target.id === "also-priority") follow(event.target); });
})();
