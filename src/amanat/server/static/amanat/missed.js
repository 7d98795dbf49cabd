// That a deadline was missed, written into the thread by the first worker's browser that opens the case afterwards.
// The lapse itself needs no step (protocol section 4); this one is for the reader. When two browsers write at once
// the server takes one, and the other finds it there. Shown right by tests/stories/test_missed.py.
import { toBase64 } from "./bytes.js";
import { dueOf } from "./referrals.js";

// What was tried at which length of the thread: an answer that changes nothing is not asked for again.
const tried = new Set();

/** Write the first lapse that nobody has told; the page is read anew afterwards, and the next one follows. */
export async function tellMissed(page) {
  const untold = page.survey.opened.find(({ problem, shown }) => problem === null && shown.is_lapse_untold);
  if (untold === undefined) return;
  const attempt = `${untold.shown.id} ${page.thread.nextSeq}`;
  if (tried.has(attempt)) return;
  tried.add(attempt);
  const event = await page.nextEvent(describe(untold, page.texts));
  const value = { seq: event.seq, leaf: toBase64(event.leaf), sealed: toBase64(event.sealed) };
  const address = page.address.missed.replace(page.address.placeholder, untold.shown.id);
  await page.deliver(page, address, value, event.leaf);
}

function describe(referral, texts) {
  const name = referral.shown.institution_name;
  const due = dueOf(referral);
  return {
    kind: "deadline_missed",
    text: `${texts["told-missed"]} ${name}`,
    more: { referral: referral.shown.id },
    dueTime: due === null ? undefined : new Date(due),
    counterparty: name,
  };
}
