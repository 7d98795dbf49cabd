// The keys of a case: opened from a grant, or from the sealed report by whoever is first, who then passes them on.
// Protocol section 3. The server keeps grants it cannot open. Shown right by tests/browser/test_grants.py.
import { Unverified, equal, fromBase64, random, toBase64 } from "./bytes.js";
import { openGrant, openReport, sealGrant } from "./seal.js";

/**
 * Open a case: {keys: {fileKey, threadKey, salt0}, shown}, keys null when this member cannot. `load` fetches what
 * the server shows; `keep` sends grants. Colleagues who have none yet are given one.
 */
export async function openCase({ identity, load, keep }) {
  let shown = await load();
  let keys = await openKeys(identity, shown);
  if (keys === null) return { keys: null, shown };
  const missing = await makeGrants(keys, shown);
  if (missing.length > 0) {
    const answer = await keep(missing);
    // A colleague was first: their file key counts, and this one is forgotten.
    if (answer.status === 409) {
      shown = await load();
      keys = await openKeys(identity, shown);
    } else if (!answer.ok) {
      throw new Error("the grants were not kept");
    }
  }
  return { keys, shown };
}

async function openKeys(identity, shown) {
  const report = await openTheReport(identity, shown);
  if (shown.grant !== null) return openOwnGrant(identity, shown, report);
  // Where somebody holds a grant there is a file key already: a second one would split the case.
  if (report === null || shown.recovery_has_grant || shown.readers.some((reader) => reader.has_grant)) return null;
  return { fileKey: random(32), ...report };
}

/** The keys inside the sealed report; null when it is not sealed to this member. */
async function openTheReport(identity, shown) {
  const report = await openReport(fromBase64(shown.sealed), identity).catch(() => null);
  if (report === null) return null;
  if (report.report_id !== shown.report_id) throw new Unverified("the report of another case", "report");
  return { threadKey: fromBase64(report.thread_key, 32), salt0: fromBase64(report.salt_0, 32) };
}

/** The server chooses which grant it shows; passing on the keys of another case would hand that case over. */
async function openOwnGrant(identity, shown, report) {
  const { caseId, fileKey, threadKey } = await openGrant(fromBase64(shown.grant), identity);
  if (caseId !== shown.report_id || (report !== null && !equal(threadKey, report.threadKey))) {
    throw new Unverified("the grant of another case", "grant");
  }
  return { fileKey, threadKey, salt0: report?.salt0 ?? null };
}

/** Sealed grants for everybody who may read and has none. */
async function makeGrants({ fileKey, threadKey }, shown) {
  const whom = shown.readers.filter((reader) => !reader.has_grant).map(({ member, recipient }) => ({ member, recipient }));
  if (!shown.recovery_has_grant && shown.recovery_recipient !== null) {
    whom.push({ member: "recovery", recipient: shown.recovery_recipient });
  }
  const grant = { caseId: shown.report_id, fileKey, threadKey };
  return Promise.all(whom.map(async ({ member, recipient }) => ({ member, sealed: toBase64(await sealGrant(grant, recipient)) })));
}
