// The triage desk: 4 goes to the list of all categories.
document.addEventListener("keydown", (event) => {
  const off = document.body.dataset.singleKeys === "off";
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (off || typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector(`[data-key-focus="${event.key}"]`);
  if (!field) return;
  event.preventDefault();
  field.focus();
});
