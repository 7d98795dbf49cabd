// The form that pauses the clock of a referral, lets it run on, or adds days. The date that follows is asked of the
// server and shown before it is sealed; the leaf is an event of the report's thread, made here, so the reporter reads
// what was done and why. Shown right by tests/stories/test_referrals.py.
import { parseTime, toBase64 } from "./bytes.js";
import { byId, element, timeElement } from "./page.js";

const KINDS = { paused: "information_requested", resumed: "extended", extended: "extended" };
let page = null;
let asked = 0;
// What the page shows as the date that follows: {due, words}; null while none is known.
let shown = null;

/** Draw the form for what is open now; without a clock that can be changed there is none. */
export function drawClockForm(opened) {
  page = opened;
  const usable = page.survey.opened.filter(isUsable);
  byId("clocking").hidden = usable.length === 0;
  const before = byId("clock-referral").value;
  const nameOf = (one) => `${one.shown.institution_name} · ${one.shown.id.slice(0, 8)}`;
  byId("clock-referral").replaceChildren(...usable.map((one) => element("option", { value: one.shown.id, textContent: nameOf(one) })));
  if (usable.some((one) => one.shown.id === before)) byId("clock-referral").value = before;
  for (const id of ["clock-referral", "clock-what", "clock-days", "clock-reason"]) byId(id).onchange = () => chosen();
  byId("clock-send").onclick = () => change().catch(() => page.say(page.texts["not-sent"], { wrong: true })).finally(() => setBusy(false));
  if (usable.length > 0) chosen();
}

const isOver = ({ shown: row }) => row.clock === "running" && row.due !== null && parseTime(row.due) <= Date.now();
const isUsable = (one) => one.problem === null && one.shown.closed === null && ["running", "paused"].includes(one.shown.clock) && !isOver(one);
const referral = () => page.survey.opened.find((one) => one.shown.id === byId("clock-referral").value);
const addressOf = (name) => page.address[name].replace(page.address.placeholder, referral().shown.id);

/** Only what can follow is offered; then the date that would follow is asked. */
function chosen() {
  const isPaused = referral().shown.clock === "paused";
  const able = isPaused ? ["resumed", "extended"] : ["paused", "extended"];
  const what = byId("clock-what");
  for (const option of what.options) option.hidden = option.disabled = !able.includes(option.value);
  if (!able.includes(what.value)) what.value = able[0];
  byId("clock-days-part").hidden = what.value !== "extended";
  byId("clock-reason-part").hidden = what.value === "resumed";
  preview().catch(() => drawPreview(null));
}

const reasonOf = (what) => (what === "resumed" ? "" : byId("clock-reason").value);
const daysOf = (what) => (what === "extended" ? Number(byId("clock-days").value) : 0);

async function preview() {
  const what = byId("clock-what").value;
  const mine = (asked += 1);
  shown = null;
  const query = new URLSearchParams({ what, days: daysOf(what), reason: reasonOf(what) });
  const answer = await page.askAsMember(`${addressOf("clockPreview")}?${query}`).catch(() => null);
  if (mine === asked) drawPreview(answer);
}

function drawPreview(answer) {
  shown = answer;
  const place = byId("clock-due");
  if (answer === null) return place.replaceChildren(element("p", { className: "error", textContent: page.texts["clock-not"] }));
  const line = answer.due === null
    ? element("p", { className: "notice", textContent: page.texts["clock-stands"] })
    : element("p", {}, `${page.texts["clock-then"]} `, timeElement(parseTime(answer.due)));
  const words = element("ol");
  words.append(...answer.words.map((text) => element("li", { textContent: text, dir: "auto" })));
  place.replaceChildren(line, element("details", {}, element("summary", { textContent: page.texts["due-why"] }), words));
}

function setBusy(busy) {
  byId("clock-send").disabled = busy;
}

/** What the reporter reads: what was done to whose clock, why, and our words. */
function textOf(what, institution) {
  const reason = what === "resumed" ? "" : byId("clock-reason").selectedOptions[0].textContent;
  const days = what === "extended" ? ` (+${daysOf(what)})` : "";
  return [`${institution}: ${page.texts[`clock-${what}`]}${days}`, reason, byId("clock-text").value.trim()].filter(Boolean).join("\n");
}

async function change() {
  if (shown === null) return page.say(page.texts["clock-not"], { wrong: true });
  setBusy(true);
  page.say(page.texts.sending);
  const [what, { due }, address, row] = [byId("clock-what").value, shown, addressOf("clock"), referral().shown];
  const [reason, days] = [reasonOf(what), daysOf(what)];
  const event = await page.nextEvent({
    kind: KINDS[what],
    text: textOf(what, row.institution_name),
    more: { referral: row.id, clock: what, reason, days },
    dueTime: due === null ? undefined : new Date(parseTime(due)),
    counterparty: row.institution_name,
  });
  const value = { seq: event.seq, leaf: toBase64(event.leaf), sealed: toBase64(event.sealed), what, reason, days, due: due ?? "" };
  const outcome = await page.deliver(page, address, value, event.leaf);
  page.say(page.texts[outcome], { wrong: outcome !== "sent" });
  if (outcome === "sent") byId("clock-text").value = "";
}
