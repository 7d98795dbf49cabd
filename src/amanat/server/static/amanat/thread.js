// A thread as its holders read and continue it: each event opened, held against the one before it and against
// the public log. Protocol sections 3 and 4. It neither asks the server nor stores anything. Used by the
// reporter's page and the worker's alike. Shown right by tests/browser/test_thread.py.
import { equal, fromBase64, parseTime, toBase64 } from "./bytes.js";
import { checkHeader, header, leafHash, makeLeaf, newPayload, tag } from "./leaf.js";
import { element, timeElement } from "./page.js";
import { openRecord, sealRecord } from "./seal.js";

const TAG_START = 16;
const TAG_END = 32;
const MAX_DELAY = 86_400_000;
const ANSWERS = ["text", "where", "when", "relation", "known_by", "come_back"];

/**
 * Open every event: {events: [{seq, header, payload, leaf, index, byReporter, problem}], nextSeq, previousLeafHash}.
 * Whoever has the words of a report has its thread key: only the server knows which step came with the words alone.
 * `salt0` is null for a worker who has only a grant; the first leaf is then believed as the server shows it.
 */
export async function openThread({ threadKey, salt0 = null, reportId, events }) {
  const opened = [];
  let previousLeafHash = null;
  for (const [position, given] of events.entries()) {
    const event = await openEvent({ threadKey, salt0, reportId, given, position, previousLeafHash });
    previousLeafHash = event.leaf === null ? null : leafHash(event.leaf);
    opened.push(event);
  }
  return { events: opened, nextSeq: events.length, previousLeafHash };
}

async function openEvent({ threadKey, salt0, reportId, given, position, previousLeafHash }) {
  const shown = given.leaf === undefined ? null : fromBase64(given.leaf, 64, "leaf");
  const event = { seq: given.seq, header: null, payload: null, leaf: shown, index: given.index, byReporter: given.by_reporter === true, problem: null };
  if (given.sealed === "") return erasedEvent(event, threadKey, position);
  try {
    const sealed = fromBase64(given.sealed, undefined, "sealed");
    Object.assign(event, await openRecord(threadKey, reportId, given.seq, sealed));
    checkHeader(event.header);
  } catch {
    return { ...event, header: null, payload: null, problem: "unopened" };
  }
  if (given.seq > 0 || salt0 !== null) {
    event.leaf = makeLeaf({ threadKey, salt0, header: event.header, payload: event.payload });
  }
  const fits = given.seq === position && event.header.seq === position && follows(event.header, previousLeafHash);
  if (!fits || !isOurs(event, shown, threadKey)) event.problem = "broken";
  else if (event.byReporter && !isReporters(event)) event.problem = "posed";
  return event;
}

/** An event whose words were erased: what is left is its leaf, which its tag ties to this thread. */
function erasedEvent(event, threadKey, position) {
  const isIts = event.leaf !== null && event.seq === position && isOurs(event, event.leaf, threadKey);
  return { ...event, problem: isIts ? "erased" : "broken" };
}

/** Whether a step that came with the words says no more than those may: the report, and messages of its own. */
function isReporters({ seq, header: head, payload }) {
  return seq === 0 || (head.kind === "message" && payload.from === "reporter");
}

function follows(head, previousLeafHash) {
  if (head.seq === 0) return previousLeafHash === null;
  return previousLeafHash !== null && head.prev_leaf_hash === toBase64(previousLeafHash);
}

function isOurs(event, shown, threadKey) {
  if (event.leaf === null) return true;
  if (shown !== null && !equal(shown, event.leaf)) return false;
  return equal(event.leaf.subarray(TAG_START, TAG_END), tag(threadKey, event.seq));
}

/**
 * Look every event up in the log: `place` becomes "in-log", "waiting", "late" or "misplaced". `log` has the size
 * and root of a verified checkpoint. An index that the server does not tell after the promised delay is not
 * believed to be missing: the log is scanned for the leaf itself.
 */
