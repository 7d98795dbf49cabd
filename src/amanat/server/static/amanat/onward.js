// Making a referral in the browser of whoever sends it: the id, the letter's secret, the sealed package. It asks
// nothing of the server and stores nothing. Shown right by the stories.
import { canonicalJson, fromBase64, pad, parseJson, parseTime, toBase64, unpad } from "./bytes.js";
import { locatorHash } from "./keys.js";
import { letterKeys, referralId, referralKeys, sealPackage } from "./referral.js";
import { openField, sealField } from "./seal.js";
import { newSecret } from "./words.js";

/**
 * A referral below `parentKey`: {id, keys, secret, fields}. `fields` is what may be sent; the rest stays here.
 * `texts` has institution, organisation, request, law, consent, sees and chosen; `due` is the RFC 3339 text of the
 * date by which an answer is due, or null; `startsNow` whether its clock starts with the sending.
 */
export async function makeReferral({ parentKey, number, institution, request, texts, due, startsNow, keep = null }) {
  const id = referralId(parentKey, number);
  const keys = referralKeys(parentKey, id);
  const secret = newSecret();
  const { locator, packageKey } = letterKeys(secret);
  const value = { v: 1, referral_id: id, ref_key: toBase64(keys.key), due_time: due, ...texts };
  const fields = {
    referral_id: id,
    number,
    institution,
    request,
    sees: texts.sees,
    locator_hash: toBase64(locatorHash(locator)),
    package: toBase64(await sealPackage(packageKey, value)),
    kept: keep === null ? "" : toBase64(await sealKept(keep, id, secret)),
    due: startsNow && due !== null ? due : "",
  };
  return { id, keys, secret, fields };
}

const keptAddress = (reportId, id) => ({ caseId: reportId, table: "referral", field: "kept", rowId: id, revision: 0 });

/** The letter's secret for the staff, so that the letter can be printed again. */
function sealKept({ fileKey, reportId }, id, secret) {
  return sealField(fileKey, keptAddress(reportId, id), pad(canonicalJson({ secret: toBase64(secret) })));
}

/** The inverse; null where nothing is kept. */
export async function openKept({ fileKey, reportId }, id, kept) {
  if (kept === "") return null;
  const bytes = unpad(await openField(fileKey, keptAddress(reportId, id), fromBase64(kept)));
  return fromBase64(parseJson(bytes, "kept").secret, 16, "kept");
}

/** What the header says of a date that the server showed: milliseconds, or undefined where no clock starts now. */
export const dueTimeOf = ({ due, startsNow }) => (startsNow && due !== null ? parseTime(due) : undefined);
