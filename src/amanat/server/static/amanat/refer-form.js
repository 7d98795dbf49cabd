// The form of a new referral: to whom, for what, which words and no more, with whose consent, by when, and what the
// reporter sees of it. What the receiver will see is drawn as they will see it before anything is sealed.
import { canonicalJson, fromBase64, pad, parseJson, parseTime, toBase64, unpad } from "./bytes.js";
import { inConflict, proposals } from "./findings.js";
import { showLetter } from "./letter.js";
import { dueTimeOf, makeReferral } from "./onward.js";
import { byId, element, timeElement } from "./page.js";
import { openField, sealField } from "./seal.js";
import { ANSWERS, fieldsOf } from "./refer-fields.js";

let page = null;
let due = null;
let asked = 0;
let dueAsked = null;

/** Draw the form for what is open now; what was typed meanwhile stays. */
export function drawReferForm(opened) {
  const first = page === null || page.shown.report_id !== opened.shown.report_id || byId("refer-institution").options.length === 0;
  page = opened;
  if (first) {
    drawChoices();
    fieldsOf(byId("refer-fields"), page.thread.events[0].payload ?? {}, page.texts);
    openDraft().catch(() => page.say(page.texts["draft-unopened"], { wrong: true }));
  }
  // A box that is ticked fills its field after the first of these two.
  byId("refer-form").oninput = byId("refer-form").onchange = preview;
  byId("refer-institution").onchange = byId("refer-request").onchange = chosen;
  byId("refer-send").onclick = () => refer().catch(() => page.say(page.texts["not-sent"], { wrong: true })).finally(() => setBusy(false));
  byId("refer-draft").onclick = () => keepDraft().catch(() => page.say(page.texts["not-sent"], { wrong: true }));
  chosen();
}

function drawChoices() {
  const active = page.survey.institutions.filter((body) => body.is_active);
  byId("refer-institution").replaceChildren(...active.map(({ id, name }) => element("option", { value: id, textContent: name })));
}

const institution = () => page.survey.institutions.find(({ id }) => id === Number(byId("refer-institution").value));
const requestName = () => byId("refer-request").selectedOptions[0].textContent;

/** Another institution or request: another date, and perhaps a conflict of interest. */
function chosen() {
  drawConflict();
  preview();
  due = null;
  byId("refer-due").replaceChildren();
  const body = institution();
  dueAsked = body === undefined ? null : askDue(body);
}

async function askDue(body) {
  const mine = (asked += 1);
  const query = new URLSearchParams({ institution: body.id, request: byId("refer-request").value });
  const answer = await page.askAsMember(`${page.address.due}?${query}`).catch(() => null);
  if (mine !== asked) return;
  due = answer === null ? null : { ...answer, startsNow: answer.starts_on === "sent" };
  if (due === null) dueAsked = null;
  drawDue();
}

function drawDue() {
  const place = byId("refer-due");
  if (due === null) return place.replaceChildren(element("p", { className: "error", textContent: page.texts["no-answer"] }));
  if (due.due === null) return place.replaceChildren(element("p", { className: "notice", textContent: page.texts["no-law"] }));
  const words = element("ol");
  words.append(...due.words.map((text) => element("li", { textContent: text, dir: "auto" })));
  const line = element("p", {}, `${page.texts[due.startsNow ? "due" : "due-once"]} `, timeElement(parseTime(due.due)));
  const law = element("p", { className: "said quiet", dir: "auto", textContent: due.law });
  place.replaceChildren(line, law, element("details", {}, element("summary", { textContent: page.texts["due-why"] }), words));
}

/** The named body that stands against this institution, or null. */
function conflict() {
  const body = institution();
  return body === undefined ? null : inConflict(body.id, page.survey.named, page.survey.overseers);
}

function drawConflict() {
  const against = conflict();
  const body = institution();
  byId("refer-conflict").hidden = against === null;
  byId("refer-again").hidden = body === undefined || !page.survey.had.has(body.id);
  if (against === null) return;
  const nameOf = (id) => page.survey.institutions.find((one) => one.id === id).name;
  byId("refer-conflict-who").textContent = nameOf(against);
  const request = byId("refer-request").value;
  const takes = page.survey.institutions.filter((one) => one.is_active && one.requests.includes(request)).map(({ id }) => id);
  const better = proposals(body.id, { takes, named: page.survey.named, overseers: page.survey.overseers, hadIt: page.survey.had });
  byId("refer-better").replaceChildren(...better.slice(0, 3).map((id) => propose(id, nameOf(id))));
}

function propose(id, name) {
  const button = element("button", { type: "button", className: "second", textContent: name, dir: "auto" });
  button.addEventListener("click", () => {
    byId("refer-institution").value = id;
    chosen();
  });
  return element("li", {}, button);
}

/** What the receiver will see, in this order: names and words. */
function chosenPairs() {
  const pairs = [[page.texts["field-ask"], byId("refer-ask").value.trim()]];
  for (const name of ANSWERS) {
    if (byId(`refer-use-${name}`).checked) pairs.push([page.texts[`field-${name}`], byId(`refer-field-${name}`).value.trim()]);
  }
  pairs.push([page.texts["field-more"], byId("refer-more").value.trim()]);
  return pairs.filter(([, text]) => text !== "");
}

