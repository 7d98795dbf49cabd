// The arrow keys walk through the rows of a list while the focus is in it; Home and End go to its ends.
// Nothing else is caught, and without this module Tab does the same.

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** The place to go to from `at` among `count` rows, or null for a key that means nothing here. */
export function goal(key, at, count) {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (!(key in STEPS)) return null;
  return Math.min(count - 1, Math.max(0, at + STEPS[key]));
}

function walk(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rows = [...document.querySelectorAll(".walk > li")];
  const at = rows.indexOf(event.target.closest(".walk > li"));
  const to = at < 0 ? null : goal(event.key, at, rows.length);
  if (to === null) return;
  event.preventDefault();
  rows[to].querySelector("a").focus();
}

document.addEventListener("keydown", walk);
