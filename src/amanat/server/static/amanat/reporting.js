// Making a report in the reporter's browser: words, keys, leaf, seal, and the check of what is promised for it.
// Protocol sections 2 to 5. Loaded behind the form. It stores nothing and asks nothing of the server.
import { equal, fromBase64, random, sha256, toBase64, toHex } from "./bytes.js";
import { derive, locatorHash } from "./keys.js";
import { header, leafHash, makeLeaf, newPayload } from "./leaf.js";
import { openPromise, parsePolicy, verifyCheckpoint } from "./log.js";
import { sealRecord, sealReport } from "./seal.js";
import { newSecret, toWords } from "./words.js";
import { qr, toSvg } from "../vendor/sealing.mjs";

const EMPTY_ROOT = sha256(new Uint8Array());

/** The newest checkpoint the log shows, verified, as `fresh` has it; of an empty log when there is none. */
export async function freshFrom(checkpoint, policyText) {
  if (checkpoint.length === 0) return { size: 0, root: EMPTY_ROOT };
  const { size, root } = await verifyCheckpoint(checkpoint, parsePolicy(policyText));
  return { size, root };
}

/** Seal the answers: {words, locator, body, isPromised}. `body` is what may be sent; the rest stays here. */
export async function makeReport(answers, intake) {
  const secret = newSecret();
  const keys = derive(secret);
  const reportId = toHex(random(16));
  const fresh = await freshFrom(new TextEncoder().encode(intake.checkpoint), intake.policy);
  const head = header({ seq: 0, kind: "received", claimedTime: new Date(), prevLeafHash: null, fresh, authorPublic: keys.authorPublic });
  const payload = newPayload(answers);
  const leaf = makeLeaf({ threadKey: keys.threadKey, salt0: keys.salt0, header: head, payload });
  const body = await seal({ keys, reportId, head, payload, leaf, recipients: intake.recipients });
  return { words: toWords(secret), locator: keys.locator, body, isPromised: (note) => isPromised(note, leaf, intake) };
}

async function seal({ keys, reportId, head, payload, leaf, recipients }) {
  const { threadKey, salt0, authorPublic } = keys;
  const report = {
    v: 1, report_id: reportId, thread_key: toBase64(threadKey), salt_0: toBase64(salt0),
    author_public: toBase64(authorPublic), header: head, payload,
  };
  return {
    report_id: reportId,
    locator_hash: toBase64(locatorHash(keys.locator)),
    sealed: toBase64(await sealReport(report, recipients)),
    leaf: toBase64(leaf),
    record: toBase64(await sealRecord(threadKey, reportId, { header: head, payload })),
  };
}

/** Whether a signed note promises this leaf, by the key the page was given before anything was sent. */
export function isPromised(note, leaf, intake) {
  try {
    const promise = openPromise(note, intake.promise_key.trim());
    return promise.origin === intake.origin && equal(promise.leafHash, leafHash(leaf));
  } catch {
    return false;
  }
}

/** The 64 bytes of a leaf as it is sent. */
export const bytesOfLeaf = (text) => fromBase64(text, 64, "leaf");

/** Draw the code of a locator: it finds a sealed report and opens nothing. */
export function drawLocator(place, locator) {
  const code = qr(`amanat-locator:v1:${toBase64(locator)}`);
  place.replaceChildren(toSvg(code, document));
}
