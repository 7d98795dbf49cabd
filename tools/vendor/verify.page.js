// The page of verify.html: files are read here and nowhere else; nothing is sent, nothing is stored. What a receipt
// says only ever becomes text. Shown right by tests/browser/test_verify_page.py.
import { Malformed, Unverified, fromUtf8, parseTime } from "../../src/amanat/server/static/amanat/bytes.js";
import { parsePolicy } from "../../src/amanat/server/static/amanat/policy.js";
import { verifyReceipt } from "../../src/amanat/server/static/amanat/receipt.js";
import { parseWindow } from "../../src/amanat/server/static/amanat/window.js";
import { TEXTS, reasonOf } from "./verify.texts.js";

const DAY = 86_400_000;
const byId = (id) => document.getElementById(id);
const chosen = { receipt: null, policy: null };
let language = "en";
// Draws the answer again, in another language; null when nothing was asked.
let answer = null;
// Which question an answer that is still being found belongs to.
let question = 0;

/** For whoever checks many receipts: {ok: true, …verdict} or {ok: false, error, what, where}. */
window.amanatVerify = (receipt, policy, challenge) =>
  outcomeOf(async () => ({ ok: true, ...(await verifyReceipt(receipt, policy, challenge ?? null)) }));

async function outcomeOf(attempt) {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof Malformed || error instanceof Unverified)) throw error;
    return { ok: false, error: error.name.toLowerCase(), what: error.what, where: error.where };
  }
}

const say = (name) => TEXTS[language][name];

function speak(wanted) {
  language = wanted;
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ur" ? "rtl" : "ltr";
  for (const part of document.querySelectorAll("[data-text]")) part.textContent = say(part.dataset.text);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  drawNames();
  answer?.();
}

function drawNames() {
  for (const name of ["receipt", "policy"]) byId(`${name}-name`).textContent = chosen[name]?.name ?? say("none");
}

async function take(name, file) {
  if (!file) return;
  chosen[name] = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  if (name === "policy") byId("policy-text").value = "";
  forget();
  drawNames();
}

/** An answer stands only for what was asked. */
function forget() {
  question += 1;
  answer = null;
  byId("answer").replaceChildren();
}

/** A dropped file is a policy when it is called so, else a receipt. */
function drop(event) {
  event.preventDefault();
  for (const file of event.dataTransfer?.files ?? []) take(/policy/i.test(file.name) ? "policy" : "receipt", file);
}

function readPolicy() {
  const text = byId("policy-text").value || fromUtf8(chosen.policy.bytes, "policy");
  parsePolicy(text);
  parseWindow(text);
  return { ok: true, text };
}

async function check() {
  question += 1;
  const asked = question;
  const found = await prepareAnswer();
  if (asked !== question) return;
  answer = found;
  answer();
  byId("answer").scrollIntoView({ block: "nearest" });
}

async function prepareAnswer() {
  if (!chosen.receipt || !(chosen.policy || byId("policy-text").value)) return () => draw("wrong", say("missing"));
  const policy = await outcomeOf(readPolicy);
  if (!policy.ok) return () => draw("wrong", say("bad-keys"), detailOf(policy));
  const challenge = byId("challenge").value || null;
  const verdict = await window.amanatVerify(chosen.receipt.bytes, policy.text, challenge);
  if (verdict.ok) return () => drawVerdict(verdict, challenge !== null);
  return () => draw("wrong", say(verdict.error), element("p", say(reasonOf(verdict))), detailOf(verdict));
}

function detailOf({ where, what }) {
  return element("p", where ? `${where}: ${what}` : what, { lang: "en", dir: "ltr", className: "code" });
}

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}

function draw(kind, title, ...parts) {
  const box = element("div", "", { className: kind });
  box.append(element("h2", title), ...parts);
  byId("answer").replaceChildren(box);
}

function drawVerdict(verdict, asked) {
  const list = document.createElement("dl");
  const add = (name, text, properties = {}) => list.append(element("dt", label(name)), element("dd", text, properties));
  const addTime = (name, time) => {
    add(name, "");
    list.lastChild.append(element("time", inWords(time), { dateTime: time }));
  };
  add("level", say(`level-${verdict.level}`));
  add("log", verdict.origin, { className: "code fact", dir: "ltr" });
  if (verdict.in_log_by) addTime("by", verdict.in_log_by);
  else add("by", say("no-quorum"));
  add("witnesses", verdict.witnesses.join(", ") || say("nobody"), { className: "fact", dir: "auto" });
  add("place", `${verdict.index + 1} / ${verdict.size}`, { className: "fact", dir: "ltr" });
  drawHeader(verdict, add, addTime, (text) => list.append(element("dd", text, { className: "gap" })));
  drawPayload(verdict, add);
  draw("right", say("holds"), list, ...meaningOf(verdict, asked).map((name) => element("p", say(name))));
}

/** A member of a payload that this page has no word for is called as it is written. */
const label = (name) => say(name) ?? name.replace("payload-", "");

/** The moment in words, in the language of the page and in UTC, so that two readers see the same. */
function inWords(time) {
  const options = { dateStyle: "long", timeStyle: "medium", timeZone: "UTC", hourCycle: "h23" };
  const locale = language === "ur" ? "ur-PK-u-nu-latn" : "en-GB";
  return `${new Intl.DateTimeFormat(locale, options).format(parseTime(time))} UTC`;
}

function drawHeader({ header, in_log_by: by }, add, addTime, note) {
  if (!header) return;
  add("kind", say(`kind-${header.kind}`) ?? header.kind);
  addTime("claimed", header.claimed_time);
  if (by && Math.abs(parseTime(by) - parseTime(header.claimed_time)) > DAY) note(say("gap"));
  if (header.due_time) addTime("due", header.due_time);
  if (header.counterparty) add("counterparty", header.counterparty, { dir: "auto" });
}

function drawPayload({ payload, challenge }, add) {
  for (const [name, value] of Object.entries(payload ?? {})) {
    if (name === "nonce" || value === "") continue;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    add(`payload-${name}`, (name === "from" && say(`from-${text}`)) || text, { dir: "auto", className: "said" });
  }
  if (challenge !== null) add("challenge", challenge, { dir: "auto", className: "said" });
}

function meaningOf({ level, in_log_by: by }, asked) {
  const proves = level === 4 && asked ? "proves-4-asked" : `proves-${level}`;
  return by ? [proves, "not-proves"] : [proves, "proves-no-time", "not-proves"];
}

for (const name of ["receipt", "policy"]) byId(`${name}-file`).addEventListener("change", (event) => take(name, event.target.files[0]));
for (const name of ["policy-text", "challenge"]) byId(name).addEventListener("input", forget);
for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => speak(button.dataset.language));
byId("check").addEventListener("click", check);
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", drop);
speak((navigator.language ?? "").startsWith("ur") ? "ur" : "en");
