// The page of an institution that has a letter: its words, or the code on it, open the package here. Each step is
// made, sealed and signed here, by a key that ends with the page. Nothing is stored; the words are sent nowhere.
import { fromBase64, parseTime, toBase64, utf8 } from "./bytes.js";
import { closingOf, newSeed, nextStep, openChain, startsClock, toSend } from "./chain.js";
import { drawPackage } from "./institution-view.js";
import { secretOf, showLetter } from "./letter.js";
import { LogReader, parsePolicy, verifyCheckpoint } from "./log.js";
import { dueTimeOf, makeReferral } from "./onward.js";
import { byId, bytesOf, element, readTexts, send } from "./page.js";
import { drawStep } from "./referral-view.js";
import { letterKeys, ofKey, openPackage } from "./referral.js";
import { freshFrom, isPromised } from "./reporting.js";
import { placeThread } from "./thread.js";
import { fromWords } from "./words.js";

const asking = byId("asking");
const addresses = asking.dataset;
const texts = { ...readTexts("referral-texts"), ...readTexts("texts") };
const seed = newSeed();
// {locator, packageKey, shown, content, keys, chain}; null while nothing is open.
let open = null;
let secret = takeSecret();

/** The secret in the address, which is removed from it at once, so that no history keeps it. */
function takeSecret() {
  const found = secretOf(location.hash);
  if (location.hash !== "") history.replaceState(null, "", location.pathname);
  return found;
}

function say(id, text, { wrong = false } = {}) {
  const line = byId(id);
  line.classList.toggle("error", wrong);
  line.classList.toggle("notice", !wrong && id === "status");
  line.textContent = text;
}

async function openLetter() {
  const words = secret ?? readWords();
  if (words === null) return;
  say("status", texts.opening);
  try {
    await load(letterKeys(words));
  } catch (error) {
    open = null;
    return say("status", texts[whyNot(error)], { wrong: true });
  }
  secret = null;
  byId("letter-words").value = "";
  asking.hidden = true;
  byId("opened").hidden = false;
  if (open.chain.nextSeq === 0) await deliverFirst();
  else draw();
}

const WHY_NOT = { NotFound: "nothing", Erased: "was-erased", Unverified: "unopened", Malformed: "unopened" };
const whyNot = ({ name }) => WHY_NOT[name] ?? "no-answer";
const isSealWrong = (error) => error.name === "Unverified" || error.name === "Malformed";

function readWords() {
  try {
    return fromWords(byId("letter-words").value);
  } catch (error) {
    if (!isSealWrong(error)) throw error;
    say("status", texts["wrong-words"], { wrong: true });
    byId("letter-words").focus();
    return null;
  }
}

async function load({ locator, packageKey }) {
  const answer = await send(addresses.open, { locator: toBase64(locator) });
  if (answer.status === 404) throw Object.assign(new Error("no referral"), { name: "NotFound" });
  if (!answer.ok) throw new Error("no answer");
  const shown = await answer.json();
  if (shown.package === "") throw Object.assign(new Error("erased"), { name: "Erased" });
  const content = await openPackage(packageKey, shown.id, fromBase64(shown.package));
  const keys = ofKey(fromBase64(content.ref_key, 32));
  const chain = await openChain(keys, shown.id, shown.steps);
  open = { locator, packageKey, shown, content, keys, chain };
  await placeChain().catch(() => {});
}

async function placeChain() {
  const { chain, shown } = open;
  if (shown.checkpoint === "") return;
  const log = await verifyCheckpoint(utf8(shown.checkpoint), parsePolicy(shown.policy));
  await placeThread(chain, new LogReader(addresses.log), log, Date.now());
}

/** Opening a letter for the first time is itself a step: it was delivered. */
async function deliverFirst() {
  const outcome = await take({ kind: "delivered", text: "" });
  draw();
  say("status", texts[outcome === "sent" ? "delivered-now" : outcome], { wrong: outcome !== "sent" });
}

function draw() {
  const { shown, content, chain } = open;
  drawPackage(byId("package"), content, shown, texts);
  byId("steps").replaceChildren(...chain.events.map((event) => drawStep(event, false, texts, undefined, "h3")));
  const closed = closingOf(chain.events) !== undefined;
  say("status", texts[closed ? "is-closed" : "is-open"]);
  const usable = ["message", ...(closed ? [] : ["answered", "refused", "transferred", "returned", "information_requested"])];
  if (!closed && !chain.events.some((event) => event.header?.kind === "acknowledged")) usable.unshift("acknowledged");
  const chosen = byId("step-kind").value;
  for (const option of byId("step-kind").options) option.hidden = option.disabled = !usable.includes(option.value);
  byId("step-kind").value = usable.includes(chosen) ? chosen : usable[0];
  for (const id of ["step-cites", "step-to"]) fillBodies(byId(id));
  limit();
}

function fillBodies(select) {
  const before = select.value;
  const others = open.shown.institutions.filter(({ id }) => id !== open.shown.institution);
  select.replaceChildren(element("option", { value: "", textContent: texts.nobody }), ...others.map(({ id, name }) => element("option", { value: id, textContent: name })));
  select.value = before;
}

