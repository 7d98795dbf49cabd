// Strict codecs, byte for byte those of src/amanat/strict.py and sealing/padding.py: a value that writes back to
// the same bytes, or Malformed. Shown right by tests/browser/test_vectors.py against tests/vectors/.
import { sha256 as digest } from "../vendor/sealing.mjs";

/** The bytes or text are not of their format. */
export class Malformed extends Error {
  constructor(what, where = "") {
    super(where ? `${where}: ${what}` : what);
    Object.assign(this, { name: "Malformed", what, where });
  }
}

/** Well formed, but a signature, proof, quorum or key does not hold. */
export class Unverified extends Error {
  constructor(what, where = "") {
    super(where ? `${where}: ${what}` : what);
    Object.assign(this, { name: "Unverified", what, where });
  }
}

export const BUCKETS = [4096, 16384, 65536, 262144];
const MAX_DEPTH = 32;
const PREFIX_BYTES = 4;

/** The UTF-8 bytes of a text; a lone surrogate has none. */
export function utf8(text) {
  const bytes = new TextEncoder().encode(text);
  if (decoder().decode(bytes) !== text) throw new Malformed("not Unicode", "text");
  return bytes;
}

/** The text of UTF-8 bytes, a byte order mark included. */
export function fromUtf8(bytes, where = "text") {
  try {
    return decoder().decode(bytes);
  } catch {
    throw new Malformed("not UTF-8", where);
  }
}

const decoder = () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** All parts in one. */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two byte strings are the same. */
export function equal(a, b) {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Fresh random bytes. */
export const random = (count) => crypto.getRandomValues(new Uint8Array(count));

/** SHA-256, 32 bytes. */
export const sha256 = (bytes) => digest(bytes);

/** Standard padded base64. */
export function toBase64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

/** The inverse of toBase64; `length` in bytes when it is fixed. */
export function fromBase64(text, length, where = "base64") {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Malformed("not base64", where);
  }
  if (toBase64(bytes) !== text) throw new Malformed("base64 is not canonical", where);
  return ofLength(bytes, length, where);
}

/** Lower-case hex. */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The inverse of toHex. */
export function fromHex(text, length, where = "hex") {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text)) throw new Malformed("not lower-case hex", where);
  const pairs = text.match(/../g) ?? [];
  return ofLength(Uint8Array.from(pairs, (pair) => parseInt(pair, 16)), length, where);
}

function ofLength(bytes, length, where) {
  if (length === undefined || bytes.length === length) return bytes;
  throw new Malformed(`${bytes.length} bytes where ${length} are needed`, where);
}

/** A big-endian 32-bit number. */
export function u32be(number) {
  if (!Number.isInteger(number) || number < 0 || number > 0xffffffff) throw new Malformed("not a 32-bit number", "number");
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/** `lp` of the protocol for each part, one after the other. */
export function lengthPrefixed(...parts) {
  return concat(...parts.flatMap((part) => [u32be(part.length), part]));
}

/** Canonical JSON (RFC 8785) of null, booleans, integers, strings, arrays and objects, at most 32 levels. */
export function canonicalJson(value) {
  return utf8(write(value, 0));
}

function write(value, depth) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== "object" || depth === MAX_DEPTH) throw new Malformed("not canonical JSON", "JSON");
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(",")}]`;
  // The order of UTF-16 units, which is the order of `sort` and of the RFC.
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${writeText(name)}:${write(value[name], depth + 1)}`).join(",")}}`;
}

function writeText(text) {
  // JSON.stringify would write a lone surrogate as an escape; RFC 8785 has no place for one.
  if (/\p{Surrogate}/u.test(text)) throw new Malformed("not Unicode", "JSON");
  return JSON.stringify(text);
}

/** The value of canonical JSON bytes. */
export function parseJson(bytes, where = "JSON") {
  let value;
  try {
    value = JSON.parse(fromUtf8(bytes, where));
    if (equal(canonicalJson(value), bytes)) return value;
  } catch {
    throw new Malformed("not canonical JSON", where);
  }
  throw new Malformed("JSON is not canonical", where);
}

/** The bytes with their length before and zeros after, up to the next bucket. */
export function pad(bytes) {
  const framed = lengthPrefixed(bytes);
  return concat(framed, new Uint8Array(bucketFor(framed.length) - framed.length));
}

/** The inverse of pad. */
export function unpad(padded) {
  const end = PREFIX_BYTES + (padded.length < PREFIX_BYTES ? 0 : new DataView(padded.buffer, padded.byteOffset).getUint32(0));
  if (!BUCKETS.includes(padded.length) || padded.length !== bucketFor(end)) {
    throw new Malformed("not the smallest size that fits", "padding");
  }
  if (padded.subarray(end).some((byte) => byte !== 0)) throw new Malformed("not zeros after the end", "padding");
  return padded.subarray(PREFIX_BYTES, end);
}

function bucketFor(size) {
  const bucket = BUCKETS.find((candidate) => size <= candidate);
  if (bucket === undefined) throw new Malformed("more than fits", "padding");
  return bucket;
}

/** RFC 3339 in UTC with whole seconds. */
export const formatTime = (date) => `${date.toISOString().slice(0, 19)}Z`;

/** The milliseconds of such a time, in the years 0001 to 9999. */
export function parseTime(text, where = "time") {
  const found = typeof text === "string" ? /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(text) : null;
  if (found === null) throw new Malformed("not an RFC 3339 time in UTC with whole seconds", where);
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (year === 0 || formatTime(date) !== text) throw new Malformed("no such moment", where);
  return date.getTime();
}
