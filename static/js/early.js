/* Runs before the first paint: what only a script can do is shown from the start, nothing jumps. */
document.documentElement.dataset.js = "on";
