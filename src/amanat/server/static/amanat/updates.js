// News without asking: one signed file beside the log, the same for everybody, with the tags of its newest leaves
// (src/amanat/receipt/updates.py, docs/reference/log-formats.md). Whoever holds a key knows which tags to look for;
// whoever serves the file learns nothing. Shown right by tests/browser/test_updates.py.
import { Malformed, Unverified, fromBase64, toHex } from "./bytes.js";
import { tag } from "./leaf.js";
import { checkNote, parseDecimal, parseNote, parseVerifier } from "./note.js";
import { ask, bytesOf } from "./page.js";
import { referralId, referralKeys } from "./referral.js";

const FIRST_LINE = "amanat-updates/v1";
const TAG_BYTES = 8;
const [MAX_EVENTS, MAX_REFERRALS, MAX_STEPS] = [64, 8, 12];

/** The file: {origin, first, size, tags} with `tags` a set of hex texts; throws Malformed or Unverified. */
export function openUpdates(bytes, vkey) {
  const note = parseNote(bytes);
  const lines = note.text.split("\n");
  if (lines.length !== 6 || lines[0] !== FIRST_LINE || lines[1] === "" || lines[5] !== "") {
    throw new Malformed("not the five lines of updates", "updates");
  }
  const verifier = parseVerifier(vkey.trim());
  if (verifier.name !== `${lines[1]}/promise`) throw new Unverified("updates of another log", "updates");
  checkNote(note, verifier);
  const [first, size] = [parseDecimal(lines[2], "updates first"), parseDecimal(lines[3], "updates size")].map(Number);
  const raw = fromBase64(lines[4], undefined, "updates tags");
  if (first > size || raw.length !== (size - first) * TAG_BYTES) throw new Malformed("not a tag for each leaf", "updates");
  const tags = new Set();
  for (let at = 0; at < raw.length; at += TAG_BYTES) tags.add(toHex(raw.subarray(at, at + TAG_BYTES)));
  return { origin: lines[1], first, size, tags };
}

const isIn = ({ tags }, key, seq) => tags.has(toHex(tag(key, seq).subarray(0, TAG_BYTES)));

/** Whether a step that is not known yet has its tag in the file: of the thread, of a referral, or of a new one. */
export function hasNews(updates, { threadKey, thread, referrals }) {
  if (isIn(updates, threadKey, thread.nextSeq)) return true;
  return referrals.some(({ keys, chain, problem }) => problem === null && isIn(updates, keys.key, chain.events.length));
}

/** How many tags of these words' thread and its possible referrals are in the file, knowing the thread key alone. */
export function countKnown(updates, threadKey) {
  const count = (key, most) => Array.from({ length: most }, (_, seq) => seq).filter((seq) => isIn(updates, key, seq)).length;
  let total = count(threadKey, MAX_EVENTS);
  const below = (key, depth) => {
    for (let number = 0; number < MAX_REFERRALS; number += 1) {
      const { key: next } = referralKeys(key, referralId(key, number));
      const steps = count(next, MAX_STEPS);
      total += steps;
      // A chain that was never handed onward is not searched any deeper than this.
      if (depth === 0 || (depth === 1 && steps > 0)) below(next, depth + 1);
    }
  };
  below(threadKey, 0);
  return total;
}

/** The file at an address, checked. */
export async function fetchUpdates(address, keyAddress) {
  const [answer, key] = await Promise.all([ask(address), ask(keyAddress)]);
  if (!answer.ok || !key.ok) throw new Error("no updates");
  return openUpdates(await bytesOf(answer), await key.text());
}

/** Look at the file now and then while the page is open; `tell` once when there is news. Returns how to stop. */
export function watch(address, { threadKey, keys, thread, keyAddress, every = 30_000 }, referrals, tell) {
  const known = { threadKey: threadKey ?? keys.threadKey, thread, referrals };
  let isOver = false;
  const stop = () => {
    isOver = true;
    clearInterval(timer);
  };
  const timer = setInterval(async () => {
    const updates = await fetchUpdates(address, keyAddress).catch(() => null);
    // Two answers may be on their way at once, and the page may have stopped meanwhile.
    if (isOver || updates === null || !hasNews(updates, known)) return;
    stop();
    tell();
  }, every);
  return stop;
}
