// A source's text: select words, then one button says what they are. The form that opens begins with their sentence, so
// that an item is made in two clicks. Only places are sent, never words. Shown right by tests/stories/test_record.py.
import { byId } from "./page.js";

const text = byId("source-text");
const form = byId("pick");
// Python counts characters where scripts count halves of some.
const count = (words) => [...words].length;

function selected() {
  const selection = document.getSelection();
  if (selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const [head, words] = [before.toString(), range.toString()];
  const start = count(head) + count(words) - count(words.trimStart());
  return [start, start + count(words.trim())];
}

document.addEventListener("selectionchange", () => {
  const places = selected();
  // A press on a button takes the selection away; what was selected in the text stays until something else is.
  if (places === null) return;
  [form.elements.start.value, form.elements.end.value] = places;
});
