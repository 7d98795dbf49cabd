// The time that a policy is for: comments at the head of its file, decision record 0017. The twin of
// src/amanat/tlog/window.py. Shown right by tests/receipt/test_agreement.py.
import { Malformed, Unverified, parseTime } from "./bytes.js";

const MEANT = /^[ \t]*#[ \t]*valid-(?:from|until)\b/i;
const WRITTEN = /^# valid-(from|until): (.*)$/;

/** {from, until} in milliseconds, both inside; null where it has no end. */
export function parseWindow(text) {
  const found = { from: null, until: null };
  let isHead = true;
  for (const [at, line] of text.split("\n").entries()) {
    if (MEANT.test(line)) addEnd(found, line, isHead, `policy, line ${at + 1}`);
    isHead = isHead && /^[ \t]*(?:#|$)/.test(line);
  }
  if (found.from !== null && found.until !== null && found.from > found.until) {
    throw new Malformed("valid until before it is valid from", "policy");
  }
  return found;
}

function addEnd(found, line, isHead, where) {
  const written = WRITTEN.exec(line);
  if (written === null) throw new Malformed("not written `# valid-from: TIME` or `# valid-until: TIME`", where);
  const [, name, time] = written;
  const moment = parseTime(time, where);
  if (!isHead) throw new Malformed("a time of validity below the first line", where);
  if (found[name] !== null) throw new Malformed("a second one", where);
  found[name] = moment;
}

/** Raise Unverified unless the moment is inside; one that nobody knows is inside of no limit. */
export function checkWindow({ from, until }, moment) {
  if (from === null && until === null) return;
  if (moment === null) throw new Unverified("the policy is for a time, and no witness says when this was", "policy");
  if ((from !== null && moment < from) || (until !== null && moment > until)) {
    throw new Unverified("the policy is for another time", "policy");
  }
}
