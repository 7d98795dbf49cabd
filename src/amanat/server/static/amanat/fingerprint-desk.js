// The desk of both fingerprint pages, the one of the server and the one to take away: files go to the worker one after
// the other, rows come back and are drawn. Nothing is sent, stored or shown of a file but its numbers; not its name
// either. Shown right by tests/browser/test_fingerprint.py.
import { byId, element, saveFile } from "./page.js";

/** Why there is no print, for programs; the page says it in its language. */
const REASONS = {
  damaged: "damaged, cut off, or too large to decode",
  heavy: "too many bytes to decode here",
  large: "too many pixels to decode here",
  moving: "an animated WebP",
  other: "not a JPEG, PNG or WebP picture",
  printing: "a JPEG in CMYK colours",
};

/** Starts the desk; `say` gives the text of a name. Gives a function that draws everything again. */
export function openDesk({ worker, say }) {
  const state = { answers: [], waiting: [], busy: false, dropped: false, line: "starting" };
  const draw = () => drawAll(state, say);
  const next = () => {
    state.busy = state.waiting.length > 0;
    state.line = state.busy ? "working" : "done";
    if (state.busy) worker.postMessage({ file: state.waiting.shift() });
    draw();
  };
  worker.addEventListener("message", ({ data }) => hear(data, state, { draw, next }));
  worker.addEventListener("error", () => hear({ ready: false }, state, { draw, next }));
  byId("files").addEventListener("change", ({ target }) => {
    state.waiting.push(...target.files);
    // The browser itself would show the names.
    target.value = "";
    if (!state.busy && state.waiting.length) next();
  });
  listen(state, say, draw);
  draw();
  return draw;
}

function hear({ ready, progress, done }, state, { draw, next }) {
  if (ready !== undefined) {
    state.line = ready ? "ready" : "broken";
    byId("files").disabled = !ready;
    return draw();
  }
  if (progress !== undefined) {
    byId("progress").value = progress;
    return;
  }
  if (!state.dropped) state.answers.push(done);
  state.dropped = false;
  next();
}

function listen(state, say, draw) {
  const forget = () => {
    state.answers = [];
    state.waiting = [];
    state.dropped = state.busy;
    state.line = state.busy ? "working" : "ready";
    draw();
  };
  byId("copy").addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(linesOf(state)).then(() => true, () => false);
    state.line = copied ? "copied" : "not-copied";
    draw();
  });
  byId("save").addEventListener("click", () => saveFile(new TextEncoder().encode(linesOf(state)), "fingerprints.jsonl"));
  byId("forget").addEventListener("click", forget);
  addEventListener("pagehide", forget);
}

/** The rows of `amanat hash --json`, numbered as on the page: what `amanat list` and `amanat match` read. */
function rowsOf({ answers }) {
  const numbered = ({ row, refused }, at) => row && { number: at + 1, ...row, ...(refused && { refused: REASONS[refused] }) };
  return answers.map(numbered).filter(Boolean);
}

const linesOf = (state) => rowsOf(state).map((row) => `${JSON.stringify(row)}\n`).join("");

function drawAll(state, say) {
  const line = byId("status");
  line.textContent = say(state.line);
  line.className = ["broken", "not-copied"].includes(state.line) ? "error" : "notice";
  byId("progress").hidden = !state.busy;
  byId("results").replaceChildren(...state.answers.map((answer, at) => drawAnswer(answer, at + 1, say)));
  byId("lines").textContent = linesOf(state);
  byId("taking").hidden = !rowsOf(state).length;
}

function drawAnswer({ row, refused }, number, say) {
  const card = element("section", { className: "card" }, element("h2", { textContent: `${say("recording")} ${number}` }));
  if (refused) card.append(element("p", { className: "error", textContent: say(refused) }));
  if (row) card.append(drawFacts(row, say));
  if (row?.quality < 50) card.append(element("p", { className: "notice", textContent: say("low") }));
  return card;
}

function drawFacts({ bytes, sha256, width, height, quality, pdq }, say) {
  const facts = { "fact-bytes": bytes, "fact-sha256": sha256 };
  if (pdq) Object.assign(facts, { "fact-size": `${width} × ${height}`, "fact-pdq": pdq, "fact-quality": quality });
  const list = element("dl");
  for (const [name, value] of Object.entries(facts)) {
    const shown = element("bdi", { dir: "ltr", className: "code", textContent: String(value) });
    list.append(element("dt", { textContent: say(name) }), element("dd", {}, shown));
  }
  return list;
}
