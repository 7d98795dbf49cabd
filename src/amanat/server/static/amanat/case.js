// One report in a worker's browser: unlocked, opened, read and answered. Plain words live in this page's memory
// and go nowhere but into a seal. The keys of a case are grants.js; the thread is thread.js. Later stages put
// sections below the thread (server/cases/sections.py); their scripts listen to #case for two events:
//   amanat:opened   detail {identity, shown, keys, thread, act(kind, text) → "sent" or why not, reload()}
//   amanat:locked   forget everything
// Each opening is told anew, also after every step. A listener that came late finds the last in place.opened.
import { toBase64, utf8 } from "./bytes.js";
import { openCase } from "./grants.js";
import { LogReader, parsePolicy, verifyCheckpoint } from "./log.js";
import { ask, byId, bytesOf, readTexts, send } from "./page.js";
import { freshFrom, isPromised } from "./reporting.js";
import { drawAnswers, drawThread, nextEvent, openThread, placeThread } from "./thread.js";
import { lock, unlock, unlocked } from "./unlock.js";

const place = byId("case");
const addresses = place.dataset;
const texts = readTexts("texts");
const threadTexts = readTexts("thread-texts");
const STAFF = { credentials: "same-origin", referrerPolicy: "same-origin" };
// The opened report: {identity, shown, keys, thread, log}; null while locked.
let open = null;
// What was sent and not answered: {kind, text, event}. The same bytes again are the same event to the server.
let pending = null;
// How often the page was locked: what was still being opened then is not shown any more.
let locks = 0;

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

function showLocked() {
  open = pending = place.opened = null;
  locks += 1;
  clear();
  place.dispatchEvent(new CustomEvent("amanat:locked"));
  byId("opened").hidden = true;
  byId("locked").hidden = false;
  say("status", texts.locked);
  byId("passphrase").focus();
}

function clear() {
  for (const id of ["report-text", "thread", "act-status"]) byId(id).replaceChildren();
  for (const id of ["passphrase", "message-text", "close-reason"]) byId(id).value = "";
}

async function unlockAndShow(event) {
  event.preventDefault();
  say("status", texts.unlocking);
  try {
    const identity = await unlock(byId("passphrase").value, addresses.wrapped);
    byId("passphrase").value = "";
    await showOrSay(identity);
  } catch (error) {
    say("status", error.name === "Unverified" ? texts.wrong : texts["no-key"], { wrong: true });
  }
}

/** Show the report, or say why it cannot be: never that the passphrase, which was right, is wrong. */
async function showOrSay(identity) {
  try {
    await show(identity);
  } catch (error) {
    const isSealWrong = error.name === "Unverified" || error.name === "Malformed";
    say("status", isSealWrong ? threadTexts.unopened : texts["no-answer"], { wrong: true });
  }
}

/** Open the report with an identity and draw it. */
async function show(identity) {
  const before = locks;
  const { keys, shown } = await openCase({ identity, load, keep: (grants) => sendAsMember(addresses.grants, { grants }) });
  const read = keys === null ? null : await readThread(keys, shown);
  if (before !== locks) return;
  if (read === null) return showNotForYou();
  open = { identity, shown, keys, ...read };
  draw();
  tell();
}

/** Tell the sections what is open, and how to add a step to the thread. */
function tell() {
  const { identity, shown, keys, thread } = open;
  place.opened = { identity, shown, keys, thread, act: (kind, text) => deliver(kind, text), reload: () => show(identity) };
  place.dispatchEvent(new CustomEvent("amanat:opened", { detail: place.opened }));
}

function showNotForYou() {
  byId("locked").hidden = true;
  say("status", texts["not-for-you"], { wrong: true });
}

async function readThread({ threadKey, salt0 }, shown) {
  const thread = await openThread({ threadKey, salt0, reportId: shown.report_id, events: shown.events });
  const log = await readCheckpoint(shown);
  try {
    if (log) await placeThread(thread, new LogReader(addresses.log), log, Date.now());
  } catch {
    // The thread is read all the same; it then says nothing about the log.
  }
  return { thread, log };
}

/** The newest checkpoint, verified under the policy; null while the log is empty, undefined when it is not right. */
async function readCheckpoint({ checkpoint, policy }) {
  try {
    return checkpoint === "" ? null : await verifyCheckpoint(utf8(checkpoint), parsePolicy(policy));
  } catch {
    return undefined;
  }
}

function draw() {
  const { shown, thread, log } = open;
  byId("locked").hidden = true;
  byId("opened").hidden = false;
  const [first, ...later] = thread.events;
  byId("report-text").replaceChildren(first.payload === null ? threadTexts[first.problem ?? "unopened"] : drawAnswers(first.payload, threadTexts));
  // The first step stands in the list with its times and its faults; its words stand above.
  drawThread(byId("thread"), { events: [{ ...first, payload: null }, ...later] }, threadTexts, log?.inLogBy ?? null);
  if (log === undefined) say("act-status", texts["not-promised"], { wrong: true });
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
  const outcome = await deliver(kind, text.trim()).catch(() => "not-sent");
  // What was typed while it was being sent stays.
  if (outcome === "sent" && field?.value === text) field.value = "";
  // Locked meanwhile, what was written is gone: nothing may say that it is still here.
  if (open !== null || outcome === "sent") say("act-status", texts[outcome], { wrong: outcome !== "sent" });
  setBusy(false);
}

function setBusy(busy) {
  for (const id of ["acknowledge", "message-send", "close-report", "reopen"]) byId(id).disabled = busy;
}

/** Send the event; when somebody was first, read the thread again and make it once more with the next number. */
async function deliver(kind, text) {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const { identity, shown } = open;
    const event = await eventFor(kind, text);
    const answer = await sendEvent(kind, event);
    if (answer === null) return "no-answer";
    if (answer.status === 201) return settle({ identity, shown }, event, answer);
    if (answer.status !== 409 || open === null) return "not-sent";
    pending = null;
    await show(identity);
    if (open.shown.state !== shown.state) return "state-changed";
  }
  return "not-sent";
}

/** The event that says this: the one that was not answered, if it is the same, or a new one. */
async function eventFor(kind, text) {
  if (pending === null || pending.kind !== kind || pending.text !== text) {
    pending = { kind, text, event: await makeEvent(kind, text) };
  }
  return pending.event;
}

async function makeEvent(kind, text) {
  const { keys, shown, thread } = open;
  const fresh = await freshFrom(utf8(shown.checkpoint), shown.policy);
  return nextEvent({ ...keys, reportId: shown.report_id, thread, kind, text, from: "organisation", fresh });
}

/** The answer; null when none came: then nobody knows here whether the event was kept. */
async function sendEvent(kind, { seq, leaf, sealed }) {
  try {
    return await sendAsMember(addresses.events, { seq, kind, leaf: toBase64(leaf), sealed: toBase64(sealed) });
  } catch {
    return null;
  }
}

async function settle({ identity, shown }, { leaf }, answer) {
  const note = await bytesOf(answer).catch(() => null);
  if (note === null) return "no-answer";
  if (!isPromised(note, leaf, shown)) return "not-promised";
  pending = null;
  // It is promised, whether or not the thread can be read again now; the next step reads it anew.
  if (open !== null) await show(identity).catch(() => {});
  return "sent";
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
addEventListener("pagehide", clear);
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

const identity = await unlocked().catch(() => null);
if (identity === null) showLocked();
else await showOrSay(identity);
