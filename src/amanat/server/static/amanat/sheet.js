// A receipt on paper: what it proves, in words, the whole of it as text, and as a code where it fits into one.
// Nothing is kept: the sheet is drawn into the page, printed, and gone with it.
import { qr, toSvg } from "../vendor/sealing.mjs";
import { fromUtf8, utf8 } from "./bytes.js";
import { element, timeElement } from "./page.js";
import { verifyReceipt } from "./receipt.js";

// What the largest code holds at its lowest correction, less a little.
const LARGEST_CODE = 2900;
// A line with an ML-DSA signature has more than 3000 characters, every other one fewer than 400.
const LONG_LINE = 1000;

/**
 * The receipt as it goes on paper, and what it then proves: without its ML-DSA lines, which no code holds, as long
 * as the other witnesses make the quorum; `facts` has inLogBy and witnesses of the whole.
 */
export async function forPaper(receipt, policyText, facts) {
  const text = fromUtf8(receipt);
  const blank = text.lastIndexOf("\n\n") + 2;
  const lines = text.slice(blank).split("\n").filter((line) => line.length < LONG_LINE);
  const short = utf8(text.slice(0, blank) + lines.join("\n"));
  if (short.length === receipt.length) return { receipt, facts };
  try {
    const { in_log_by: by, witnesses } = await verifyReceipt(short, policyText);
    return { receipt: short, facts: { ...facts, inLogBy: by === null ? null : Date.parse(by), witnesses } };
  } catch {
    return { receipt, facts };
  }
}

/** Draw the sheet of a receipt; `facts` has origin, index, size, inLogBy, witnesses, shows. */
export function drawSheet(place, receipt, facts, texts) {
  const text = fromUtf8(receipt);
  place.replaceChildren(
    element("h1", { textContent: texts.title }),
    drawFacts(facts, texts),
    element("p", { textContent: texts.check }),
    element("p", { textContent: texts.safe }),
    ...drawCode(text),
    element("pre", { textContent: text, dir: "ltr" }),
  );
}

function drawFacts({ origin, index, size, inLogBy, witnesses, shows }, texts) {
  const list = element("dl");
  const add = (name, ...content) => list.append(element("dt", { textContent: texts[name] }), element("dd", {}, ...content));
  add("shows", shows);
  add("log", element("bdi", { textContent: origin }));
  add("by", inLogBy === null ? texts.unwitnessed : timeElement(inLogBy));
  add("witnesses", element("bdi", { textContent: witnesses.join(", ") || "–" }));
  add("place", element("bdi", { textContent: `${index + 1} / ${size}` }));
  return list;
}

function drawCode(text) {
  if (text.length > LARGEST_CODE) return [];
  const code = element("div", { className: "code-of-sheet" });
  code.append(toSvg(qr(text), document));
  return [code];
}
