/* The go-to palette (Ctrl K): places of the rail and the actions of the page, then search. */
"use strict";

(() => {
  const box = () => document.getElementById("palette");
  const input = () => document.getElementById("palette-input");
  const list = () => document.getElementById("palette-list");
  let at = 0;

  const places = () => [...document.querySelectorAll(".rail a.rail-link, [data-palette]")].map((link) => ({
    label: (link.dataset.palette || link.querySelector("span")?.textContent || link.textContent).trim(),
    go: () => link.click(),
    icon: link.querySelector("svg")?.cloneNode(true),
  }));

  const searchFor = (words) => ({
    label: document.getElementById("palette-search-label").innerHTML.replace("{words}", () => words),
    go: () => { location.href = `${box().dataset.searchUrl}?q=${encodeURIComponent(words)}`; },
  });

  let shown = [];
  const draw = () => {
    const words = input().value.trim();
    const wanted = words.toLowerCase();
    shown = places().filter((place) => place.label.toLowerCase().includes(wanted));
    if (words) shown.push(searchFor(words));
    at = Math.min(at, Math.max(0, shown.length - 1));
    list().replaceChildren(...shown.map((place, index) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      item.setAttribute("role", "option");
      item.id = `palette-${index}`;
      item.setAttribute("aria-selected", String(index === at));
      button.type = "button";
      button.tabIndex = -1;
      if (place.icon) button.append(place.icon);
      button.append(place.label);
      button.addEventListener("click", () => { box().close(); place.go(); });
      item.append(button);
      return item;
    }));
    input().setAttribute("aria-activedescendant", shown.length ? `palette-${at}` : "");
    list().children[at]?.scrollIntoView({ block: "nearest" });
  };

  const open = () => {
    if (!box() || box().open) return;
    input().value = "";
    at = 0;
    box().showModal();
    draw();
    input().focus();
  };
  (window.redress = window.redress || {}).openPalette = open;

  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette-open]")) open(); });
  document.addEventListener("input", (event) => { if (event.target.id === "palette-input") { at = 0; draw(); } });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "palette-input" || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      at = (at + step + shown.length) % Math.max(1, shown.length);
      draw();
    } else if (event.key === "Enter" && shown[at]) {
      event.preventDefault();
      box().close();
      shown[at].go();
    }
  });
})();
