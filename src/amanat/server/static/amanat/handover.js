// Handing a case over, in a holder's browser: give a grant, take one away and change the key, seal everything anew.
// A change that was interrupted goes on from any holder's browser. Decision record 0038; protocol section 3.
// Shown right by tests/stories/test_case_file.py.
import { fromBase64, random, toBase64 } from "./bytes.js";
import { openBody, openLink, previousAddress, reasonAddress, rowAddress, sealBody, sealLink } from "./casefile.js";
import { grantsFor } from "./casedesk.js";
import { sealField } from "./seal.js";
import { resealPart } from "./caseparts.js";

const BATCH = 20;

/** Give the case to a colleague. */
export async function give(desk, person) {
  const { caseId, generation, fileKey } = desk.file;
  const grants = await grantsFor({ caseId, generation, fileKey }, [person]);
  return desk.tell("grants", { generation, grants });
}

/** Take the case from somebody: a new key for everybody else, then everything sealed under it. */
export async function remove(desk, member, onward) {
  const { caseId, generation, fileKey } = desk.file;
  const next = { caseId, generation: generation + 1, fileKey: random(32) };
  const others = desk.shown.people.filter((person) => person.has_grant && person.recipient !== null && person.member !== member);
  const grants = await grantsFor(next, others, desk.shown.recovery_recipient);
  const previous = toBase64(await sealField(next.fileKey, previousAddress(caseId, next.generation), fileKey));
  const outcome = await desk.tell("remove", { generation: next.generation, member, grants, previous });
  if (outcome !== "saved") return outcome;
  await desk.read();
  return reseal(desk, onward);
}

/** Seal what is still under the key before; "saved" when nothing is left. */
export async function reseal(desk, onward) {
  if (desk.shown.previous === null) return "saved";
  const { generation } = desk.file;
  const waiting = old(desk);
  for (let start = 0; start < waiting.length; ) {
    onward(start, waiting.length);
    const batch = waiting.slice(start, start + (waiting[start].table === "part" ? 2 : BATCH));
    const values = await Promise.all(batch.map((value) => anew(desk, value)));
    const outcome = await desk.tell("resealed", { generation, values });
    if (outcome !== "saved") return outcome;
    start += batch.length;
  }
  await desk.read();
  return desk.shown.previous === null ? "saved" : "not-saved";
}

/** Everything under an older key, parts last: they are the largest. */
function old({ shown, file }) {
  const isOld = ({ generation }) => generation < file.generation;
  const rows = shown.rows.filter(isOld).map(({ row, revision, sealed, generation }) => ({ table: "row", id: row, number: revision, sealed, generation }));
  const links = shown.links.filter(isOld).filter(({ sealed }) => sealed !== "").map(({ report, sealed, generation }) => ({ table: "link", id: report, number: 0, sealed, generation }));
  const steps = shown.steps.filter(isOld).filter(({ sealed }) => sealed !== "").map(({ seq, sealed, generation }) => ({ table: "step", id: "", number: seq, sealed, generation }));
  const parts = shown.parts.filter(isOld).map(({ document_id: id, number }) => ({ table: "part", id, number }));
  return [...links, ...rows, ...steps, ...parts];
}

async function anew(desk, value) {
  const { table, id, number, sealed } = value;
  try {
    return { table, id, number, sealed: toBase64(await sealAnew(desk, value)) };
  } catch (error) {
    if (error.name !== "Unverified" && error.name !== "Malformed") throw error;
    // Nobody could open it before: it goes on as it is, so that it stops no change of the key.
    return { table, id, number, sealed: sealed ?? toBase64((await desk.part(id, number)).sealed) };
  }
}

async function sealAnew(desk, { table, id, number, sealed, generation }) {
  const { caseId, fileKey, keyOf } = desk.file;
  if (table === "part") return resealPart(desk, desk.file, id, number);
  const bytes = fromBase64(sealed);
  if (table === "link") return sealLink(fileKey, caseId, await openLink(keyOf(generation), caseId, id, bytes));
  const where = table === "row" ? rowAddress(caseId, id, number) : reasonAddress(caseId, number);
  return sealBody(fileKey, where, await openBody(keyOf(generation), where, bytes));
}
