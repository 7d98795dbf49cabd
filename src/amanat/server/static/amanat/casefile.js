// The seals of a case file: grant, rows, keys of reports, reasons, parts, decision record 0037. The twin of
// src/amanat/sealing/casefile.py. It asks the server nothing. Shown right by tests/browser/test_casefile.py.
import { Malformed, Unverified, canonicalJson, fromBase64, fromHex, pad, parseJson, parseTime, toBase64, unpad } from "./bytes.js";
import { openAge, openField, sealField, sealFor } from "./seal.js";

const ROW_KEYS = ["at", "fields", "kind", "parents", "v", "withdrawn"];
const FILE_KEYS = { name: "string", type: "string", size: "number", sha256: "string", parts: "number" };
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const hasKeys = (value, keys) => isObject(value) && Object.keys(value).sort().join() === [...keys].sort().join();
const address = (caseId, table, field, rowId, revision) => ({ caseId, table, field, rowId, revision });

export const rowAddress = (caseId, rowId, revision) => address(caseId, "row", "body", rowId, revision);
export const partAddress = (caseId, documentId, number) => address(caseId, "document", "part", documentId, number);
export const linkAddress = (caseId, reportId) => address(caseId, "link", "keys", reportId, 0);
export const reasonAddress = (caseId, seq) => address(caseId, "step", "reason", String(seq), 0);
export const previousAddress = (caseId, generation) => address(caseId, "key", "previous", String(generation), 0);

/** The sealed, padded canonical JSON of a body. */
export const sealBody = (key, where, body) => sealField(key, where, pad(canonicalJson(body)));

/** The body of a sealed value at its address. */
export async function openBody(key, where, sealed) {
  return parseJson(unpad(await openField(key, where, sealed)), where.table);
}

/** The same object if it is a row of this version, or Malformed. */
export function checkRow(row) {
  const keys = isObject(row) && "file" in row ? [...ROW_KEYS, "file"] : ROW_KEYS;
  if (!hasKeys(row, keys) || row.v !== 1 || typeof row.kind !== "string" || typeof row.withdrawn !== "boolean") {
    throw new Malformed("not a row of this version", "row");
  }
  if (!isObject(row.fields) || !Object.values(row.fields).every((text) => typeof text === "string")) {
    throw new Malformed("not names with text", "row");
  }
  if (!Array.isArray(row.parents) || !row.parents.every((parent) => Number.isSafeInteger(parent) && parent > 0)) {
    throw new Malformed("not revisions", "row");
  }
  parseTime(row.at, "row");
  if ("file" in row) checkFile(row.file);
  return row;
}

function checkFile(file) {
  const fits = hasKeys(file, Object.keys(FILE_KEYS)) && Object.entries(FILE_KEYS).every(([name, kind]) => typeof file[name] === kind);
  if (!fits || !Number.isSafeInteger(file.size) || !Number.isSafeInteger(file.parts) || file.size < 0 || file.parts < 1) {
    throw new Malformed("not a file", "row");
  }
  fromBase64(file.sha256, 32, "row");
}

/** The age file of a case's file key for one recipient. */
export async function sealCaseGrant({ caseId, generation, fileKey }, recipient) {
  return sealFor(canonicalJson({ v: 1, case: caseId, generation, file_key: toBase64(fileKey) }), [recipient]);
}

/** {caseId, generation, fileKey} of a sealed case grant. */
export async function openCaseGrant(sealed, identity) {
  return parseCaseGrant(await openAge(sealed, identity));
}

/** The inside of a case grant. */
export function parseCaseGrant(bytes) {
  const body = parseJson(bytes, "case grant");
  if (!hasKeys(body, ["v", "case", "generation", "file_key"]) || body.v !== 1) throw new Malformed("not a case grant of this version", "case grant");
  fromHex(body.case, 16, "case id");
  if (!Number.isSafeInteger(body.generation) || body.generation < 1) throw new Malformed("not a generation", "case grant");
  return { caseId: body.case, generation: body.generation, fileKey: fromBase64(body.file_key, 32, "case grant") };
}