export async function placeThread(thread, reader, log, now) {
  for (const event of thread.events) {
    if (event.leaf !== null) event.place = await placeOf(event, reader, log, now);
  }
}

async function placeOf(event, reader, { size, root }, now) {
  if (event.index === null || event.index >= size) {
    const claimed = event.header === null ? now : parseTime(event.header.claimed_time);
    if (now - claimed <= MAX_DELAY) return "waiting";
    event.index = await reader.findLeaf(leafHash(event.leaf), size, event.header?.fresh.size ?? 0, root);
    return event.index === null ? "late" : "in-log";
  }
  const leaves = await reader.bundle(Math.floor(event.index / 256), size);
  const found = leaves[event.index % 256];
  return found !== undefined && equal(found, event.leaf) ? "in-log" : "misplaced";
}

/**
 * Make the next event of a thread: {seq, leaf, sealed, header, payload}. `fresh` is {size, root}, `more` what else
 * the payload holds, `dueTime` a Date.
 */
export async function nextEvent({ threadKey, salt0 = null, reportId, thread, kind, text, from, fresh, more = {}, dueTime, counterparty }) {
  if (thread.previousLeafHash === null) throw new Error("the last event of the thread is not known");
  const seq = thread.nextSeq;
  const made = {
    header: header({ seq, kind, claimedTime: new Date(), prevLeafHash: thread.previousLeafHash, fresh, dueTime, counterparty }),
    payload: newPayload({ text, from, ...more }),
  };
  const leaf = makeLeaf({ threadKey, salt0, ...made });
  return { seq, leaf, sealed: await sealRecord(threadKey, reportId, made), ...made };
}

/** Draw the events into a list; `inLogBy` is the witnessed time of the tree they were looked up in, or null. */
export function drawThread(list, thread, texts, inLogBy = null) {
  list.replaceChildren(...thread.events.map((event) => drawEvent(event, texts, inLogBy)));
}

function drawEvent(event, texts, inLogBy) {
  const item = element("li", {}, element("h3", { textContent: titleOf(event, texts) }));
  if (event.payload !== null) item.append(...drawPayload(event, texts));
  if (event.problem !== null) item.append(element("p", { className: "wrong", textContent: texts[event.problem] }));
  item.append(drawTimes(event, texts, inLogBy));
  return item;
}

/** What kind of step this is, in words. */
export function titleOf(event, texts) {
  if (event.header === null) return texts.other;
  if (event.problem === "posed") return texts["message-reporter"];
  const { kind } = event.header;
  const name = kind === "message" ? `message-${event.payload.from}` : kind;
  return texts[name] ?? texts.other;
}

function drawPayload(event, texts) {
  if (event.seq !== 0) return [said("p", event.payload.text)];
  return [drawAnswers(event.payload, texts)];
}

/** The answers of a report as a description list, empty ones left out. */
export function drawAnswers(payload, texts) {
  const list = element("dl");
  for (const name of ANSWERS) {
    if (!payload[name]) continue;
    list.append(element("dt", { textContent: texts[name] }), said("dd", payload[name]));
  }
  return list;
}

function said(name, text) {
  return element(name, { className: "said", dir: "auto", textContent: typeof text === "string" ? text : "" });
}

function drawTimes(event, texts, inLogBy) {
  const line = element("p", { className: "when" });
  if (event.header !== null) line.append(`${texts.claimed} `, timeElement(parseTime(event.header.claimed_time)));
  if (event.place === "in-log") {
    line.append(" · ", ...(inLogBy === null ? [texts["in-log-unwitnessed"]] : [`${texts["in-log"]} `, timeElement(inLogBy)]));
  } else if (event.place !== undefined) {
    const wrong = event.place === "waiting" ? "" : "wrong";
    line.append(" · ", element("span", { className: wrong, textContent: texts[event.place] }));
  }
  return line;
}
