// Receipts: made by their holder, checked by anybody. Protocol section 5, C2SP tlog-proof. The twin of
// src/amanat/receipt/opening.py, receipt.py and verify.py, sharing no code with them. Shown right by
// tests/receipt/test_agreement.py.
//
// (1) parse everything  (2) the log signed  (3) every line by a known witness holds  (4) the quorum is there
// (5) the leaf is in the tree  (6) the opening belongs to the leaf  (7) the challenge is the one asked
// (8) the policy is for the time that is proven
import { ed25519 } from "../vendor/sealing.mjs";
import {
  Malformed, Unverified, canonicalJson, concat, equal, formatTime, fromBase64, fromUtf8, lengthPrefixed, parseJson, toBase64, utf8,
} from "./bytes.js";
import { checkHeader, commit, leafHash, payloadDigest } from "./leaf.js";
import { checkInclusion, checkSignatures } from "./log.js";
import { ED25519, checkSignature, makeVerifier, parseDecimal } from "./note.js";
import { hasQuorum, parsePolicy } from "./policy.js";
import { checkWindow, parseWindow } from "./window.js";

const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const MAX_HASHES = 63;
const MAX_LEAF_BYTES = 65535;
const KEYS = [["v", "level", "leaf"], ["header", "payload_digest", "salt"], ["payload"], ["challenge", "signature"]];
const LEAF_PREFIX = utf8("amanat-leaf/v1\n");

/** The opening of a level (1 to 4) from all that its holder knows. */
export function openingFor(level, { leaf, header, payload, salt, challenge, authorSeed }) {
  const opening = { v: 1, level, leaf: toBase64(leaf) };
  if (level >= 2) Object.assign(opening, { header, payload_digest: toBase64(payloadDigest(payload)), salt: toBase64(salt) });
  if (level >= 3) opening.payload = payload;
  if (level === 4) {
    opening.challenge = challenge;
    opening.signature = toBase64(ed25519.sign(challengeMessage(leaf, challenge), authorSeed));
  }
  return opening;
}

function challengeMessage(leaf, challenge) {
  return concat(utf8("amanat/challenge/v1\0"), lengthPrefixed(leafHash(leaf), utf8(challenge)));
}

/** The file of a receipt; `checkpoint` is the note, verbatim. */
export function formatReceipt({ opening, index, hashes, checkpoint }) {
  const lines = [FIRST_LINE, `extra ${toBase64(canonicalJson(opening))}`, `index ${index}`, ...hashes.map(toBase64), "", ""];
  return concat(utf8(lines.join("\n")), checkpoint);
}

/** What a receipt proves under a policy; throws Malformed or Unverified. */
export async function verifyReceipt(bytes, policyText, challenge = null) {
  const policy = parsePolicy(policyText);
  const span = parseWindow(policyText);
  // (1)
  const receipt = parseReceipt(bytes);
  // (2) (3)
  const signed = await checkSignatures(receipt.checkpoint, policy);
  // (4)
  if (!signed.quorum) throw new Unverified("not yet witnessed: the policy's quorum is missing", "checkpoint");
  // (5)
  const { opening, index, hashes } = receipt;
  const hash = leafHash(opening.leafBytes);
  checkInclusion({ leafHash: hash, index, size: signed.size, hashes, root: signed.root });
  // (6)
  checkOpening(opening);
  // (7)
  const answered = opening.challenge ?? null;
  if (challenge !== null && answered !== challenge) {
    throw new Unverified("it does not answer the challenge that was asked", "opening");
  }
  // (8)
  checkWindow(span, signed.inLogBy);
  return {
    level: opening.level,
    origin: signed.origin,
    index: Number(index),
    size: Number(signed.size),
    leaf_hash: toBase64(hash),
    in_log_by: signed.inLogBy === null ? null : formatTime(new Date(signed.inLogBy)),
    witnesses: hasQuorum(policy) ? signed.witnesses : [],
    header: opening.header ?? null,
    payload: opening.payload ?? null,
    challenge: answered,
  };
}