function consentText() {
  const more = byId("refer-consent-text").value.trim();
  return [byId("refer-consent").selectedOptions[0].textContent, more].filter(Boolean).join("\n");
}

function preview() {
  const list = element("dl");
  const add = (name, text) => list.append(element("dt", { textContent: name }), element("dd", { className: "said", dir: "auto", textContent: text }));
  add(page.texts["field-request"], requestName());
  for (const [name, text] of chosenPairs()) add(name, text);
  add(page.texts["field-consent"], consentText());
  byId("refer-preview").replaceChildren(list);
}

function missing() {
  if (institution() === undefined) return "no-institution";
  if (due === null) return "no-answer";
  if (!byId("refer-ask").value.trim()) return "write-ask";
  if (byId("refer-consent").value !== "given" && !byId("refer-consent-text").value.trim()) return "write-consent";
  return conflict() !== null && !byId("refer-conflict-reason").value.trim() ? "write-conflict" : null;
}

function setBusy(busy) {
  byId("refer-send").disabled = busy;
}

async function refer() {
  setBusy(true);
  if (dueAsked === null) chosen();
  await dueAsked;
  const lacking = missing();
  if (lacking !== null) return page.say(page.texts[lacking], { wrong: true });
  // The letter of the referral before this one must not be taken for this one's.
  byId("letter-out").replaceChildren();
  page.say(page.texts.sending);
  const [body, sendingPage] = [institution(), page];
  const made = await makeReferral({
    parentKey: page.keys.threadKey,
    number: page.answer.referrals.filter(({ parent }) => parent === null).length,
    institution: body.id,
    request: byId("refer-request").value,
    texts: packageTexts(body),
    due: due.due,
    startsNow: due.startsNow,
    keep: { fileKey: page.keys.fileKey, reportId: page.shown.report_id },
  });
  const dueTime = dueTimeOf(due);
  const { text, ...more } = sendingPayload(body, made.id);
  const event = await page.nextEvent({ kind: "referred", text, more, dueTime: dueTime === undefined ? undefined : new Date(dueTime), counterparty: body.name });
  const value = { seq: event.seq, leaf: toBase64(event.leaf), sealed: toBase64(event.sealed), referral: made.fields };
  const outcome = await page.deliver(sendingPage, page.address.new, value, event.leaf);
  page.say(page.texts[outcome], { wrong: outcome !== "sent" });
  if (outcome !== "sent") return;
  empty();
  const facts = { institution: body.name, organisation: page.answer.organisation, referralId: made.id, dueTime: dueTime ?? null };
  showLetter({ secret: made.secret, base: page.address.letter, facts, recipient: body.recipient, texts: page.texts });
}

function packageTexts(body) {
  return {
    institution: body.name, organisation: page.answer.organisation, request: requestName(), law: due.law,
    consent: consentText(), sees: byId("refer-sees").value, chosen: chosenPairs(),
  };
}

/** What the reporter reads about it, and what ties the referral to this step. */
function sendingPayload(body, id) {
  const { texts } = page;
  const lines = [`${texts["told-sent"]} ${body.name}`, requestName(), ...chosenPairs().map(([name, text]) => `${name}: ${text}`), consentText()];
  const payload = { referral: id, chosen: chosenPairs() };
  if (conflict() !== null) {
    const reason = byId("refer-conflict-reason").value.trim();
    payload.conflict = { against: conflict(), reason };
    lines.push(`${texts["told-conflict"]} ${byId("refer-conflict-who").textContent}`, reason);
  }
  return { ...payload, text: lines.join("\n") };
}

function empty() {
  for (const field of byId("refer-form").querySelectorAll("textarea")) field.value = "";
  for (const box of byId("refer-form").querySelectorAll("input[type=checkbox]")) box.checked = false;
  byId("referring").open = false;
}

const draftAddress = () => ({ caseId: page.shown.report_id, table: "referral", field: "draft", rowId: "0", revision: 0 });
const draftFields = () => [...byId("refer-form").querySelectorAll("textarea, select, input[type=checkbox]")].filter(({ id }) => id !== "");

async function keepDraft() {
  const value = Object.fromEntries(draftFields().map((field) => [field.id, field.type === "checkbox" ? field.checked : field.value]));
  const sealed = await sealField(page.keys.fileKey, draftAddress(), pad(canonicalJson(value)));
  const kept = await page.sendAsMember(page.address.draft, { sealed: toBase64(sealed) });
  page.say(page.texts[kept.ok ? "draft-kept" : "not-sent"], { wrong: !kept.ok });
}

async function openDraft() {
  if (page.answer.draft === null) return;
  const value = parseJson(unpad(await openField(page.keys.fileKey, draftAddress(), fromBase64(page.answer.draft))), "draft");
  for (const field of draftFields()) {
    if (!(field.id in value)) continue;
    if (field.type === "checkbox") field.checked = value[field.id] === true;
    else field.value = value[field.id];
  }
  chosen();
  byId("referring").open = true;
  page.say(page.texts["draft-opened"]);
}
