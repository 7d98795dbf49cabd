// What went wrong on the way of a request: lapses, bounces, conflicts of interest. In the page, because which body
// is named in a case, and which one a refusal points to, is sealed. The twin of
// src/amanat/server/referrals/rules/chains.py. Shown right by tests/browser/test_findings.py.

/** Who oversees an institution, nearest first; a circle ends where it would begin. */
export function oversight(institution, overseers) {
  const found = [];
  let above = overseers.get(institution) ?? null;
  while (above !== null && above !== institution && !found.includes(above)) {
    found.push(above);
    above = overseers.get(above) ?? null;
  }
  return found;
}

/** The named institution that stands against this one: itself, or the nearest that oversees it; null if none. */
export function inConflict(institution, named, overseers) {
  return [institution, ...oversight(institution, overseers)].find((body) => named.has(body)) ?? null;
}

/** The independent bodies to go to instead, the best first; whoever had the request already is left out. */
export function proposals(institution, { takes, named, overseers, hadIt = new Set() }) {
  const above = oversight(institution, overseers).filter((body) => takes.includes(body));
  return [...new Set([...above, ...takes])].filter(
    (body) => body !== institution && !hadIt.has(body) && inConflict(body, named, overseers) === null,
  );
}

/** The institutions that hold the request now, in the order it came to them; none: it is with the organisation. */
export function holders(links) {
  const open = links.filter((link) => link.closed === null).sort(inOrder);
  return [...new Set(open.map((link) => link.institution))];
}

/**
 * Every lapse, bounce and conflict up to now. A link is {referral, institution, sent, closed, outcome, parent,
 * cites, due}, moments in milliseconds, null for none; a finding {kind, referral, institution, at, other}.
 */
export function findings(links, { named, overseers, now }) {
  const found = links.flatMap((link) => [
    ...lapse(link, now),
    ...bounce(link, links),
    ...hollow(link, links),
    ...conflict(link, named, overseers),
  ]);
  const key = ({ referral, kind }) => `${referral} ${kind}`;
  return found.sort((a, b) => a.at - b.at || (key(a) < key(b) ? -1 : 1));
}

const inOrder = (a, b) => a.sent - b.sent || (a.referral < b.referral ? -1 : 1);

const finding = (kind, { referral, institution }, at, other = null) => ({ kind, referral, institution, at, other });

function lapse(link, now) {
  const until = link.closed ?? now;
  return link.due !== null && link.due <= until ? [finding("lapse", link, link.due)] : [];
}

function bounce(link, links) {
  const seen = new Set([link.referral]);
  let before = links.find((other) => other.referral === link.parent);
  while (before !== undefined && !seen.has(before.referral)) {
    if (before.institution === link.institution) return [finding("return", link, link.sent, link.institution)];
    seen.add(before.referral);
    const { parent } = before;
    before = links.find((other) => other.referral === parent);
  }
  return [];
}

/** From the refusal on, follow the open actions of the cited body as long as one overlaps the next. */
function hollow(link, links) {
  if (link.outcome !== "refused" || link.closed === null || link.cites === null || link.cites === link.institution) return [];
  let moment = link.closed;
  for (const other of links.filter((one) => one.institution === link.cites).sort(inOrder)) {
    if (other.sent > moment) break;
    if (other.closed === null) return [];
    moment = Math.max(moment, other.closed);
  }
  return [finding("hollow", link, moment, link.cites)];
}

function conflict(link, named, overseers) {
  const against = inConflict(link.institution, named, overseers);
  return against === null ? [] : [finding("conflict", link, link.sent, against)];
}