function limit() {
  const kind = byId("step-kind").value;
  byId("refusal-part").hidden = kind !== "refused";
  byId("transfer-part").hidden = kind !== "transferred";
  byId("step-text-label").textContent = texts[`write-${kind}`] ?? texts["write-answered"];
}

const bodyOf = (id) => open.shown.institutions.find((one) => one.id === Number(byId(id).value));

async function act() {
  const kind = byId("step-kind").value;
  const step = { kind, text: byId("step-text").value.trim(), more: {} };
  if (!step.text && kind !== "acknowledged") return say("step-status", texts.write, { wrong: true });
  if (kind === "refused") {
    step.more.basis = byId("step-basis").value.trim();
    step.counterparty = bodyOf("step-cites")?.name;
    if (!step.more.basis) return say("step-status", texts["write-basis"], { wrong: true });
  }
  if (kind === "transferred" && bodyOf("step-to") === undefined) return say("step-status", texts["choose-body"], { wrong: true });
  setBusy(true);
  say("step-status", texts.sending);
  const outcome = await (kind === "transferred" ? passOn(bodyOf("step-to"), step) : take(step)).catch(() => "not-sent");
  if (outcome === "sent") for (const id of ["step-text", "step-basis"]) byId(id).value = "";
  draw();
  say("step-status", texts[outcome], { wrong: outcome !== "sent" });
  setBusy(false);
}

function setBusy(busy) {
  byId("step-send").disabled = busy;
}

/** Make a step and send it: "sent", or why not. */
async function take({ kind, text, more = {}, counterparty }, onward = null) {
  const { shown, keys, chain } = open;
  const fresh = await freshFrom(utf8(shown.checkpoint), shown.policy);
  const dueTime = onward === null ? await dueFor(kind) : onward.dueTime;
  const step = await nextStep({ keys, id: shown.id, chain, kind, text, from: "institution", fresh, seed, more, counterparty, dueTime });
  const locator = toBase64(open.locator);
  // The date in a transfer is that of the referral it makes; its own clock stops.
  const answer = await (onward === null
    ? send(addresses.step, { locator, ...toSend(step) })
    : send(addresses.onward, { locator, ...toSend({ ...step, due: "" }), onward: onward.fields }));
  const note = await bytesOf(answer);
  if (answer.status !== 201 && answer.status !== 409) return "not-sent";
  if (answer.status === 201 && !isPromised(note, step.leaf, shown)) return "not-promised";
  await load(open);
  return answer.status === 201 ? "sent" : "state-changed";
}

/** The date that this step starts to count to, in milliseconds, if it starts a clock. */
async function dueFor(kind) {
  if (open.shown.clock !== null) return undefined;
  const { due, starts_on: startsOn } = await askDue(open.shown.institution);
  return due !== null && startsClock(startsOn, kind) ? parseTime(due) : undefined;
}

async function askDue(institution) {
  const answer = await send(addresses.due, { locator: toBase64(open.locator), institution, kind: open.shown.request });
  if (!answer.ok) throw new Error("no date");
  return answer.json();
}

/** Refer onward: the next referral is made here, with the same words, so that the chain stays whole. */
async function passOn(body, step) {
  const { shown, content, keys } = open;
  const answer = await askDue(body.id);
  const due = { ...answer, startsNow: answer.starts_on === "sent" };
  const made = await makeReferral({
    parentKey: keys.key, number: shown.onward_count, institution: body.id, request: shown.request, due: due.due, startsNow: due.startsNow,
    texts: {
      institution: body.name, organisation: content.organisation, request: content.request, law: due.law,
      consent: content.consent, sees: content.sees, chosen: content.chosen,
    },
  });
  const more = { referral: made.id, chosen: content.chosen };
  const dueTime = dueTimeOf(due);
  const outcome = await take({ ...step, more, counterparty: body.name }, { fields: made.fields, dueTime });
  if (outcome !== "sent") return outcome;
  const facts = { institution: body.name, organisation: content.organisation, referralId: made.id, dueTime: dueTime ?? null };
  showLetter({ secret: made.secret, base: addresses.letter, facts, recipient: "", texts });
  return outcome;
}

function forget() {
  open = secret = null;
  for (const id of ["package", "steps", "letter-out"]) byId(id).replaceChildren();
  for (const field of document.querySelectorAll("main textarea")) field.value = "";
  for (const sheet of document.querySelectorAll("main > .sheet")) sheet.remove();
}

byId("letter-open").addEventListener("click", openLetter);
byId("step-kind").addEventListener("change", limit);
byId("step-send").addEventListener("click", act);
byId("forget").addEventListener("click", () => {
  forget();
  location.replace(location.pathname);
});
addEventListener("pagehide", forget);
// A code that is read while the page is open changes only the part after the #.
addEventListener("hashchange", () => {
  secret = takeSecret() ?? secret;
  showWay();
});

/** With a code there are no words to type. */
function showWay() {
  byId("words-part").hidden = secret !== null;
  say("status", texts[secret === null ? "ready" : "ready-code"]);
}

byId("letter-open").disabled = false;
showWay();
