// Merging one case into another and splitting one, in the browser of somebody who holds both. Rows are copied, never
// moved: the case that is left keeps its rows, steps and grants. Every step may be repeated. Decision record 0038.
// Shown right by tests/stories/test_case_file.py.
import { random, toBase64 } from "./bytes.js";
import { rowAddress, sealBody } from "./casefile.js";
import { Desk, arePromised, bare, grantsFor, linksFor, newId } from "./casedesk.js";
import { sendAsMember } from "./door.js";
import { byId } from "./page.js";

/** Copy everything into another case, then close this one as merged: "saved" or why not. */
export async function merge(desk, into, reason, texts, onward) {
  const other = await new Desk({ ...desk, base: byId("file").dataset.cases.concat(into, "/") }).read();
  let copied = 0;
  const outcome = await desk.copyInto(other, undefined, () => onward((copied += 1), "…"));
  if (outcome !== "saved") return outcome;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const links = desk.reportLinks;
    if (links.some(({ keys }) => keys === null)) return "unopened";
    const events = await desk.eventsFor(links, "assigned", texts["words-assigned"]);
    const body = {
      into, generation: other.file.generation, ...(await desk.sealReason(reason)),
      links: await linksFor({ fileKey: other.file.fileKey, caseId: into }, links), events,
    };
    const answer = await sendAsMember(`${desk.base}merge`, bare(body)).catch(() => null);
    if (answer === null) return "no-answer";
    if (answer.status === 201) return (await arePromised(answer, events)) ? "saved" : "not-promised";
    if (answer.status !== 409) return "not-saved";
    await Promise.all([desk.read(), other.read()]);
    if (desk.shown.state === "merged") return "changed";
    await desk.copyInto(other);
  }
  return "not-saved";
}

/** Open another case with some of the reports, and copy the chosen rows: {caseId, outcome}. */
export async function split(desk, { reports, rows, title, texts }) {
  const caseId = newId();
  const fresh = { caseId, generation: 1, fileKey: random(32) };
  const links = desk.reportLinks.filter(({ reportId }) => reports.includes(reportId));
  if (title === "") return { caseId, outcome: "write" };
  if (links.some(({ keys }) => keys === null)) return { caseId, outcome: "unopened" };
  const holders = desk.shown.people.filter((person) => person.has_grant && person.recipient !== null);
  const outcome = await openCase({ fresh, links, title, people: holders, recovery: desk.shown.recovery_recipient, desk, texts, from: desk.file.caseId });
  if (outcome !== "saved") return { caseId, outcome };
  const other = await new Desk({ ...desk, base: byId("file").dataset.cases.concat(caseId, "/") }).read();
  return { caseId, outcome: await desk.copyInto(other, ({ rowId }) => rows.has(rowId)) };
}

/** Open a case: grants, keys of its reports, its first row, and a step on each thread. */
export async function openCase({ fresh, links, title, people, recovery, desk, texts, from = "", open = byId("file").dataset.open }) {
  const rowId = newId();
  const first = { v: 1, kind: "case", fields: { title }, parents: [], at: new Date().toISOString().replace(/\.\d+Z$/, "Z"), withdrawn: false };
  const sealed = toBase64(await sealBody(fresh.fileKey, rowAddress(fresh.caseId, rowId, 1), first));
  const grants = await grantsFor(fresh, people, recovery);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const events = await desk.eventsFor(links, "assigned", texts["words-assigned"]);
    const body = { case: fresh.caseId, grants, links: await linksFor(fresh, links), row: rowId, sealed, events, split_from: from };
    const answer = await sendAsMember(open, bare(body)).catch(() => null);
    if (answer === null) return "no-answer";
    if (answer.status === 201) return (await arePromised(answer, events)) ? "saved" : "not-promised";
    if (answer.status !== 409) return "not-saved";
  }
  return "changed";
}