/** The sealed keys of a report for a case. */
export function sealLink(key, caseId, { reportId, threadKey, fileKey }) {
  return sealBody(key, linkAddress(caseId, reportId), { v: 1, report: reportId, thread_key: toBase64(threadKey), file_key: toBase64(fileKey) });
}

/** {reportId, threadKey, fileKey} of a sealed link. */
export async function openLink(key, caseId, reportId, sealed) {
  const body = await openBody(key, linkAddress(caseId, reportId), sealed);
  if (!hasKeys(body, ["v", "report", "thread_key", "file_key"]) || body.v !== 1 || body.report !== reportId) {
    throw new Malformed("not the keys of this report", "link");
  }
  return { reportId, threadKey: fromBase64(body.thread_key, 32, "link"), fileKey: fromBase64(body.file_key, 32, "link") };
}

/**
 * Open everything of a case: {caseId, generation, keyOf, rows, links, steps}. `keyOf(generation)` also knows the key
 * before while rows are sealed anew. What cannot be opened stands there with body or keys null, never left out.
 */
export async function openFile(shown, identity) {
  const grant = await openCaseGrant(fromBase64(shown.grant), identity);
  if (grant.caseId !== shown.case || grant.generation !== shown.generation) throw new Unverified("the grant of another case or key", "grant");
  const { caseId, generation, fileKey } = grant;
  const before = shown.previous === null ? null : await openField(fileKey, previousAddress(caseId, generation), fromBase64(shown.previous));
  const keyOf = (wanted) => {
    if (wanted === generation) return fileKey;
    if (before !== null && wanted < generation) return before;
    throw new Unverified("sealed under a key that is gone", "key");
  };
  return {
    caseId, generation, fileKey, before, keyOf,
    rows: groupRows(await Promise.all(shown.rows.map((row) => openRow(caseId, keyOf, row)))),
    links: await Promise.all(shown.links.map((link) => openShownLink(caseId, keyOf, link))),
    steps: await Promise.all(shown.steps.map((step) => openStep(caseId, keyOf, step))),
  };
}

const orNull = (promise) => promise.catch(() => null);
/** A function that may throw, as a promise. */
const trying = async (act) => act();

async function openRow(caseId, keyOf, { row, revision, sealed, generation, author, day }) {
  const opened = trying(() => openBody(keyOf(generation), rowAddress(caseId, row, revision), fromBase64(sealed)));
  return { rowId: row, revision, author, day, body: await orNull(opened.then(checkRow)) };
}

async function openShownLink(caseId, keyOf, link) {
  const opened = link.sealed === "" ? null : await orNull(trying(() => openLink(keyOf(link.generation), caseId, link.report, fromBase64(link.sealed))));
  return { reportId: link.report, active: link.active, state: link.state, received: link.received, keys: opened };
}

async function openStep(caseId, keyOf, step) {
  const opened = trying(() => openBody(keyOf(step.generation), reasonAddress(caseId, step.seq), fromBase64(step.sealed)));
  const body = step.sealed === "" ? null : await orNull(opened);
  return { ...step, reason: typeof body?.text === "string" ? body.text : null };
}

/** Rows by id, each with its revisions and its heads: those that no other names as a parent. */
export function groupRows(revisions) {
  const rows = new Map();
  for (const one of revisions) {
    if (!rows.has(one.rowId)) rows.set(one.rowId, { rowId: one.rowId, revisions: [], heads: [] });
    rows.get(one.rowId).revisions.push(one);
  }
  for (const row of rows.values()) {
    const replaced = new Set(row.revisions.flatMap(({ body }) => body?.parents ?? []));
    row.heads = row.revisions.filter(({ revision }) => !replaced.has(revision));
    row.highest = Math.max(...row.revisions.map(({ revision }) => revision));
  }
  return rows;
}
