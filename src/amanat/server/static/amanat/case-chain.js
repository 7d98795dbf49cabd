// The referrals of a whole case on its page: those of every report in it as one chain in time, with who holds what now,
// and the rules that find lapses, bounces and conflicts over all of them. Listens to #file (see case-file.js) and
// writes nothing: each is sent, answered and stopped on the page of its report. Shown right by
// tests/stories/test_case_file.py.
import { parseTime } from "./bytes.js";
import { byId, element, readTexts } from "./page.js";
import { survey } from "./referrals.js";
import { drawSurvey } from "./referral-view.js";
import { readTogether } from "./together.js";

const place = byId("file");
const texts = { ...readTexts("referral-texts"), ...readTexts("case-chain-texts") };
let turns = 0;

async function load({ links }) {
  const turn = (turns += 1);
  try {
    const read = await readTogether(links, place.dataset.reports);
    if (turn === turns) draw(read, links.length - read.length);
  } catch {
    if (turn === turns) say(texts["no-answer"]);
  }
}

function draw(read, unread) {
  const from = new Map(read.flatMap(({ reportId, opened }) => opened.map((referral) => [referral, reportId])));
  const opened = [...from.keys()].sort((a, b) => sentAt(a) - sentAt(b));
  const found = survey({ opened, institutions: read[0]?.institutions ?? [], threads: read.map(({ thread }) => thread) });
  drawSurvey({ map: byId("referral-map"), list: byId("referral-list"), holder: byId("referral-holder") }, found, texts, (item, referral, event) => {
    if (event === null) item.append(drawLink(from.get(referral)));
  });
  say(unread > 0 ? texts["some-unread"] : "");
}

/** When a referral was sent, as far as is known: what cannot be opened stands at the end. */
const sentAt = ({ sending }) => (sending?.header ? parseTime(sending.header.claimed_time) : Infinity);

function drawLink(reportId) {
  const code = element("bdi", {}, element("code", { textContent: reportId.slice(0, 8) }));
  return element("p", {}, element("a", { href: `${place.dataset.reports}${reportId}/#referrals` }, `${texts["on-report"]} `, code));
}

function say(text) {
  byId("referral-status").textContent = text;
}

function forget() {
  turns += 1;
  for (const id of ["referral-list", "referral-map", "referral-holder", "referral-status"]) byId(id).replaceChildren();
}

place.addEventListener("amanat:opened", ({ detail }) => load(detail));
place.addEventListener("amanat:locked", forget);
if (place.opened) load(place.opened);
