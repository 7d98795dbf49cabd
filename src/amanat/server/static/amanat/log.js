// Checkpoints held against a policy, promises, and inclusion in the tree: C2SP tlog-checkpoint, RFC 6962. The
// twin of src/amanat/tlog/trust.py, checkpoint.py and of receipt/promise.py. Reading a log over the network is
// tiles.js. Shown right by tests/receipt/test_agreement.py and tests/browser/test_log.py.
import { Malformed, Unverified, equal, fromBase64, parseTime } from "./bytes.js";
import { checkCosignature } from "./cosignature.js";
import { loadMldsa } from "./mldsa.js";
import { COSIGNERS, ED25519, MLDSA, checkNote, linesBy, parseDecimal, parseNote, parseVerifier } from "./note.js";
import { hasQuorum, parsePolicy, satisfied } from "./policy.js";
import { LogReader } from "./tiles.js";
import { nodeHash } from "./tree.js";

export { LogReader, nodeHash, parseNote, parsePolicy, parseVerifier };

const END_OF_CALENDAR = 253_402_300_799n;

/** A checkpoint from the text of a note; `size` is a BigInt. */
export function parseCheckpoint(text) {
  const lines = text.split("\n");
  const last = lines.pop();
  if (last !== "" || lines.length < 3) throw new Malformed("fewer than three whole lines", "checkpoint");
  const [origin, size, root, ...extensions] = lines;
  if (origin === "" || extensions.includes("")) throw new Malformed("an empty line", "checkpoint");
  return {
    origin,
    size: parseDecimal(size, "checkpoint size"),
    root: fromBase64(root, 32, "checkpoint root"),
    extensions,
  };
}

/**
 * A checkpoint whose signatures hold: {origin, size: BigInt, root, inLogBy, witnesses, quorum}. A quorum is
 * looked for, not demanded; `inLogBy` is in milliseconds, null without one.
 */
export async function checkSignatures(noteBytes, policy) {
  if (policy.witnesses.some(({ verifier }) => verifier.kind === MLDSA)) await loadMldsa();
  const note = parseNote(noteBytes);
  const checkpoint = parseCheckpoint(note.text);
  checkLog(note, checkpoint.origin, policy);
  const seen = policy.witnesses.map(({ name, verifier }) => ({ name, time: firstTime(note, checkpoint, verifier) }));
  const times = seen.filter(({ time }) => time !== null);
  const witnesses = times.map(({ name }) => name);
  return { ...checkpoint, inLogBy: inLogBy(times, policy), witnesses, quorum: satisfied(policy, witnesses) };
}

function checkLog(note, origin, policy) {
  const keys = policy.logs.filter(({ name, kind }) => name === origin && kind === ED25519);
  if (keys.length === 0) throw new Unverified("the policy does not know this log", "checkpoint");
  const signed = keys.filter((key) => linesBy(note, key).length > 0);
  if (signed.length === 0) throw new Unverified("the log did not sign it", "checkpoint");
  for (const key of signed) checkNote(note, key);
}

function firstTime({ text, signatures }, checkpoint, verifier) {
  if (!COSIGNERS.includes(verifier.kind)) return null;
  const lines = linesBy({ signatures }, verifier);
  // An ML-DSA cosignature of time 0 says that the tree is consistent with others, not when it was seen.
  const times = lines
    .map((line) => checkCosignature({ text, checkpoint, line, verifier }))
    .filter((time) => time > 0n || verifier.kind !== MLDSA);
  if (times.length === 0) return null;
  const first = times.reduce((least, time) => (time < least ? time : least));
  if (first > END_OF_CALENDAR) throw new Unverified("a time that no calendar has", "cosignature");
  return Number(first) * 1000;
}

function inLogBy(times, policy) {
  if (!hasQuorum(policy)) return null;
  const limits = times.map(({ time }) => time).sort((a, b) => a - b);
  const reached = (limit) => satisfied(policy, times.filter(({ time }) => time <= limit).map(({ name }) => name));
  return limits.find(reached) ?? null;
}

/** The same for pages: `size` is a number. */
export async function verifyCheckpoint(noteBytes, policy) {
  const found = await checkSignatures(noteBytes, policy);
  return { ...found, size: Number(found.size) };
}

/** Raise Unverified unless the path leads from the leaf to the root (RFC 9162 section 2.1.3.2). */
export function checkInclusion({ leafHash, index, size, hashes, root }) {
  let [node, last, result] = [BigInt(index), BigInt(size) - 1n, leafHash];
  if (node > last) throw new Unverified("the index is not below the size", "inclusion proof");
  for (const hash of hashes) {
    if (last === 0n) throw new Unverified("the path is too long", "inclusion proof");
    if (node & 1n || node === last) {
      result = nodeHash(hash, result);
      while (node !== 0n && !(node & 1n)) [node, last] = [node >> 1n, last >> 1n];
    } else {
      result = nodeHash(result, hash);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  if (last !== 0n || !equal(result, root)) throw new Unverified("the path does not lead to the root", "inclusion proof");
}

/** The promise in a note signed by the key `<origin>/promise`. */
export function openPromise(noteBytes, vkey) {
  const note = parseNote(noteBytes);
  const lines = note.text.split("\n");
  if (lines.length !== 6 || lines[0] !== "amanat-promise/v1" || lines[1] === "" || lines[5] !== "") {
    throw new Malformed("not the five lines of a promise", "promise");
  }
  const promise = {
    origin: lines[1],
    leafHash: fromBase64(lines[2], 32, "promise leaf hash"),
    accepted: parseTime(lines[3], "promise accepted"),
    maxDelaySeconds: Number(parseDecimal(lines[4], "promise delay")),
  };
  const verifier = parseVerifier(vkey);
  if (verifier.name !== `${promise.origin}/promise`) throw new Malformed("not a promise of this log", "promise");
  checkNote(note, verifier);
  return promise;
}
