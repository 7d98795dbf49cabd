// The page of a report. Nothing leaves it but what reporting.js has sealed; drafts are written nowhere.
import { ask, byId, bytesOf, element, readTexts, send } from "./page.js";

const FIELDS = ["text", "where", "when", "relation", "known_by", "come_back"];
const writing = byId("writing");
const button = byId("send-sealed");
const texts = readTexts("texts");
const { intake: intakeAddress, sealed: sealedAddress } = writing.dataset;
let reporting;
let intake;
// What was sealed and not yet surely received, with the answers it was made of: repeated as it is.
let pending = null;

function say(name, { wrong = false } = {}) {
  const line = byId("status");
  line.className = wrong ? "error" : "notice";
  line.textContent = texts[name];
}

async function askIntake() {
  const answer = await ask(intakeAddress, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no intake");
  return answer.json();
}

async function prepare() {
  [intake, reporting] = await Promise.all([askIntake(), import("./reporting.js")]);
  button.disabled = false;
  say("ready");
}

function answers() {
  return Object.fromEntries(FIELDS.map((name) => [name, byId(name).value.trim()]));
}

async function sealOnce(given) {
  const now = JSON.stringify(given);
  if (pending?.of !== now) pending = { of: now, ...(await reporting.makeReport(given, intake)) };
  return pending;
}

async function submit() {
  const given = answers();
  if (!given.text) return refuse("empty");
  button.disabled = true;
  say("sealing");
  try {
    await sealAndSend(given);
  } finally {
    button.disabled = false;
  }
}

function refuse(name) {
  say(name, { wrong: true });
  byId("text").focus();
}

async function sealAndSend(given) {
  let report;
  try {
    report = await sealOnce(given);
  } catch (error) {
    return say(error.where === "padding" ? "too-long" : "not-sent", { wrong: true });
  }
  say("sending");
  const outcome = await deliver(report);
  if (outcome === "received") return finish(report);
  say(outcome, { wrong: true });
}

async function deliver(report) {
  try {
    const answer = await sendWithWork(report);
    if (answer.status !== 201) return "not-received";
    const note = await bytesOf(answer);
    if (!report.isPromised(note)) return "not-promised";
    report.promise = note;
    return "received";
  } catch {
    return "no-answer";
  }
}

/** While very many reports arrive, each needs some work; the same bytes are then sent again with it. */
async function sendWithWork(report) {
  let answer;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const headers = intake.work.bits > 0 ? await workFor(report) : {};
    answer = await send(sealedAddress, report.body, { headers });
    if (answer.status !== 429) return answer;
    intake.work = (await askIntake()).work;
  }
  return answer;
}

async function workFor({ body: { leaf } }) {
  say("working");
  const { findWork } = await import("./work.js");
  const { challenge, bits } = intake.work;
  const number = await findWork(challenge, reporting.bytesOfLeaf(leaf), bits);
  say("sending");
  return { "Amanat-Work": `${challenge} ${number}` };
}

function finish(report) {
  clearFields();
  writing.remove();
  byId("words").replaceChildren(...report.words.map((word) => element("li", { textContent: word })));
  byId("promise-download").href = URL.createObjectURL(new Blob([report.promise], { type: "text/plain" }));
  reporting.drawLocator(byId("locator-qr"), report.locator);
  byId("check").hidden = true;
  byId("check-words").addEventListener("click", () => startCheck(report.words));
  byId("skip-check").addEventListener("click", () => endCheck());
  byId("received").hidden = false;
  byId("received").focus();
  pending = null;
}

function startCheck(words) {
  const asked = threeOf(words.length);
  byId("words").hidden = byId("check-words").hidden = true;
  byId("check").hidden = false;
  byId("check-result").textContent = "";
  byId("check-fields").replaceChildren(...asked.flatMap(drawQuestion));
  byId("check-now").onclick = () => compare(words, asked);
  byId("show-again").onclick = showAgain;
  byId(`check-${asked[0]}`).focus();
}

function threeOf(count) {
  const asked = new Set();
  while (asked.size < 3) asked.add(crypto.getRandomValues(new Uint32Array(1))[0] % count);
  return [...asked].sort((a, b) => a - b);
}

function drawQuestion(position) {
  const id = `check-${position}`;
  const label = element("label", { htmlFor: id, textContent: `${texts.word} ${position + 1}`, lang: document.documentElement.lang });
  const input = element("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: false, dir: "ltr" });
  return [label, input];
}

function compare(words, asked) {
  const right = asked.every((position) => byId(`check-${position}`).value.trim().toLowerCase() === words[position]);
  byId("check-result").textContent = texts[right ? "right" : "wrong"];
  if (right) endCheck();
}

function showAgain() {
  byId("words").hidden = byId("check-words").hidden = false;
  byId("check").hidden = true;
}

function endCheck() {
  byId("check-words").hidden = byId("skip-check").hidden = true;
  byId("check-now").hidden = byId("show-again").hidden = true;
  byId("take-away").hidden = false;
}

function clearFields() {
  for (const name of FIELDS) if (byId(name)) byId(name).value = "";
}

async function takePrints({ target }) {
  const { addPrints } = await import("./prints-file.js");
  byId("prints-status").textContent = texts[await addPrints(target, byId("text"))];
}

button.addEventListener("click", submit);
byId("prints").addEventListener("change", takePrints);
addEventListener("pagehide", () => {
  // The way back in a browser's history must not show what was written, nor the words.
  clearFields();
  byId("words").replaceChildren();
});
prepare().catch(() => say("unready", { wrong: true }));
