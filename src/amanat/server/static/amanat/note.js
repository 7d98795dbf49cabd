// Signed notes and their keys: C2SP signed-note, with Ed25519 and ML-DSA-44. The twin of src/amanat/tlog/note.py and
// keys.py; cosignatures are cosignature.js. Keys come from the caller, never from the note. Shown right by
// tests/receipt/test_agreement.py.
import { ed25519, sha512 } from "../vendor/sealing.mjs";
import { Malformed, Unverified, concat, equal, fromBase64, fromHex, fromUtf8, sha256, toHex, utf8 } from "./bytes.js";
import { holdsMldsa } from "./mldsa.js";

export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;
export const MLDSA = 0x06;
export const COSIGNERS = [COSIGNATURE, MLDSA];
export const MAX_DECIMAL = 2n ** 63n - 1n;
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const MLDSA_BYTES = 1312;
const MLDSA_SIGNATURE_BYTES = 2420;
const MAX_NAME_BYTES = 255;
const DASH = "— ";
const PRIME = 2n ** 255n - 19n;
// The y coordinates of the eight points whose order divides 8.
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER_Y = [0n, 1n, PRIME - 1n, ORDER_8, PRIME - ORDER_8];
// What Python calls white space, with the plus sign and the other control characters.
const UNFIT_NAME = /[\0-\x20+\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u;

/** A canonical decimal up to 2^63-1, as a BigInt. */
export function parseDecimal(text, where = "number") {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) > MAX_DECIMAL) {
    throw new Malformed("not a canonical decimal in range", where);
  }
  return BigInt(text);
}

/** A public key in the form name+id+key. */
export function parseVerifier(text) {
  const [name, id, ...rest] = text.split("+");
  if (rest.length === 0) throw new Malformed("not name+id+key", "verifier key");
  const data = fromBase64(rest.join("+"), undefined, "verifier key");
  const verifier = makeVerifier(name, data[0], data.subarray(1));
  if (!equal(fromHex(id, 4, "key id"), verifier.keyId)) throw new Malformed("not the id of the key", "key id");
  return verifier;
}

/** The key of a name and a type; raises Malformed for a point that should sign nothing. */
export function makeVerifier(name, kind, publicKey) {
  if (name === "" || UNFIT_NAME.test(name)) throw new Malformed("a space or a plus sign in it, or empty", "key name");
  if (kind === undefined || publicKey.length === 0) throw new Malformed("an empty key", "verifier key");
  if (kind === ED25519 || kind === COSIGNATURE) checkPoint(publicKey);
  if (kind === MLDSA) checkMldsaKey(name, publicKey);
  const keyId = sha256(concat(utf8(`${name}\n`), Uint8Array.of(kind), publicKey)).subarray(0, 4);
  return { name, kind, publicKey, keyId };
}

function checkPoint(publicKey) {
  if (publicKey.length !== 32) throw new Malformed("32 bytes are needed", "verifier key");
  const y = littleEndian(publicKey) & (2n ** 255n - 1n);
  if (y >= PRIME || SMALL_ORDER_Y.includes(y)) throw new Malformed("not an acceptable point", "verifier key");
}

function checkMldsaKey(name, publicKey) {
  if (publicKey.length !== MLDSA_BYTES) throw new Malformed(`${MLDSA_BYTES} bytes are needed`, "verifier key");
  // The signed message has one byte for the length of the name.
  if (utf8(name).length > MAX_NAME_BYTES) throw new Malformed("a name of more than 255 bytes", "verifier key");
}

const littleEndian = (bytes) => BigInt(`0x${toHex(bytes.slice().reverse())}`);

/** Raise Unverified unless the signature holds, by a key that is of Ed25519 or ML-DSA-44. */
export function checkSignature({ kind, publicKey }, signature, message) {
  if (!(kind === MLDSA ? holdsLong : holds)(publicKey, signature, message)) {
    throw new Unverified("the signature does not hold", "signature");
  }
}

function holdsLong(publicKey, signature, message) {
  return signature.length === MLDSA_SIGNATURE_BYTES && holdsMldsa(publicKey, signature, message);
}

/** Without the cofactor, [S]B = R + [k]A exactly, as in OpenSSL. */
function holds(publicKey, signature, message) {
  if (signature.length !== 64) return false;
  const { Point } = ed25519;
  const [r, s] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
  if (s >= Point.Fn.ORDER) return false;
  try {
    const k = littleEndian(sha512(concat(r, publicKey, message))) % Point.Fn.ORDER;
    const point = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(publicKey).multiplyUnsafe(k));
    return equal(point.toBytes(), r);
  } catch {
    return false;
  }
}

/** A signed note: {text, signatures: [{name, keyId, blob}]}; nothing is verified. */
export function parseNote(bytes) {
  if (bytes.length > MAX_NOTE_BYTES) throw new Malformed("too long", "note");
  const whole = fromUtf8(bytes, "note");
  if (/[\0-\t\v-\x1f]/.test(whole)) throw new Malformed("a control character", "note");
  const blank = whole.lastIndexOf("\n\n");
  const lines = whole.slice(blank + 2);
  if (blank < 0 || !lines.endsWith("\n")) throw new Malformed("no signature lines after a blank line", "note");
  const split = lines.slice(0, -1).split("\n");
  if (split.length > MAX_SIGNATURES) throw new Malformed("more than 100 signatures", "note");
  return { text: whole.slice(0, blank + 1), signatures: split.map(parseSignature) };
}

function parseSignature(line) {
  const space = line.indexOf(" ", DASH.length);
  if (!line.startsWith(DASH) || space < 0) throw new Malformed("not a signature line", "note");
  const name = line.slice(DASH.length, space);
  if (name === "" || UNFIT_NAME.test(name)) throw new Malformed("a space or a plus sign in it, or empty", "key name");
  const data = fromBase64(line.slice(space + 1), undefined, "signature line");
  if (data.length < 5) throw new Malformed("the signature is too short", "signature line");
  return { name, keyId: data.subarray(0, 4), blob: data.subarray(4) };
}

/** The lines of a note that claim to be by a key. */
export function linesBy(note, verifier) {
  return note.signatures.filter((line) => line.name === verifier.name && equal(line.keyId, verifier.keyId));
}

/** Raise Unverified unless this plain Ed25519 key signed, and every line said to be by it holds. */
export function checkNote(note, verifier) {
  const lines = verifier.kind === ED25519 ? linesBy(note, verifier) : [];
  if (lines.length === 0) throw new Unverified("no signature by the expected key", "note");
  for (const line of lines) checkSignature(verifier, line.blob, utf8(note.text));
}
