// The seals and steps of a referral, protocol section 4: the letter's keys, the package they open, and the two
// parts of each step. The twin of src/amanat/sealing/referral.py and receipt/referral.py. It asks nothing of the
// server and stores nothing. Shown right by tests/browser/test_vectors.py against tests/vectors/referrals.json.
import { ed25519, hmac, sha256 as digest } from "../vendor/sealing.mjs";
import {
  Malformed, Unverified, canonicalJson, concat, equal, fromBase64, fromHex, lengthPrefixed, pad, parseJson, toBase64, toHex, u32be,
  unpad, utf8,
} from "./bytes.js";
import { expand } from "./keys.js";
import { caseLeaf, checkHeader, commit, makeLeaf, payloadDigest, salt, tag } from "./leaf.js";
import { ED25519, checkSignature, makeVerifier } from "./note.js";
import { openField, sealField } from "./seal.js";

const TEXTS = ["institution", "organisation", "request", "law", "consent", "sees"];
const PACKAGE_KEYS = ["v", "referral_id", "ref_key", "due_time", "chosen", ...TEXTS].sort().join();

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The keys of a letter from the 16 bytes behind its words: {locator, packageKey}. */
export function letterKeys(secret) {
  if (secret.length !== 16) throw new Malformed("16 bytes are needed", "secret");
  return {
    locator: expand(secret, "amanat/v1/letter/locator", 16),
    packageKey: expand(secret, "amanat/v1/letter/package"),
  };
}

/** The id of the referral with this number below a thread key, or below the key of the referral before it. */
export function referralId(parentKey, number) {
  return toHex(hmac(digest, parentKey, concat(utf8("amanat/ref-id/v1\0"), u32be(number))).subarray(0, 16));
}

/** The keys of a referral: {key, salt0}; `parentKey` is the thread key, or the key of the referral before it. */
export function referralKeys(parentKey, id) {
  return ofKey(expandBytes(parentKey, concat(utf8("amanat/v1/ref"), fromHex(id, 16, "referral id"))));
}

/** The keys that a package's ref_key stands for. */
export const ofKey = (key) => ({ key, salt0: expand(key, "amanat/v1/salt0") });

/** HKDF-SHA256 (RFC 5869) with an empty salt and an info that is no text, for 32 bytes: one block. */
function expandBytes(key, info) {
  const extracted = hmac(digest, new Uint8Array(32), key);
  return hmac(digest, extracted, concat(info, Uint8Array.of(1)));
}

const addressOf = (id, table, field, row) => ({ caseId: id, table, field, rowId: String(row), revision: 0 });

/** The sealed package that the letter opens. */
export async function sealPackage(packageKey, value) {
  const bytes = canonicalJson(checkPackage(value));
  return sealField(packageKey, addressOf(value.referral_id, "referral", "package", 0), pad(bytes));
}

/** The package, which must be the one of this referral. */
export async function openPackage(packageKey, id, sealed) {
  const address = addressOf(id, "referral", "package", 0);
  const value = checkPackage(parseJson(unpad(await openField(packageKey, address, sealed)), "package"));
  if (value.referral_id !== id) throw new Unverified("the package of another referral", "package");
  return value;
}

/** The same object if it is a package of this version, or Malformed. */
export function checkPackage(value) {
  if (!isObject(value) || Object.keys(value).sort().join() !== PACKAGE_KEYS) throw new Malformed("not the keys of a package", "package");
  if (value.v !== 1) throw new Malformed("a version this page does not know", "package");
  const texts = [...TEXTS, "referral_id", "ref_key"].map((name) => value[name]);
  if (value.due_time !== null) texts.push(value.due_time);
  if (!Array.isArray(value.chosen)) throw new Malformed("not pairs of a name and words", "package chosen");
  for (const pair of value.chosen) {
    if (!Array.isArray(pair) || pair.length !== 2) throw new Malformed("not pairs of a name and words", "package chosen");
    texts.push(...pair);
  }
  if (!texts.every((text) => typeof text === "string")) throw new Malformed("a value that is not text", "package");
  fromHex(value.referral_id, 16, "referral id");
  fromBase64(value.ref_key, 32, "ref_key");
  return value;
}

/** One step, ready to be sent: {seq, leaf, head, body}. */
export async function makeStep({ key, salt0 }, id, header, payload) {
  const head = canonicalJson({ header, payload_digest: toBase64(payloadDigest(payload)) });
  const at = (field) => addressOf(id, "step", field, header.seq);
  return {
    seq: header.seq,
    leaf: makeLeaf({ threadKey: key, salt0, header, payload }),
    head: await sealField(key, at("head"), pad(head)),
    body: await sealField(key, at("body"), pad(canonicalJson(payload))),
  };
}

/** The head of a step: {header, payload_digest}, checked; `sealed` is what the server shows at `seq`. */
export async function openHead({ key }, id, seq, sealed) {
  return checkHead(parseJson(unpad(await openField(key, addressOf(id, "step", "head", seq), sealed)), "head"));
}

/** The payload of a step, whose digest must be the one that its head names. */
export async function openBody({ key }, id, seq, sealed, head) {
  const payload = parseJson(unpad(await openField(key, addressOf(id, "step", "body", seq), sealed)), "body");
  if (!isObject(payload)) throw new Malformed("not an object", "body");
  if (!equal(payloadDigest(payload), fromBase64(head.payload_digest, 32))) throw new Unverified("not the words of its head", "body");
  return payload;
}

function checkHead(head) {
  if (!isObject(head) || Object.keys(head).sort().join() !== "header,payload_digest" || typeof head.payload_digest !== "string") {
    throw new Malformed("not the head of a step", "head");
  }
  checkHeader(head.header);
  fromBase64(head.payload_digest, 32, "head payload_digest");
  return head;
}

/** The leaf that a head stands for, without its words. */
export function leafOfHead({ key, salt0 }, head) {
  const { header, payload_digest: digestText } = checkHead(head);
  const commitment = commit(salt(key, salt0, header.seq), canonicalJson(header), fromBase64(digestText, 32));
  return caseLeaf(tag(key, header.seq), commitment);
}

const message = (header, named) => concat(utf8("amanat/answer/v1\0"), lengthPrefixed(canonicalJson(header), canonicalJson(named)));

/** The public key of a seed, as a first step names it. */
export const publicOf = (seed) => ed25519.getPublicKey(seed);

/** The payload with `key` and `signature` in it; `seed` is the 32 bytes of the page's own key. */
export function signPayload(seed, header, payload) {
  const named = { ...payload, key: toBase64(publicOf(seed)) };
  return { ...named, signature: toBase64(ed25519.sign(message(header, named), seed)) };
}

/** The public key that signed this payload (32 bytes); throws Malformed or Unverified. */
export function checkSigned(header, payload) {
  const { signature: signatureText, ...named } = payload;
  if (typeof named.key !== "string" || typeof signatureText !== "string") throw new Malformed("no key and signature", "payload");
  const key = fromBase64(named.key, 32, "payload key");
  const signature = fromBase64(signatureText, 64, "payload signature");
  if ("author_pk" in header && header.author_pk !== named.key) {
    throw new Unverified("signed by another key than the first step names", "signature");
  }
  checkSignature(verifierOf(key), signature, message(header, named));
  return key;
}

function verifierOf(key) {
  try {
    return makeVerifier("referral", ED25519, key);
  } catch {
    throw new Unverified("not a key that can sign", "signature");
  }
}
