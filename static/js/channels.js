/* Copies an address or a secret. Without this file the fields can be selected and copied by hand. */
"use strict";

(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const field = button && document.getElementById(button.dataset.copy);
    if (!field) return;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // No permission or no secure page: what is selected can be copied by key.
      document.execCommand("copy");
    }
    window.redress.toast(button.dataset.said);
  });
})();
