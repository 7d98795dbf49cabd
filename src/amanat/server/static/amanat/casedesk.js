// A case at a worker's desk: what was opened of it, and every write on it, sealed here and sent. A row that somebody
// else wrote meanwhile is never overwritten: this one becomes another head, and a person resolves (decision 0038).
// It draws nothing. Shown right by tests/stories/test_case_file.py.
import { fromBase64, random, toBase64, toHex, utf8 } from "./bytes.js";
import { openFile, reasonAddress, rowAddress, sealBody, sealCaseGrant, sealLink } from "./casefile.js";
import { STAFF, askJson, sendAsMember } from "./door.js";
import { ask } from "./page.js";
import { freshFrom, isPromised } from "./reporting.js";
import { nextEvent, openThread } from "./thread.js";

const ATTEMPTS = 4;
const BATCH = 40;

export class Desk {
  /** `base` is the address of the case, ending in a slash; `reports` that of the reports. */
  constructor({ base, reports, identity }) {
    Object.assign(this, { base, reports, identity, shown: null, file: null, pending: null });
  }

  /** Read the case anew and open it. */
  async read() {
    this.shown = await askJson(`${this.base}file.json`);
    this.file = await openFile(this.shown, this.identity);
    return this;
  }

  get reportLinks() {
    return this.file.links.filter(({ active }) => active);
  }

  /** Write a revision: "saved", "both-kept" when somebody else wrote the same row meanwhile, or why not. */
  async write(rowId, body) {
    const text = JSON.stringify([rowId, body.fields, body.parents, body.withdrawn]);
    const at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (this.pending?.text !== text) this.pending = { text, ...(await this.#sealRow(rowId, { v: 1, at, ...body })) };
      const { row } = this.pending;
      const answer = await this.#send("rows", { generation: this.file.generation, rows: [row] });
      if (answer === null) return "no-answer";
      this.pending = null;
      await this.read();
      if (answer.status === 201) return this.file.rows.get(rowId).heads.length > 1 ? "both-kept" : "saved";
      if (answer.status !== 409) return "not-saved";
    }
    return "not-saved";
  }

  async #sealRow(rowId, body) {
    const revision = (this.file.rows.get(rowId)?.highest ?? 0) + 1;
    const sealed = await sealBody(this.file.fileKey, rowAddress(this.file.caseId, rowId, revision), body);
    return { row: { row: rowId, revision, sealed: toBase64(sealed) } };
  }

  /** Hold, resume, close or reopen, with a reason for colleagues and, where reports change, words for reporters. */
  async changeState(step, reason, words) {
    return this.#withEvents(async () => {
      const which = { close: ({ state }) => state !== "closed", reopen: ({ state }) => state === "closed" }[step];
      const links = which ? this.reportLinks.filter(which) : [];
      const events = await this.eventsFor(links, step === "close" ? "closed" : "reopened", words);
      return { name: "state", body: { generation: this.file.generation, step, ...(await this.sealReason(reason)), events }, events };
    });
  }

  /** Note on every thread that names are looked at. */
  noteViewing(words) {
    return this.#withEvents(async () => {
      const events = await this.eventsFor(this.reportLinks, "identity_viewed", words);
      return { name: "viewing", body: { events }, events };
    });
  }

  /** Erase, as the second of two people. */
  erase(words) {
    return this.#withEvents(async () => {
      const events = await this.eventsFor(this.reportLinks, "content_erased", words);
      return { name: "erase", body: { events }, events };
    }, { readAfter: false });
  }

  /** {seq, reason}: the next step's reason, sealed for its number. */
  async sealReason(text) {
    const seq = this.shown.steps.length;
    const sealed = await sealBody(this.file.fileKey, reasonAddress(this.file.caseId, seq), { v: 1, text });
    return { seq, reason: toBase64(sealed) };
  }

  /** Make one event for the thread of each report; `links` carry their keys. */
  async eventsFor(links, kind, text) {
    return Promise.all(links.map((link) => makeEvent({ reports: this.reports, link, kind, text })));
  }

  /** Do something that carries leaves: once more when a thread went on meanwhile, and hold it to its promises. */
  async #withEvents(make, { readAfter = true } = {}) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { name, body, events } = await make();
      const answer = await this.#send(name, bare(body));
      if (answer === null) return "no-answer";
      if (answer.status === 201) {
        const kept = await arePromised(answer, events);
        if (readAfter) await this.read();
        return kept ? "saved" : "not-promised";
      }
      if (answer.status !== 409) return "not-saved";
      const { state } = this.shown;
      await this.read();
      if (this.shown.state !== state) return "state-changed";
    }
    return "not-saved";
  }

  /** Send plain values: "saved", "changed" when a colleague was first, or why not. */
  async tell(name, body) {
    const answer = await this.#send(name, body);
    if (answer === null) return "no-answer";
    if (answer.status === 409) return "changed";
    return answer.ok ? "saved" : "not-saved";
  }

  /** Copy every row and part of this case into another one's desk; what is there already is not sent again. */
  async copyInto(other, wanted = () => true, onward = () => {}) {
    const known = (rowId, revision) => other.file.rows.get(rowId)?.revisions.some((one) => one.revision === revision) ?? false;
    const chosen = [...this.file.rows.values()].filter(wanted);
    const rows = chosen.flatMap(({ revisions }) => revisions).filter(({ rowId, revision }) => !known(rowId, revision));
    if (rows.some(({ body }) => body === null)) return "unopened";
    for (const parts of await this.#partsOf(chosen, other)) {
      const outcome = await copyPart(this, other, parts);
      if (outcome !== "saved" && outcome !== "changed") return outcome;
      onward();
    }
    for (let start = 0; start < rows.length; start += BATCH) {
      const batch = await Promise.all(rows.slice(start, start + BATCH).map((row) => sealFor(other, row)));
      const outcome = await other.tell("rows", { generation: other.file.generation, rows: batch });
      if (outcome !== "saved") return outcome;
      onward();
    }
    await other.read();
    return "saved";
  }

  async #partsOf(rows, other) {
    const ids = new Set(rows.map(({ rowId }) => rowId));
    const has = new Set(other.shown.parts.map(({ document_id: id, number }) => `${id} ${number}`));
    return this.shown.parts.filter(({ document_id: id, number }) => ids.has(id) && !has.has(`${id} ${number}`));
  }

  /** The opened bytes of a part. */
  async part(documentId, number) {
    const answer = await ask(`${this.base}parts/${documentId}/${number}`, STAFF);
    if (!answer.ok) throw new Error("no part");
    return { generation: Number(answer.headers.get("Amanat-Generation")), sealed: new Uint8Array(await answer.arrayBuffer()) };
  }

  async #send(name, body) {
    try {
      return await sendAsMember(`${this.base}${name}`, body);
    } catch {
      return null;
    }
  }
}

