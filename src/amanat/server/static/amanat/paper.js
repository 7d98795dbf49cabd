// A step that came on paper, or a message of ours to an institution, entered by a worker. The scan stays here: only
// its SHA-256 goes into the step, which says that it is from paper and that no institution signed it.
import { parseTime, toHex } from "./bytes.js";
import { nextStep, startsClock, toSend } from "./chain.js";
import { showLetter } from "./letter.js";
import { dueTimeOf, makeReferral } from "./onward.js";
import { byId, element } from "./page.js";

let page = null;

/** Draw the form for what is open now. */
export function drawPaperForm(opened) {
  page = opened;
  const usable = page.survey.opened.filter(({ problem }) => problem === null);
  byId("paper").hidden = usable.length === 0;
  const before = byId("paper-referral").value;
  const nameOf = ({ shown }) => `${shown.institution_name} · ${shown.id.slice(0, 8)}`;
  byId("paper-referral").replaceChildren(...usable.map((one) => element("option", { value: one.shown.id, textContent: nameOf(one) })));
  if (usable.some(({ shown }) => shown.id === before)) byId("paper-referral").value = before;
  for (const id of ["paper-cites", "paper-to"]) fillBodies(byId(id));
  byId("paper-kind").onchange = limit;
  byId("paper-send").onclick = () => enter().catch(() => page.say(page.texts["not-sent"], { wrong: true })).finally(() => setBusy(false));
  limit();
}

function fillBodies(select) {
  const before = select.value;
  const none = element("option", { value: "", textContent: page.texts["nobody"] });
  select.replaceChildren(none, ...page.survey.institutions.map(({ id, name }) => element("option", { value: id, textContent: name })));
  select.value = before;
}

/** Only what belongs to this kind of step is asked. */
function limit() {
  const kind = byId("paper-kind").value;
  byId("paper-basis-part").hidden = kind !== "refused";
  byId("paper-to-part").hidden = kind !== "transferred";
  byId("paper-scan-part").hidden = kind === "message";
}

function setBusy(busy) {
  byId("paper-send").disabled = busy;
}

async function digestOfScan() {
  const [file] = byId("paper-scan").files;
  if (file === undefined) return null;
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())));
}

async function enter() {
  const kind = byId("paper-kind").value;
  const referral = page.survey.opened.find(({ shown }) => shown.id === byId("paper-referral").value);
  const [text, digest] = [byId("paper-text").value.trim(), await digestOfScan()];
  const bodyOf = (id) => page.survey.institutions.find((one) => one.id === Number(byId(id).value));
  if (!text) return page.say(page.texts.write, { wrong: true });
  if (kind !== "message" && digest === null) return page.say(page.texts["choose-scan"], { wrong: true });
  if (kind === "transferred" && bodyOf("paper-to") === undefined) return page.say(page.texts["choose-body"], { wrong: true });
  setBusy(true);
  page.say(page.texts.sending);
  const more = kind === "message" ? {} : { paper: { sha256: digest } };
  if (kind === "refused") more.basis = byId("paper-basis").value.trim();
  if (kind === "transferred") return passOn(referral, bodyOf("paper-to"), { text, more });
  const cited = kind === "refused" ? bodyOf("paper-cites") : undefined;
  await deliver(await stepOf(referral, { kind, text, more, counterparty: cited?.name }), page.address.step, referral);
}

async function stepOf({ shown, keys, chain }, { kind, text, more, counterparty, due }) {
  const from = kind === "message" ? "organisation" : "paper";
  const dueTime = shown.clock === null && due === undefined ? await dueFor(shown, kind) : undefined;
  return nextStep({ keys, id: shown.id, chain, kind, text, from, fresh: await page.fresh(), more, counterparty, dueTime });
}

/** The date that this step starts to count to, in milliseconds, if it starts a clock. */
async function dueFor(shown, kind) {
  const { due, starts_on: startsOn } = await askDue(shown.institution, shown.request);
  return due !== null && startsClock(startsOn, kind) ? parseTime(due) : undefined;
}

function askDue(institution, request) {
  return page.askAsMember(`${page.address.due}?${new URLSearchParams({ institution, request })}`);
}

async function passOn(referral, body, { text, more }) {
  const { shown, keys, sending } = referral;
  const answer = await askDue(body.id, shown.request);
  const due = { ...answer, startsNow: answer.starts_on === "sent" };
  const chosen = Array.isArray(sending.payload?.chosen) ? sending.payload.chosen : [];
  const made = await makeReferral({
    parentKey: keys.key, number: page.answer.referrals.filter(({ parent }) => parent === shown.id).length,
    institution: body.id, request: shown.request, due: due.due, startsNow: due.startsNow,
    texts: {
      institution: body.name, organisation: page.answer.organisation, request: page.texts[`request-${shown.request}`],
      law: due.law, consent: "", sees: shown.sees, chosen,
    },
    keep: { fileKey: page.keys.fileKey, reportId: page.shown.report_id },
  });
  const dueTime = dueTimeOf(due);
  const { keys: chainKeys, chain } = referral;
  const step = await nextStep({
    keys: chainKeys, id: shown.id, chain, kind: "transferred", text, from: "paper", fresh: await page.fresh(),
    more: { ...more, referral: made.id, chosen }, counterparty: body.name, dueTime,
  });
  // The date in this step is that of the referral it makes; its own clock stops.
  const outcome = await deliver({ ...step, due: "" }, page.address.onward, referral, { onward: made.fields });
  if (outcome !== "sent") return;
  const facts = { institution: body.name, organisation: page.answer.organisation, referralId: made.id, dueTime: dueTime ?? null };
  showLetter({ secret: made.secret, base: page.address.letter, facts, recipient: body.recipient, texts: page.texts });
}

async function deliver(step, address, { shown }, beside = {}) {
  const where = address.replace(page.address.placeholder, shown.id);
  const outcome = await page.deliver(page, where, { ...toSend(step), ...beside }, step.leaf);
  page.say(page.texts[outcome], { wrong: outcome !== "sent" });
  if (outcome === "sent") for (const id of ["paper-text", "paper-basis", "paper-scan"]) byId(id).value = "";
  return outcome;
}
