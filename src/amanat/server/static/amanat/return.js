// The way back with the twelve words: the thread, an answer, and receipts. Keys live in this page's memory
// only and end with it. What is sealed or proven is in thread.js, log.js and receipt.js.
import { Malformed, equal, fromBase64, toBase64 } from "./bytes.js";
import { derive } from "./keys.js";
import { leafHash, salt } from "./leaf.js";
import { LogReader, openPromise, parsePolicy, verifyCheckpoint } from "./log.js";
import { ask, byId, bytesOf, element, readTexts, saveFile, send } from "./page.js";
import { drawSheet, forPaper } from "./sheet.js";
import { formatReceipt, openingFor } from "./receipt.js";
import { drawThread, nextEvent, openThread, placeThread, titleOf } from "./thread.js";
import { fromWords } from "./words.js";

const asking = byId("asking");
const texts = readTexts("texts");
const threadTexts = readTexts("thread-texts");
const addresses = asking.dataset;
// Everything the words opened; null when nothing is open.
let open = null;
// A message that was sent and not answered: {text, event}.
let pending = null;

function say(id, text, { wrong = false } = {}) {
  const line = byId(id);
  line.classList.toggle("error", wrong);
  line.classList.toggle("notice", !wrong && id === "status");
  line.textContent = text;
}

function readWords() {
  try {
    return fromWords(byId("return-words").value);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    say("status", explain(error), { wrong: true });
    byId("return-words").focus();
    return null;
  }
}

function explain(error) {
  const number = /\d+/.exec(error.where === "words" ? error.what : error.where);
  if (error.what === "checksum") return texts["words-checksum"];
  return `${texts[error.where === "words" ? "words-count" : "words-unknown"]} ${number}`;
}

async function openWithWords() {
  const secret = readWords();
  if (secret === null) return;
  say("status", texts.opening);
  const keys = derive(secret);
  try {
    await load(keys);
  } catch {
    open = null;
    return say("status", texts["no-answer"], { wrong: true });
  }
  if (open === null) return say("status", texts.nothing, { wrong: true });
  byId("return-words").value = "";
  asking.hidden = true;
  byId("timeline").hidden = false;
  say("status", texts.opened);
  drawReceiptChoices();
  await lookUp();
  tell();
}

/** Tell the sections below the thread what is open, after every change. */
function tell() {
  const detail = { ...open, readLog, reload: reopen, keyAddress: `${addresses.log}promise-key.txt` };
  byId("timeline").dispatchEvent(new CustomEvent("amanat:opened", { detail }));
}

/** Read everything again, because there is news. */
async function reopen() {
  if (open === null) return;
  await load(open.keys);
  await lookUp();
  drawReceiptChoices();
  tell();
}

/** Fetch and open the thread; a locator that leads nowhere is answered with what no key opens. */
async function load(keys) {
  const answer = await send(addresses.thread, { locator: toBase64(keys.locator) });
  if (!answer.ok) throw new Error("no thread");
  const { report_id: reportId, events } = await answer.json();
  const thread = await openThread({ threadKey: keys.threadKey, salt0: keys.salt0, reportId, events });
  open = thread.events.some((event) => event.header !== null) ? { keys, reportId, thread } : null;
  if (open === null) return;
  drawThread(byId("thread"), thread, threadTexts);
  // What was erased takes nothing more: nobody there could read it.
  const isErased = thread.events.at(-1).header?.kind === "content_erased";
  for (const part of document.querySelectorAll("#message-text, #message-send, [for=message-text]")) part.hidden = isErased;
}

/** Hold the thread against the public log; without an answer the thread stays as it is drawn. */
async function lookUp() {
  try {
    const log = await readLog();
    if (log === null) return;
    await placeThread(open.thread, log.reader, log.checkpoint, Date.now());
    drawThread(byId("thread"), open.thread, threadTexts, log.checkpoint.inLogBy);
  } catch {
    say("standing", texts["no-proof"], { wrong: true });
  }
}

async function readLog() {
  const [note, policy] = await Promise.all([readFile("checkpoint", [404]), readFile("policy.txt")]);
  if (note === null) return null;
  const policyText = new TextDecoder().decode(policy);
  const checkpoint = await verifyCheckpoint(note, parsePolicy(policyText));
  return { note, policyText, checkpoint, reader: new LogReader(addresses.log) };
}

async function readFile(name, absent = []) {
  const answer = await ask(`${addresses.log}${name}`);
  if (absent.includes(answer.status)) return null;
  if (!answer.ok) throw new Error(`no ${name}`);
  return bytesOf(answer);
}

async function sendMessage() {
  const text = byId("message-text").value.trim();
  if (!text) return say("message-status", texts.write, { wrong: true });
  byId("message-send").disabled = true;
  say("message-status", texts.sending);
  try {
    const outcome = await deliver(text);
    say("message-status", texts[outcome], { wrong: outcome !== "sent" });
    if (outcome === "sent") byId("message-text").value = "";
  } catch {
    // With something on its way it is not certain that it did not arrive.
    say("message-status", texts[pending === null ? "not-sent" : "uncertain"], { wrong: true });
  } finally {
    byId("message-send").disabled = false;
  }
}