function parseReceipt(bytes) {
  const blank = bytes.findIndex((byte, at) => byte === 10 && bytes[at + 1] === 10);
  const checkpoint = bytes.subarray(blank + 2);
  if (blank < 0 || checkpoint.length === 0) throw new Malformed("no checkpoint", "proof file");
  const head = bytes.subarray(0, blank);
  if (head.some((byte) => byte > 127)) throw new Malformed("not ASCII before the checkpoint", "proof file");
  const [first, ...lines] = fromUtf8(head).split("\n");
  if (first !== FIRST_LINE) throw new Malformed("not a tlog-proof of version 1", "proof file");
  if (!lines[0]?.startsWith("extra ")) throw new Malformed("a proof that opens nothing", "receipt");
  const extra = fromBase64(lines.shift().slice(6), undefined, "extra line");
  if (!lines[0]?.startsWith("index ")) throw new Malformed("the index line is missing", "proof file");
  const index = parseDecimal(lines.shift().slice(6), "index line");
  if (lines.length > MAX_HASHES) throw new Malformed("more than 63 hashes", "proof file");
  const hashes = lines.map((line) => fromBase64(line, 32, "proof hash"));
  return { opening: parseOpening(extra), index, hashes, checkpoint };
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function parseOpening(bytes) {
  const opening = parseJson(bytes, "opening");
  checkLevel(opening);
  const leafBytes = fromBase64(text(opening, "leaf"), undefined, "opening leaf");
  const isEvent = checkLeaf(leafBytes);
  if (opening.level >= 2) {
    checkHeader(opening.header);
    if (!isEvent || (opening.level === 4 && opening.header.seq !== 0)) throw new Malformed("cannot be opened so far", "opening");
    fromBase64(text(opening, "payload_digest"), 32, "opening digest");
    fromBase64(text(opening, "salt"), 32, "opening salt");
  }
  if (opening.level >= 3 && !isObject(opening.payload)) throw new Malformed("not an object", "opening payload");
  if (opening.level === 4) {
    text(opening, "challenge");
    fromBase64(text(opening, "signature"), 64, "opening signature");
  }
  return { ...opening, leafBytes };
}

function checkLevel(opening) {
  if (!isObject(opening)) throw new Malformed("not an object", "opening");
  const { v, level } = opening;
  if (v !== 1 || ![1, 2, 3, 4].includes(level)) throw new Malformed("not a version and level of ours", "opening");
  const expected = KEYS.slice(0, level).flat().sort().join();
  if (Object.keys(opening).sort().join() !== expected) throw new Malformed(`not the keys of level ${level}`, "opening");
}

function text(opening, name) {
  const value = opening[name];
  if (typeof value !== "string" || value === "") throw new Malformed("not text", `opening ${name}`);
  return value;
}

/** Whether a leaf is an event (or cover); false for a public statement; Malformed for anything else. */
function checkLeaf(leaf) {
  if (!equal(leaf.subarray(0, LEAF_PREFIX.length), LEAF_PREFIX)) throw new Malformed("not a leaf", "leaf");
  const kind = leaf[LEAF_PREFIX.length];
  if (kind === 0 && leaf.length === 64) return true;
  if (kind !== 1 || leaf.length > MAX_LEAF_BYTES) throw new Malformed("not a leaf", "leaf");
  fromUtf8(leaf.subarray(LEAF_PREFIX.length + 1), "leaf");
  return false;
}

function checkOpening(opening) {
  if (opening.level === 1) return;
  const digest = fromBase64(opening.payload_digest);
  const commitment = commit(fromBase64(opening.salt), canonicalJson(opening.header), digest);
  if (!equal(opening.leafBytes.subarray(32), commitment)) throw new Unverified("the leaf commits to something else", "opening");
  if (opening.level >= 3 && !equal(payloadDigest(opening.payload), digest)) {
    throw new Unverified("the words are not those that were committed to", "opening");
  }
  if (opening.level === 4) checkAuthor(opening);
}

function checkAuthor({ header, challenge, signature, leafBytes }) {
  checkSignature(authorKey(header), fromBase64(signature), challengeMessage(leafBytes, challenge));
}

function authorKey(header) {
  try {
    return makeVerifier("author", ED25519, fromBase64(header.author_pk));
  } catch {
    throw new Unverified("the author's key can sign nothing", "opening");
  }
}