/** A new id for a case, a row or a document. */
export const newId = () => toHex(random(16));

/** The next event of a report's thread: what is sent, and beside it what its promise is held against. */
export async function makeEvent({ reports, link, kind, text }) {
  const shown = await askJson(`${reports}${link.reportId}/thread.json`);
  const thread = await openThread({ threadKey: link.keys.threadKey, reportId: link.reportId, events: shown.events });
  const fresh = await freshFrom(utf8(shown.checkpoint), shown.policy);
  const made = await nextEvent({ threadKey: link.keys.threadKey, reportId: link.reportId, thread, kind, text, from: "organisation", fresh });
  return { report: link.reportId, seq: made.seq, leaf: toBase64(made.leaf), sealed: toBase64(made.sealed), shown };
}

/** Whether the answer promises the leaf of every event. */
export async function arePromised(answer, events) {
  const { promises } = await answer.json();
  return events.length === promises.length && events.every(({ leaf, shown }, at) => isPromised(utf8(promises[at]), fromBase64(leaf, 64), shown));
}

/** A body without what is only for this page. */
export const bare = (body) => ({ ...body, events: body.events.map(({ report, seq, leaf, sealed }) => ({ report, seq, leaf, sealed })) });

/** Grants of a case for people, and for recovery where its recipient is given. */
export async function grantsFor(grant, people, recovery = null) {
  const whom = people.map(({ member, recipient }) => ({ member, recipient }));
  if (recovery) whom.push({ member: "recovery", recipient: recovery });
  return Promise.all(whom.map(async ({ member, recipient }) => ({ member, sealed: toBase64(await sealCaseGrant(grant, recipient)) })));
}

/** The keys of reports sealed for a case. */
export async function linksFor({ fileKey, caseId }, links) {
  return Promise.all(links.map(async ({ reportId, keys }) => ({ report: reportId, sealed: toBase64(await sealLink(fileKey, caseId, { reportId, ...keys })) })));
}

async function sealFor(other, { rowId, revision, body }) {
  const sealed = await sealBody(other.file.fileKey, rowAddress(other.file.caseId, rowId, revision), body);
  return { row: rowId, revision, sealed: toBase64(sealed) };
}

async function copyPart(from, to, { document_id: documentId, number }) {
  const { resealPart } = await import("./caseparts.js");
  const sealed = await resealPart(from, to.file, documentId, number);
  return to.tell("parts", { generation: to.file.generation, document: documentId, number, sealed: toBase64(sealed) });
}

