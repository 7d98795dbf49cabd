// The chain of one referral as whoever holds its key reads and continues it: every step opened, held against the
// one before it, its signature checked. Protocol section 4. It neither asks the server nor stores anything. Used
// by the institution's page, the worker's and the reporter's. Shown right by tests/browser/test_chain.py.
import { equal, fromBase64, parseTime, random, toBase64 } from "./bytes.js";
import { header, leafHash, newPayload, tag } from "./leaf.js";
import { checkSigned, leafOfHead, makeStep, openBody, openHead, publicOf, signPayload } from "./referral.js";

const OPEN = ["sent", "delivered", "acknowledged"];
const CLOSING = ["answered", "refused", "transferred", "returned"];

/**
 * Open the steps that the server shows: {events, nextSeq, previousLeafHash}. Each event is {seq, header, payload,
 * digest, leaf, index, withheld, problem}; `problem` is null, "unopened", "broken", "unsigned" or "erased". A body
 * that is null was withheld: the step is proven without its words. Of an erased one only the leaf is left.
 */
export async function openChain(keys, id, steps) {
  const events = [];
  let previousLeafHash = null;
  for (const [position, given] of steps.entries()) {
    const event = await openEvent(keys, id, given, position, previousLeafHash);
    previousLeafHash = event.leaf === null ? null : leafHash(event.leaf);
    events.push(event);
  }
  return { events, nextSeq: steps.length, previousLeafHash };
}

async function openEvent(keys, id, given, position, previousLeafHash) {
  const event = { seq: given.seq, header: null, payload: null, digest: null, leaf: null, index: given.index, withheld: given.body === null, problem: null };
  if (given.head === "") return erasedEvent(event, keys, given, position);
  try {
    const head = await openHead(keys, id, given.seq, fromBase64(given.head));
    Object.assign(event, { header: head.header, digest: head.payload_digest, leaf: leafOfHead(keys, head) });
    if (!event.withheld) event.payload = await openBody(keys, id, given.seq, fromBase64(given.body), head);
  } catch {
    return { ...event, payload: null, problem: "unopened" };
  }
  if (given.seq !== position || event.header.seq !== position || !follows(event, keys, previousLeafHash)) event.problem = "broken";
  else if (event.payload?.from === "institution" && !isSigned(event)) event.problem = "unsigned";
  return event;
}

/** A step whose words were erased: its leaf is left, which its tag ties to this chain. */
function erasedEvent(event, { key }, given, position) {
  try {
    const leaf = fromBase64(given.leaf);
    const isIts = given.seq === position && equal(leaf.subarray(16, 32), tag(key, position));
    return { ...event, leaf, problem: isIts ? "erased" : "broken" };
  } catch {
    return { ...event, problem: "broken" };
  }
}

function follows({ header: head, leaf, seq }, { key }, previousLeafHash) {
  if (!equal(leaf.subarray(16, 32), tag(key, seq))) return false;
  if (seq === 0) return previousLeafHash === null;
  return previousLeafHash !== null && head.prev_leaf_hash === toBase64(previousLeafHash);
}

function isSigned({ header: head, payload }) {
  try {
    return checkSigned(head, payload).length === 32;
  } catch {
    return false;
  }
}

/** A key for the steps that this page makes; it ends with the page. */
export const newSeed = () => random(32);

/**
 * The next step of a chain, ready to be sent. `from` is "institution" (signed with `seed`), "paper" or
 * "organisation"; `more` is what else the payload holds. `dueTime` in milliseconds, where a clock starts.
 */
export async function nextStep({ keys, id, chain, kind, text, from, fresh, seed = newSeed(), dueTime, counterparty, more = {} }) {
  if (chain.nextSeq > 0 && chain.previousLeafHash === null) throw new Error("the last step of the chain is not known");
  const head = header({
    seq: chain.nextSeq,
    kind,
    claimedTime: new Date(),
    prevLeafHash: chain.previousLeafHash,
    fresh,
    authorPublic: chain.nextSeq === 0 ? publicOf(seed) : undefined,
    dueTime: dueTime === undefined ? undefined : new Date(dueTime),
    counterparty,
  });
  const payload = newPayload({ text, from, ...more });
  const signed = from === "institution" ? signPayload(seed, head, payload) : payload;
  return { kind, due: head.due_time ?? "", ...(await makeStep(keys, id, head, signed)) };
}

/** A step as it is sent: its bytes in base64. */
export function toSend({ seq, kind, leaf, head, body, due }) {
  return { seq, kind, leaf: toBase64(leaf), head: toBase64(head), body: toBase64(body), due };
}

/** The step that ended a referral; undefined while it is open. */
export const closingOf = (events) => events.find((event) => event.header !== null && CLOSING.includes(event.header.kind));

/** The date that was committed to for this referral, in milliseconds: by its sending, or by the step that started its clock. */
export function committedDue(sending, events) {
  // A transfer names the date of the referral that it makes, not of its own.
  const own = events.filter((event) => OPEN.includes(event.header?.kind)).map((event) => event.header);
  const heads = [sending, ...own].filter((head) => head?.due_time !== undefined);
  return heads.length === 0 ? null : parseTime(heads[0].due_time);
}

/** Whether this step, or a later one that it stands for, starts a clock that waits for it. */
export const startsClock = (startsOn, kind) => OPEN.includes(kind) && OPEN.indexOf(kind) >= OPEN.indexOf(startsOn);
