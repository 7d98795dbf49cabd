// One report in a worker's browser: unlocked, opened, read and answered. Plain words live in this page's memory
// and go nowhere but into a seal. The keys of a case are grants.js; the thread is thread.js.
import { equal, fromBase64, toBase64, utf8 } from "./bytes.js";
import { openCase } from "./grants.js";
import { leafHash } from "./leaf.js";
import { LogReader, openPromise, parsePolicy, verifyCheckpoint } from "./log.js";
import { ask, byId, bytesOf, readTexts, send } from "./page.js";
import { drawAnswers, drawThread, nextEvent, openThread, placeThread } from "./thread.js";
import { lock, unlock, unlocked } from "./unlock.js";

const place = byId("case");
const addresses = place.dataset;
const texts = readTexts("texts");
const threadTexts = readTexts("thread-texts");
const STAFF = { credentials: "same-origin", referrerPolicy: "same-origin" };
// The opened report: {identity, shown, keys, thread}; null while locked.
let open = null;

function say(id, text, { wrong = false } = {}) {
  const line = byId(id);
  line.classList.toggle("error", wrong);
  line.classList.toggle("notice", !wrong && id === "status");
  line.textContent = text;
}

/** Send JSON as this member; the token is the page's own. */
function sendAsMember(address, value) {
  const token = place.querySelector("[name=csrfmiddlewaretoken]").value;
  return send(address, value, { ...STAFF, headers: { "X-CSRFToken": token } });
}

async function load() {
  const answer = await ask(addresses.thread, { ...STAFF, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no thread");
  return answer.json();
}

function showLocked(text = texts.locked) {
  open = null;
  for (const id of ["report-text", "thread"]) byId(id).replaceChildren();
  byId("opened").hidden = true;
  byId("locked").hidden = false;
  say("status", text);
  byId("passphrase").focus();
}

async function unlockAndShow(event) {
  event.preventDefault();
  say("status", texts.unlocking);
  try {
    const identity = await unlock(byId("passphrase").value, addresses.wrapped);
    byId("passphrase").value = "";
    await show(identity);
  } catch (error) {
    say("status", error.name === "Unverified" ? texts.wrong : texts["no-key"], { wrong: true });
  }
}

/** Open the report with an identity and draw it. */
async function show(identity) {
  const { keys, shown } = await openCase({ identity, load, keep: (grants) => sendAsMember(addresses.grants, { grants }) });
  if (keys === null) return showNotForYou();
  const { thread, log } = await read(keys, shown);
  open = { identity, shown, keys, thread, log };
  draw();
}

function showNotForYou() {
  byId("locked").hidden = true;
  say("status", texts["not-for-you"], { wrong: true });
}

async function read(keys, shown) {
  const { threadKey, salt0 } = keys;
  const thread = await openThread({ threadKey, salt0, reportId: shown.report_id, events: shown.events });
  const log = readCheckpoint(shown);
  try {
    if (log !== null) await placeThread(thread, new LogReader(addresses.log), log, Date.now());
  } catch {
    // The thread is read all the same; it then says nothing about the log.
  }
  return { thread, log };
}

/** The newest checkpoint, verified under the policy; null while the log is empty. */
function readCheckpoint({ checkpoint, policy }) {
  return checkpoint === "" ? null : verifyCheckpoint(utf8(checkpoint), parsePolicy(policy));
}

function draw() {
  const { shown, thread, log } = open;
  byId("locked").hidden = true;
  byId("opened").hidden = false;
  const first = thread.events[0].payload;
  byId("report-text").replaceChildren(first === null ? threadTexts.unopened : drawAnswers(first, threadTexts));
  drawThread(byId("thread"), { events: thread.events.slice(1) }, threadTexts, log?.inLogBy ?? null);
  byId("acknowledge").hidden = shown.state !== "received";
  byId("closing").hidden = shown.state === "closed";
  byId("reopen").hidden = shown.state !== "closed";
  say("status", texts[`state-${shown.state}`]);
}

/** Do something to the report; `field` holds what was written and is emptied only when it was kept. */
async function act(kind, text, field = null) {
  if (!text.trim()) return say("act-status", texts.write, { wrong: true });
  setBusy(true);
  say("act-status", texts.sending);
  try {
    const outcome = await deliver(kind, text.trim());
    if (outcome === "sent" && field !== null) field.value = "";
    say("act-status", texts[outcome], { wrong: outcome !== "sent" });
  } catch {
    say("act-status", texts["not-sent"], { wrong: true });
  } finally {
    setBusy(false);
  }
}

function setBusy(busy) {
  for (const id of ["acknowledge", "message-send", "close-report", "reopen"]) byId(id).disabled = busy;
}

/** Send the event; when somebody was first, read the thread again and make it once more with the next number. */
async function deliver(kind, text) {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const event = await makeEvent(kind, text);
    const fields = { seq: event.seq, kind, leaf: toBase64(event.leaf), sealed: toBase64(event.sealed) };
    const answer = await sendAsMember(addresses.events, fields);
    if (answer.status !== 201 && answer.status !== 409) return "not-sent";
    const promise = answer.status === 201 ? openPromise(await bytesOf(answer), open.shown.promise_key) : null;
    if (promise !== null && !equal(promise.leafHash, leafHash(event.leaf))) return "not-promised";
    const { state } = open.shown;
    await show(open.identity);
    if (promise !== null) return "sent";
    if (open.shown.state !== state) return "state-changed";
  }
  return "not-sent";
}

async function makeEvent(kind, text) {
  const { keys, shown, thread, log } = open;
  const fresh = log ?? { size: 0, root: fromBase64(thread.events[0].header.fresh.root) };
  return nextEvent({ ...keys, reportId: shown.report_id, thread, kind, text, from: "organisation", fresh });
}

async function lockNow() {
  await lock();
  showLocked();
}

byId("locked").addEventListener("submit", unlockAndShow);
byId("lock").addEventListener("click", lockNow);
byId("acknowledge").addEventListener("click", () => act("acknowledged", texts["acknowledged-text"]));
byId("reopen").addEventListener("click", () => act("reopened", texts["reopened-text"]));
byId("message-send").addEventListener("click", () => act("message", byId("message-text").value, byId("message-text")));
byId("close-report").addEventListener("click", () => act("closed", byId("close-reason").value, byId("close-reason")));
addEventListener("pagehide", () => {
  for (const id of ["report-text", "thread"]) byId(id).replaceChildren();
  for (const id of ["passphrase", "message-text", "close-reason"]) byId(id).value = "";
});

const identity = await unlocked().catch(() => null);
if (identity === null) showLocked();
else await show(identity).catch(() => say("status", texts["no-answer"], { wrong: true }));
