// Sealing and opening in the page: age files and AES-GCM fields, protocol section 3. The twin of
// src/amanat/sealing/ (report, field, grant, unseal). Shown right by tests/browser/test_interop.py.
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "../vendor/sealing.mjs";
import {
  Malformed, Unverified, canonicalJson, concat, equal, fromBase64, fromHex, lengthPrefixed, pad, parseJson, random, toBase64,
  fromUtf8, unpad, utf8,
} from "./bytes.js";
import { expand } from "./keys.js";

const AGE_HEADER = utf8("age-encryption.org/v1\n");
const FIELD_PREFIX = utf8("amanat-field/v1");
const NONCE_BYTES = 12;
const OVERHEAD_BYTES = FIELD_PREFIX.length + NONCE_BYTES + 16;
// A telephone opens this within a second or two; pyrage's choice would need half a gigabyte.
const WORK_FACTOR = 16;
const X25519_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const REPORT_KEYS = "author_public,header,payload,report_id,salt_0,thread_key,v";
const GRANT_KEYS = "case,file_key,thread_key,v";

/** The age file of a report body for the intake recipients. */
export async function sealReport(body, recipients) {
  return sealFor(pad(canonicalJson(checkReport(body))), recipients);
}

/** The body of a sealed report. */
export async function openReport(sealed, identity) {
  return checkReport(parseJson(unpad(await openAge(sealed, identity)), "report"));
}

function checkReport(body) {
  if (!isObject(body) || Object.keys(body).sort().join() !== REPORT_KEYS || body.v !== 1) {
    throw new Malformed("not a report of this version", "report");
  }
  fromHex(body.report_id, 16, "report id");
  for (const name of ["thread_key", "salt_0", "author_public"]) fromBase64(body[name], 32, name);
  if (!isObject(body.header) || !isObject(body.payload)) throw new Malformed("not objects", "report");
  return body;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The age file of a grant for one recipient. */
export async function sealGrant({ caseId, fileKey, threadKey }, recipient) {
  fromHex(caseId, 16, "case id");
  if (fileKey.length !== 32 || threadKey.length !== 32) throw new Malformed("a key has 32 bytes", "grant");
  const body = { v: 1, case: caseId, file_key: toBase64(fileKey), thread_key: toBase64(threadKey) };
  return sealFor(canonicalJson(body), [recipient]);
}

/** The grant sealed to the holder of an identity. */
export async function openGrant(sealed, identity) {
  const body = parseJson(await openAge(sealed, identity), "grant");
  if (!isObject(body) || Object.keys(body).sort().join() !== GRANT_KEYS || body.v !== 1) {
    throw new Malformed("not a grant of this version", "grant");
  }
  fromHex(body.case, 16, "case id");
  const [fileKey, threadKey] = [body.file_key, body.thread_key].map((text) => fromBase64(text, 32, "grant"));
  return { caseId: body.case, fileKey, threadKey };
}

/** The age file of bytes for some recipients. */
export async function sealFor(bytes, recipients) {
  if (recipients.length === 0) throw new Malformed("nobody to seal to", "recipients");
  const encrypter = new Encrypter();
  for (const recipient of recipients) addRecipient(encrypter, recipient);
  return encrypter.encrypt(bytes);
}

function addRecipient(encrypter, recipient) {
  try {
    // The package also takes types that the organisation's other tools do not open.
    if (typeof recipient === "string" && X25519_RECIPIENT.test(recipient)) return encrypter.addRecipient(recipient);
  } catch {
    // A wrong checksum: refused like any other text.
  }
  throw new Malformed("not an age recipient", "recipient");
}

/** The bytes of an age file for the holder of an identity. */
export async function openAge(sealed, identity) {
  if (!equal(sealed.subarray(0, AGE_HEADER.length), AGE_HEADER)) throw new Malformed("not a binary age file", "seal");
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(identity);
  } catch {
    throw new Malformed("not an age identity", "identity");
  }
  try {
    return await decrypter.decrypt(sealed);
  } catch {
    throw new Unverified("cannot be opened with this identity", "seal");
  }
}

function associated({ caseId, table, field, rowId, revision }) {
  return lengthPrefixed(...[caseId, table, field, rowId, String(revision)].map(utf8));
}

async function fieldKey(key) {
  // Absent where the page came over plain HTTP from another machine; nothing is sealed there.
  if (!globalThis.crypto?.subtle) throw new Unverified("this page needs HTTPS", "field");
  return crypto.subtle.importKey("raw", expand(key, "amanat/v1/field"), "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** The sealed value of a field, bound to its address. */
export async function sealField(key, address, bytes) {
  const iv = random(NONCE_BYTES);
  const how = { name: "AES-GCM", iv, additionalData: associated(address) };
  const cipher = await fieldKey(key);
  return concat(FIELD_PREFIX, iv, new Uint8Array(await crypto.subtle.encrypt(how, cipher, bytes)));
}

/** The plaintext of a sealed field, which must have been sealed for this very address. */
export async function openField(key, address, sealed) {
  if (sealed.length < OVERHEAD_BYTES || !equal(sealed.subarray(0, FIELD_PREFIX.length), FIELD_PREFIX)) {
    throw new Malformed("not a sealed field", "field");
  }
  const start = FIELD_PREFIX.length + NONCE_BYTES;
  const iv = sealed.subarray(FIELD_PREFIX.length, start);
  const how = { name: "AES-GCM", iv, additionalData: associated(address) };
  const cipher = await fieldKey(key);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, cipher, sealed.subarray(start)));
  } catch {
    throw new Unverified("cannot be opened with this key at this address", "field");
  }
}

/** Where the record of an event belongs. */
export function eventAddress(reportId, seq) {
  return { caseId: reportId, table: "event", field: "record", rowId: String(seq), revision: 0 };
}

/** The sealed record of an event: what everybody who holds the thread key may read. */
export async function sealRecord(threadKey, reportId, { header, payload }) {
  return sealField(threadKey, eventAddress(reportId, header.seq), pad(canonicalJson({ header, payload })));
}

/** Header and payload of a sealed record. */
export async function openRecord(threadKey, reportId, seq, sealed) {
  const record = parseJson(unpad(await openField(threadKey, eventAddress(reportId, seq), sealed)), "record");
  if (!isObject(record) || Object.keys(record).sort().join() !== "header,payload" || !isObject(record.payload)) {
    throw new Malformed("not a header and a payload", "record");
  }
  return record;
}

/** A fresh age identity and its recipient. */
export async function newIdentity() {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The identity under a passphrase: what the server may keep. */
export async function wrapIdentity(identity, passphrase) {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(WORK_FACTOR);
  return encrypter.encrypt(utf8(identity));
}

/** The inverse of wrapIdentity; Unverified for a wrong passphrase. */
export async function unwrapIdentity(wrapped, passphrase) {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return fromUtf8(await decrypter.decrypt(wrapped));
  } catch {
    throw new Unverified("cannot be opened with this passphrase", "passphrase");
  }
}
