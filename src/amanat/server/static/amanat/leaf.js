// The 64 public bytes of an event and the header they commit to, protocol section 4. The twin of
// src/amanat/receipt/leaf.py and header.py. Shown right by tests/browser/test_vectors.py.
import { hmac, sha256 as digest } from "../vendor/sealing.mjs";
import {
  Malformed, canonicalJson, concat, formatTime, fromBase64, lengthPrefixed, parseTime, random, sha256, toBase64, u32be, utf8,
} from "./bytes.js";

export const KINDS = [
  "received", "acknowledged", "assigned", "referred", "delivered", "answered", "refused", "transferred", "returned",
  "deadline_missed", "extended", "information_requested", "message", "closed", "reopened", "identity_viewed",
  "content_erased",
];
const PREFIX = utf8("amanat-leaf/v1\n");
const REQUIRED = ["v", "seq", "kind", "claimed_time", "prev_leaf_hash", "fresh"];
const OPTIONAL = ["author_pk", "due_time", "counterparty"];
const MAX_SEQ = 2 ** 32 - 1;

const mac = (key, label, seq) => hmac(digest, key, concat(utf8(label), u32be(seq)));

/** How the holder of a thread key finds event `seq` in the log (16 bytes). */
export const tag = (threadKey, seq) => mac(threadKey, "amanat/tag/v1\0", seq).subarray(0, 16);

/** What hides event `seq` in its commitment (32 bytes). */
export const salt = (threadKey, salt0, seq) => (seq === 0 ? salt0 : mac(threadKey, "amanat/salt/v1\0", seq));

/** The commitment to header and payload (32 bytes). */
export function commit(saltBytes, headerBytes, digestBytes) {
  return sha256(concat(utf8("amanat/commit/v1\0"), lengthPrefixed(saltBytes, headerBytes, digestBytes)));
}

/** SHA-256 of the canonical payload. */
export const payloadDigest = (payload) => sha256(canonicalJson(payload));

/** The leaf of a tag and a commitment. */
export function caseLeaf(tagBytes, commitment) {
  if (tagBytes.length !== 16 || commitment.length !== 32) throw new Malformed("wrong lengths", "leaf");
  return concat(PREFIX, Uint8Array.of(0), tagBytes, commitment);
}

/** The leaf of an event; header and payload are plain objects. */
export function makeLeaf({ threadKey, salt0, header: head, payload }) {
  checkHeader(head);
  const saltBytes = salt(threadKey, salt0, head.seq);
  return caseLeaf(tag(threadKey, head.seq), commit(saltBytes, canonicalJson(head), payloadDigest(payload)));
}

/** The hash of a leaf in the tree (RFC 6962). */
export const leafHash = (leaf) => sha256(concat(Uint8Array.of(0), leaf));

/** The header object of an event; members that are not there are left out. */
export function header({ seq, kind, claimedTime, prevLeafHash, fresh, authorPublic, dueTime, counterparty }) {
  const value = {
    v: 1,
    seq,
    kind,
    claimed_time: formatTime(claimedTime),
    prev_leaf_hash: prevLeafHash === null ? null : toBase64(prevLeafHash),
    fresh: { size: fresh.size, root: toBase64(fresh.root) },
  };
  if (authorPublic !== undefined) value.author_pk = toBase64(authorPublic);
  if (dueTime !== undefined) value.due_time = formatTime(dueTime);
  if (counterparty !== undefined) value.counterparty = counterparty;
  return checkHeader(value);
}

/** The same object if it is a header of this version, or Malformed. */
export function checkHeader(value) {
  checkKeys(value);
  if (value.v !== 1) throw new Malformed("a version this page does not know", "header");
  if (!KINDS.includes(value.kind)) throw new Malformed("a kind this page does not know", "header");
  checkInteger(value.seq, "header seq", MAX_SEQ);
  checkInteger(value.fresh.size, "header fresh size", Number.MAX_SAFE_INTEGER);
  checkHash(value.fresh.root, "header fresh root");
  parseTime(value.claimed_time, "header claimed_time");
  if (value.prev_leaf_hash !== null) checkHash(value.prev_leaf_hash, "header prev_leaf_hash");
  if ("author_pk" in value) checkHash(value.author_pk, "header author_pk");
  if ("due_time" in value) parseTime(value.due_time, "header due_time");
  if ("counterparty" in value) checkText(value.counterparty, "header counterparty");
  const first = value.seq === 0;
  if ((value.prev_leaf_hash === null) !== first || "author_pk" in value !== first) {
    throw new Malformed("the first event, and no other, has an author and no previous leaf", "header");
  }
  return value;
}

function checkKeys(value) {
  const isObject = (thing) => typeof thing === "object" && thing !== null && !Array.isArray(thing);
  if (!isObject(value)) throw new Malformed("not an object", "header");
  const names = Object.keys(value);
  const known = names.every((name) => REQUIRED.includes(name) || OPTIONAL.includes(name));
  if (!known || !REQUIRED.every((name) => names.includes(name))) throw new Malformed("not the keys of a header", "header");
  if (!isObject(value.fresh) || Object.keys(value.fresh).sort().join() !== "root,size") {
    throw new Malformed("not a size and a root", "header fresh");
  }
}

function checkInteger(value, where, maximum) {
  if (!Number.isSafeInteger(value) || value < 0 || value > maximum) throw new Malformed("not an integer in range", where);
}

function checkText(value, where) {
  if (typeof value !== "string" || value === "") throw new Malformed("not text", where);
}

function checkHash(value, where) {
  checkText(value, where);
  fromBase64(value, 32, where);
}

/** A payload with the nonce that makes its digest hiding (docs/decisions/0004). */
export const newPayload = (fields) => ({ nonce: toBase64(random(16)), ...fields });
