// The referrals of a report in a worker's browser: the chain in time, who holds it, what went wrong, and the bodies
// that are named in the case. Listens to #case (see case.js). The form of a new referral is refer-form.js, answers
// on paper are paper.js, its clock is clocking.js. Plain words live in this page's memory and go nowhere but into a seal.
import { toBase64, utf8 } from "./bytes.js";
import { drawClockForm } from "./clocking.js";
import { LogReader, parsePolicy, verifyCheckpoint } from "./log.js";
import { ask, byId, bytesOf, element, readTexts, send } from "./page.js";
import { drawPaperForm } from "./paper.js";
import { drawReferForm } from "./refer-form.js";
import { openKept } from "./onward.js";
import { showLetter } from "./letter.js";
import { tellMissed } from "./missed.js";
import { dueOf, namedIn, openReferrals, survey } from "./referrals.js";
import { drawSurvey } from "./referral-view.js";
import { freshFrom, isPromised } from "./reporting.js";
import { nextEvent, placeThread } from "./thread.js";
import { readOthers } from "./together.js";

const place = byId("case");
const part = byId("referrals");
const texts = { ...readTexts("referral-texts"), ...readTexts("referring-texts") };
const STAFF = { credentials: "same-origin", referrerPolicy: "same-origin" };
let locks = 0;

/** Ask as this member, for JSON. */
async function askAsMember(address) {
  const answer = await ask(address, { ...STAFF, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no answer");
  return answer.json();
}

function sendAsMember(address, value) {
  const token = place.querySelector("[name=csrfmiddlewaretoken]").value;
  return send(address, value, { ...STAFF, headers: { "X-CSRFToken": token } });
}

function say(text, { wrong = false } = {}) {
  const line = byId("referral-status");
  line.classList.toggle("error", wrong);
  line.textContent = text;
}

async function load(opened) {
  const before = locks;
  try {
    const answer = await askAsMember(part.dataset.thread);
    const referrals = await openReferrals(opened.keys.threadKey, opened.thread, answer.referrals);
    const [others] = await Promise.all([othersOf(opened), placeAll(referrals, opened.shown)]);
    if (before === locks) show(opened, answer, referrals, others);
  } catch {
    if (before === locks) say(texts["no-answer"], { wrong: true });
  }
}

/** The other reports of its case: what is named in one of them stands against a body here too. */
function othersOf({ identity, shown }) {
  return readOthers({ file: part.dataset.caseFile, reports: part.dataset.reports, identity, reportId: shown.report_id });
}

/** Look the steps up in the log; where that fails they are drawn without. */
async function placeAll(referrals, { checkpoint, policy }) {
  try {
    if (checkpoint === "") return;
    const log = await verifyCheckpoint(utf8(checkpoint), parsePolicy(policy));
    const reader = new LogReader(place.dataset.log);
    for (const { chain } of referrals) await placeThread(chain, reader, log, Date.now());
  } catch {
    // The chain is drawn all the same; it then says nothing about the log.
  }
}

function show(opened, answer, referrals, others) {
  const threads = [opened.thread, ...others.map(({ thread }) => thread)];
  const beside = others.flatMap((other) => other.opened);
  const found = survey({ opened: referrals, institutions: answer.institutions, threads, beside });
  const page = { ...opened, answer, survey: found, texts, say, address: part.dataset, askAsMember, sendAsMember, deliver, fresh: () => freshOf(opened) };
  page.nextEvent = (event) => makeEvent(page, event);
  drawSurvey({ map: byId("referral-map"), list: byId("referral-list"), holder: byId("referral-holder") }, found, texts, (item, referral, event) => {
    if (event === null) item.append(...drawButtons(page, referral));
  });
  drawNaming(page);
  drawReferForm(page);
  drawPaperForm(page);
  drawClockForm(page);
  // Nobody waits for it: where it does not succeed, the next who opens the case writes it.
  tellMissed(page).catch(() => {});
}

/** The next event of the report's thread, by the organisation. */
async function makeEvent({ keys, shown, thread, fresh }, event) {
  return nextEvent({ ...keys, reportId: shown.report_id, thread, from: "organisation", fresh: await fresh(), ...event });
}

const freshOf = ({ shown }) => freshFrom(utf8(shown.checkpoint), shown.policy);

function drawButtons(page, referral) {
  const { shown, chain } = referral;
  if (shown.kept === "" || chain.events.some((event) => event.header?.kind !== "delivered")) return [];
  const again = element("button", { type: "button", className: "second", textContent: texts["letter-again"] });
  again.addEventListener("click", async () => {
    const secret = await openKept({ fileKey: page.keys.fileKey, reportId: page.shown.report_id }, shown.id, shown.kept);
    const facts = { institution: shown.institution_name, organisation: page.answer.organisation, referralId: shown.id, dueTime: dueOf(referral) };
    showLetter({ secret, base: part.dataset.letter, facts, recipient: "", texts });
  });
  return [element("p", {}, again)];
}

/**
 * Send what was made and check what is promised for its leaf: "sent", "not-promised", "no-answer", "state-changed"
 * or "not-sent". The page is read anew afterwards.
 */
async function deliver(page, address, value, leaf) {
  const answer = await sendAsMember(address, value).catch(() => null);
  if (answer === null) return "no-answer";
  if (answer.status === 409) {
    await page.reload().catch(() => {});
    return "state-changed";
  }
  if (answer.status !== 201) return "not-sent";
  if (!isPromised(await bytesOf(answer), leaf, page.shown)) return "not-promised";
  await page.reload().catch(() => {});
  return "sent";
}

function drawNaming(page) {
  const { institutions } = page.survey;
  const named = new Set(namedIn(page.thread));
  byId("naming-list").replaceChildren(
    ...institutions.map(({ id, name }) => {
      const box = element("input", { type: "checkbox", value: id, checked: named.has(id) });
      return element("label", { className: "check" }, box, " ", element("bdi", { textContent: name }));
    }),
  );
  byId("naming-send").onclick = () => nameBodies(page).catch(() => say(texts["not-sent"], { wrong: true }));
}

/** Say in the thread which bodies are named in the case; the list is sealed like any word. */
async function nameBodies(page) {
  const boxes = [...byId("naming-list").querySelectorAll("input:checked")];
  const named = boxes.map((box) => Number(box.value));
  const names = page.survey.institutions.filter(({ id }) => named.includes(id)).map(({ name }) => name);
  const text = names.length > 0 ? `${texts["naming-text"]}\n${names.join("\n")}` : texts["naming-none"];
  const event = await page.nextEvent({ kind: "message", text, more: { named } });
  const outcome = await deliver(page, place.dataset.events, { seq: event.seq, kind: "message", leaf: toBase64(event.leaf), sealed: toBase64(event.sealed) }, event.leaf);
  say(texts[outcome], { wrong: outcome !== "sent" });
}

function forget() {
  locks += 1;
  for (const id of ["referral-list", "referral-map", "referral-holder", "naming-list", "refer-preview", "letter-out", "clock-referral", "clock-due"]) byId(id).replaceChildren();
  for (const field of part.querySelectorAll("textarea, input[type=file]")) field.value = "";
  for (const sheet of document.querySelectorAll("main > .sheet.letter")) sheet.remove();
}

place.addEventListener("amanat:opened", ({ detail }) => load(detail));
place.addEventListener("amanat:locked", forget);
addEventListener("pagehide", forget);
if (place.opened) load(place.opened);
