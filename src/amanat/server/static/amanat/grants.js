// The keys of a case: opened from a grant, or from the sealed report by whoever is first, who then passes them on.
// Protocol section 3. The server keeps grants it cannot open. Shown right by tests/browser/test_grants.py.
import { fromBase64, random, toBase64 } from "./bytes.js";
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
  const report = await openReport(fromBase64(shown.sealed), identity).catch(() => null);
  const salt0 = report === null ? null : fromBase64(report.salt_0, 32);
  if (shown.grant !== null) {
    const { fileKey, threadKey } = await openGrant(fromBase64(shown.grant), identity);
    return { fileKey, threadKey, salt0 };
  }
  if (report === null) return null;
  return { fileKey: random(32), threadKey: fromBase64(report.thread_key, 32), salt0 };
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
