// The referrals of one report, opened: each held against the thread it was sent from, its chain, and the rules that
// find lapses, bounces and conflicts. It asks nothing of the server and draws nothing. Used by the worker's page
// and the reporter's. Shown right by tests/browser/test_referrals.py.
import { parseTime } from "./bytes.js";
import { closingOf, committedDue, openChain } from "./chain.js";
import { findings, holders } from "./findings.js";
import { referralId, referralKeys } from "./referral.js";

/**
 * Open what the server shows of a report's referrals: [{shown, keys, chain, sending, doings, problem}],
 * in time. `doings` are the events of the thread that paused its clock, let it run on, or added days.
 * `problem` is "unknown" where no step of ours or of an institution sent this one: then it is not ours. It is "erased" where
 * the words that would say so were erased with the case.
 */
export async function openReferrals(threadKey, thread, rows) {
  const opened = [];
  const ours = byOrganisation(thread);
  for (const shown of rows) {
    const parent = opened.find((other) => other.shown.id === shown.parent);
    const parentKey = shown.parent === null ? threadKey : parent?.keys.key;
    if (parentKey === undefined || referralId(parentKey, shown.number) !== shown.id) {
      opened.push({ shown, keys: null, chain: { events: [] }, sending: null, doings: [], problem: "unknown" });
      continue;
    }
    const keys = referralKeys(parentKey, shown.id);
    const before = parent === undefined ? ours : parent.chain.events;
    const sending = sendingOf(shown, before);
    const chain = await openChain(keys, shown.id, shown.steps);
    opened.push({ shown, keys, chain, sending, doings: doingsOf(shown, ours), problem: sending === null ? unsentAs(before) : null });
  }
  return opened;
}

/** The step that sent a referral: the one in the thread, or in the chain before it, that names its id. */
function sendingOf(shown, events) {
  const kind = shown.parent === null ? "referred" : "transferred";
  const isIt = (event) => event.header?.kind === kind && (event.payload === null || event.payload.referral === shown.id);
  return events.find(isIt) ?? null;
}

function doingsOf(shown, events) {
  return events.filter(({ payload }) => payload?.referral === shown.id && ["paused", "resumed", "extended"].includes(payload.clock));
}

/** Whether the clock stands: the server says so, and an event of the thread does. */
export function isStanding({ shown, doings }) {
  return shown.clock === "paused" && doings.filter(({ payload }) => payload.clock !== "extended").at(-1)?.payload.clock === "paused";
}

/** Why no step is found that sent a referral: they were erased, or there is none. */
const unsentAs = (events) => (events.some(({ problem }) => problem === "erased") ? "erased" : "unknown");

/**
 * The steps of a thread that the organisation took. Whoever has the words of a report writes into its thread too:
 * what they say there names no body and stops no clock.
 */
const byOrganisation = (thread) => thread.events.filter(({ byReporter }) => !byReporter);

/** The bodies that are named in a report: what the organisation's last step that names any has. */
export function namedIn(thread) {
  const naming = byOrganisation(thread).filter(({ payload }) => Array.isArray(payload?.named)).at(-1);
  return naming === undefined ? [] : naming.payload.named;
}

/** What the rules count with; a moment is the one that was claimed, and bounded by the log. */
export function linksOf(opened, institutions) {
  return opened.filter(({ problem }) => problem === null).map((referral) => linkOf(referral, institutions));
}

function linkOf(referral, institutions) {
  const { shown, chain, sending } = referral;
  const closing = closingOf(chain.events) ?? null;
  const byName = (name) => institutions.find((body) => body.name === name)?.id ?? null;
  return {
    referral: shown.id,
    institution: shown.institution,
    sent: parseTime(sending.header.claimed_time),
    closed: closing === null ? null : parseTime(closing.header.claimed_time),
    outcome: closing?.header.kind ?? "",
    parent: shown.parent,
    cites: closing?.header.kind === "refused" ? byName(closing.header.counterparty) : null,
    due: dueOf(referral),
  };
}

/** When an answer is due, in milliseconds: as the clock has it now; null where none runs, or while it stands. */
export function dueOf(referral) {
  const { shown, chain, sending } = referral;
  if (isStanding(referral)) return null;
  return shown.due === null ? committedDue(sending?.header ?? null, chain.events) : parseTime(shown.due);
}

/**
 * Everything the pages draw: {opened, links, found, holders, named, had, institutions}. `threads` are those of the case, as
 * far as they are held here; `beside` the referrals of its other reports, which count and are not drawn.
 */
export function survey({ opened, institutions, threads, beside = [], now = Date.now() }) {
  const links = linksOf(opened, institutions);
  const all = [...links, ...linksOf(beside, institutions)];
  const named = new Set(threads.flatMap(namedIn));
  const had = new Set(all.map(({ institution }) => institution));
  const overseers = new Map(institutions.map((body) => [body.id, body.overseen_by]));
  const found = findings(all, { named, overseers, now }).filter(({ referral }) => links.some((link) => link.referral === referral));
  return { opened, links, named, had, overseers, institutions, found, holders: holders(links) };
}
