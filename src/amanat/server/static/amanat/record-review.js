// Reviewing by keyboard: a key presses the button or follows the link that names it. Not while somebody writes, and not
// with another key held. Shown right by tests/stories/test_record.py.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select")) return;
  document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});
