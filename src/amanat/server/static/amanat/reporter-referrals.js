// The reporter's referrals: the whole chain at the level the worker set, held against the public log in this page,
// with a receipt for each step. Listens to #timeline for amanat:opened (see return.js); nothing is stored.
import { toBase64 } from "./bytes.js";
import { leafHash, salt, tag } from "./leaf.js";
import { byId, element, readTexts, saveFile, send } from "./page.js";
import { formatReceipt } from "./receipt.js";
import { dueOf, openReferrals, survey } from "./referrals.js";
import { drawSurvey, stateOf } from "./referral-view.js";
import { placeThread } from "./thread.js";
import { watch } from "./updates.js";

const place = byId("timeline");
const part = byId("referrals");
const texts = readTexts("referral-texts");
let stopWatching = () => {};

async function load(opened) {
  const answer = await send(part.dataset.reporter, { locator: toBase64(opened.keys.locator) });
  if (!answer.ok) throw new Error("no referrals");
  const { referrals, institutions } = await answer.json();
  const rows = await openReferrals(opened.keys.threadKey, opened.thread, referrals);
  const found = survey({ opened: rows, institutions, threads: [opened.thread] });
  part.hidden = rows.length === 0;
  draw(opened, found);
  const log = await opened.readLog().catch(() => null);
  if (log !== null) {
    for (const { chain } of rows) await placeThread(chain, log.reader, log.checkpoint, Date.now()).catch(() => {});
    draw(opened, found);
  }
  stopWatching();
  stopWatching = watch(part.dataset.updates, opened, rows, () => opened.reload());
}

function draw(opened, found) {
  drawSurvey({ map: byId("referral-map"), list: byId("referral-list"), holder: byId("referral-holder") }, found, texts, (item, referral, event) => {
    if (event === null) item.append(...drawProof(opened, referral));
    else if (event !== referral.sending && event.place === "in-log") item.append(drawReceipts(opened, referral, event));
  });
}

/** A lapse is proven by absence: nobody has to admit it. The whole log since the last step is read for it. */
function drawProof(opened, referral) {
  if (referral.problem !== null || stateOf(referral) !== "lapsed") return [];
  const outcome = element("p", { role: "status" });
  const button = element("button", { type: "button", className: "second", textContent: texts["prove-lapse"] });
  button.addEventListener("click", async () => {
    outcome.textContent = texts["proving"];
    outcome.textContent = texts[await proveLapse(opened, referral).catch(() => "prove-failed")];
  });
  return [element("p", { className: "notice", textContent: texts["lapse-means"] }), button, outcome];
}

/** "lapse-proven" when no next step of this chain is in a tree that was witnessed after the due time. */
export async function proveLapse(opened, referral) {
  const log = await opened.readLog();
  const { inLogBy, size, root } = log.checkpoint;
  if (inLogBy === null || inLogBy < dueOf(referral)) return "prove-early";
  const { chain, keys, sending } = referral;
  const last = (chain.events.at(-1) ?? sending).header;
  const wanted = tag(keys.key, chain.events.length);
  const found = await log.reader.findTags([wanted], size, last.fresh.size, root);
  return found.size === 0 ? "lapse-proven" : "lapse-not-proven";
}

function drawReceipts(opened, referral, event) {
  const line = element("p");
  const levels = event.payload === null ? [2] : [2, 3];
  for (const level of levels) {
    const button = element("button", { type: "button", className: "second", textContent: texts[`receipt-${level}`] });
    button.dataset.receipt = level;
    button.addEventListener("click", () => {
      saveReceipt(opened, referral, event, level).catch(() => button.replaceWith(texts["receipt-failed"]));
    });
    line.append(button, " ");
  }
  return line;
}

/** The receipt of a step of a referral; the chain's own key roots its salt. */
async function saveReceipt(opened, { keys, shown }, event, level) {
  const { note, checkpoint, reader } = await opened.readLog();
  const opening = {
    v: 1,
    level,
    leaf: toBase64(event.leaf),
    header: event.header,
    payload_digest: event.digest,
    salt: toBase64(salt(keys.key, keys.salt0, event.seq)),
  };
  if (level === 3) opening.payload = event.payload;
  const index = event.index ?? (await reader.findLeaf(leafHash(event.leaf), checkpoint.size, 0, checkpoint.root));
  const hashes = await reader.inclusionProof(index, checkpoint.size);
  saveFile(formatReceipt({ opening, index, hashes, checkpoint: note }), `referral-${shown.id.slice(0, 8)}-${event.seq}-level-${level}.tlog-proof`);
}

function forget() {
  stopWatching();
  for (const id of ["referral-list", "referral-map", "referral-holder"]) byId(id).replaceChildren();
}

function fail() {
  part.hidden = false;
  byId("referral-holder").textContent = texts["no-answer"];
}

place.addEventListener("amanat:opened", ({ detail }) => load(detail).catch(fail));
addEventListener("pagehide", forget);