/**
 * Send the next event. What was sent without an answer is sent again as it was: the same bytes are the same event.
 * When somebody was first, read the thread again and make it once more.
 */
async function deliver(text) {
  const promiseKey = new TextDecoder().decode(await readFile("promise-key.txt")).trim();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (pending?.text !== text) pending = { text, event: await makeMessage(text) };
    const { event } = pending;
    const fields = { locator: toBase64(open.keys.locator), seq: event.seq, leaf: toBase64(event.leaf), sealed: toBase64(event.sealed) };
    const answer = await send(addresses.event, fields);
    const note = await bytesOf(answer);
    pending = null;
    if (answer.status !== 201 && answer.status !== 409) return "not-sent";
    if (answer.status === 201 && !isPromised(note, event.leaf, promiseKey)) return "not-promised";
    await load(open.keys);
    await lookUp();
    drawReceiptChoices();
    tell();
    if (answer.status === 201) return "sent";
  }
  return "not-sent";
}

function isPromised(note, leaf, promiseKey) {
  try {
    return equal(openPromise(note, promiseKey).leafHash, leafHash(leaf));
  } catch {
    return false;
  }
}

async function makeMessage(text) {
  const log = await readLog();
  const fresh = log === null ? { size: 0, root: fromBase64(open.thread.events[0].header.fresh.root) } : log.checkpoint;
  const { keys, reportId, thread } = open;
  return nextEvent({ ...keys, reportId, thread, kind: "message", text, from: "reporter", fresh });
}

function drawReceiptChoices() {
  const chosen = byId("receipt-event").value;
  const name = (event) => `${texts.event} ${event.seq + 1}: ${titleOf(event, threadTexts)}`;
  const usable = open.thread.events.filter((event) => event.header !== null && event.problem === null);
  byId("receipt-event").replaceChildren(...usable.map((event) => element("option", { value: event.seq, textContent: name(event) })));
  byId("receipt-event").value = chosen || String(usable[0]?.seq ?? "");
  limitLevels();
}

/** Only the first event names the author's key, so only its receipt can show who reported. */
function limitLevels() {
  const level = byId("receipt-level");
  const last = level.querySelector("option[value='4']");
  last.disabled = byId("receipt-event").value !== "0";
  if (last.disabled && level.value === "4") level.value = "3";
  byId("challenge-part").hidden = level.value !== "4";
}

/** Make the receipt that was chosen and hand it to `give`, which saves or prints it. */
async function takeReceipt(give) {
  const level = Number(byId("receipt-level").value);
  const challenge = byId("receipt-challenge").value;
  if (level === 4 && !challenge) return say("receipt-status", texts["ask-challenge"], { wrong: true });
  say("receipt-status", texts.making);
  try {
    await makeReceipt(level, challenge, give);
  } catch {
    say("receipt-status", texts["no-proof"], { wrong: true });
  }
}

async function makeReceipt(level, challenge, give) {
  const event = open.thread.events[Number(byId("receipt-event").value)];
  await load(open.keys);
  const { index } = open.thread.events[event.seq];
  const log = await readLog();
  if (log === null || index === null || index >= log.checkpoint.size) {
    return say("receipt-status", texts["not-yet"], { wrong: true });
  }
  const opening = openingOf(event, level, challenge);
  const hashes = await log.reader.inclusionProof(index, log.checkpoint.size);
  await give(formatReceipt({ opening, index, hashes, checkpoint: log.note }), level, { index, policyText: log.policyText, ...log.checkpoint });
  say("receipt-status", texts[log.checkpoint.quorum ? "saved" : "saved-unwitnessed"]);
}

/** A sheet for somebody who has no computer at hand; the browser's own dialogue prints it. */
async function printSheet(bytes, _level, facts) {
  const level = byId("receipt-level");
  const paper = await forPaper(bytes, facts.policyText, facts);
  drawSheet(byId("sheet"), paper.receipt, { ...paper.facts, shows: level.selectedOptions[0].textContent }, readTexts("sheet-texts"));
  print();
}

function openingOf(event, level, challenge) {
  const { threadKey, salt0, authorSeed } = open.keys;
  const { leaf, header, payload } = event;
  return openingFor(level, { leaf, header, payload, salt: salt(threadKey, salt0, event.seq), challenge, authorSeed });
}

function forget() {
  open = pending = null;
  byId("return-words").value = byId("message-text").value = byId("receipt-challenge").value = "";
  byId("thread").replaceChildren();
  location.replace(location.pathname);
}

byId("return-open").addEventListener("click", openWithWords);
byId("message-send").addEventListener("click", sendMessage);
byId("receipt-event").addEventListener("change", limitLevels);
byId("receipt-level").addEventListener("change", limitLevels);
byId("receipt-download").addEventListener("click", () => {
  takeReceipt((bytes, level) => saveFile(bytes, `level-${level}.tlog-proof`));
});
byId("receipt-print").addEventListener("click", () => takeReceipt(printSheet));
byId("forget").addEventListener("click", forget);
addEventListener("pagehide", () => {
  byId("return-words").value = byId("message-text").value = "";
  byId("thread").replaceChildren();
});
byId("return-open").disabled = false;
say("status", texts.ready);
