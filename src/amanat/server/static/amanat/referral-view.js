// Drawing referrals: a list in time for everybody, and beside it a small map of who handed what to whom. Words that
// people wrote only ever become textContent. The texts are those of <template id="referral-texts">.
import { parseTime } from "./bytes.js";
import { element, timeElement } from "./page.js";
import { dueOf, isStanding } from "./referrals.js";

const SVG = "http://www.w3.org/2000/svg";
const [ROW, INDENT, START] = [52, 18, 20];

/** Draw the survey: `places` has map, list and holder; `decorate(item, referral, event)` may add to a step. */
export function drawSurvey(places, survey, texts, decorate = () => {}) {
  places.list.replaceChildren(...survey.opened.map((referral) => drawReferral(referral, survey, texts, decorate)));
  places.map.replaceChildren(...(survey.links.length > 0 ? [drawMap(survey, texts)] : []));
  places.holder.textContent = survey.opened.length === 0 ? texts.none : holderLine(survey, texts);
}

function holderLine({ holders, institutions }, texts) {
  if (holders.length === 0) return texts["held-by-us"];
  return `${texts["held-by"]} ${holders.map((id) => nameOf(id, institutions)).join(", ")}`;
}

const nameOf = (id, institutions) => institutions.find((body) => body.id === id)?.name ?? "?";

/** The state of a referral as its chain has it; a lapse is the passing of its date without an end. */
export function stateOf(referral, now = Date.now()) {
  const { chain } = referral;
  const steps = chain.events.map((event) => event.header?.kind).filter((kind) => kind !== "message" && kind !== "information_requested");
  const state = steps.at(-1) ?? "sent";
  const due = dueOf(referral);
  return ["sent", "delivered", "acknowledged"].includes(state) && due !== null && due <= now ? "lapsed" : state;
}

function drawReferral(referral, survey, texts, decorate) {
  const { shown, chain, problem } = referral;
  const item = element("li", { id: `referral-${shown.id.slice(0, 8)}` });
  item.dataset.state = problem ?? stateOf(referral);
  item.append(element("h3", {}, element("bdi", { textContent: shown.institution_name }), ` · ${texts[`state-${item.dataset.state}`]}`));
  if (problem !== null) {
    item.append(element("p", { className: "wrong", textContent: texts[problem === "erased" ? "erased-all" : "unknown"] }));
    return item;
  }
  item.append(element("p", { textContent: texts[`request-${shown.request}`] }), ...drawNext(referral, texts));
  for (const finding of survey.found.filter((one) => one.referral === shown.id)) item.append(drawFinding(finding, survey, texts));
  item.append(...drawDecision(referral, survey, texts));
  const steps = element("ol", { className: "steps" });
  for (const event of inTime([referral.sending, ...chain.events], referral.doings)) {
    const isDoing = referral.doings.includes(event);
    steps.append(drawStep(event, event === referral.sending, texts, isDoing ? undefined : (part) => decorate(part, referral, event)));
  }
  item.append(steps);
  decorate(item, referral, null);
  return item;
}

/** The steps of a chain with what was done to its clock between them, each at its time. */
function inTime(steps, doings) {
  const merged = [...steps];
  for (const doing of doings) {
    const after = merged.findIndex(({ header }) => header !== null && header.claimed_time > doing.header.claimed_time);
    merged.splice(after === -1 ? merged.length : after, 0, doing);
  }
  return merged;
}

function drawNext(referral, texts) {
  const due = dueOf(referral);
  const state = stateOf(referral);
  const lines = [];
  if (isStanding(referral)) lines.push(element("p", { className: "notice", textContent: texts["clock-stands"] }));
  if (due !== null && ["sent", "delivered", "acknowledged", "lapsed"].includes(state)) {
    lines.push(element("p", {}, `${texts[state === "lapsed" ? "was-due" : "due"]} `, timeElement(due)));
  }
  lines.push(element("p", { className: "quiet", textContent: texts[`next-${state}`] }));
  if (referral.shown.clock_words?.length > 0) lines.push(drawWhy(referral.shown.clock_words, texts));
  return lines;
}

function drawWhy(words, texts) {
  const list = element("ol");
  list.append(...words.map((text) => element("li", { textContent: text, dir: "auto" })));
  return element("details", {}, element("summary", { textContent: texts["due-why"] }), list);
}

function drawFinding({ kind, at, other }, { institutions }, texts) {
  const line = element("p", { className: "wrong finding" });
  line.dataset.finding = kind;
  line.append(texts[`finding-${kind}`]);
  if (kind === "lapse") line.append(" ", timeElement(at));
  else if (other !== null) line.append(" ", element("bdi", { textContent: nameOf(other, institutions) }));
  return line;
}

/** Who decided to ask a body in conflict all the same, and why: it is in the step that sent the referral. */
function drawDecision({ shown, sending }, { institutions }, texts) {
  const conflict = sending.payload?.conflict;
  if (typeof conflict !== "object" || conflict === null) return [];
  const line = element("p", { className: "decision" }, `${texts.decided} `, element("bdi", { textContent: nameOf(conflict.against, institutions) }));
  if (shown.author) line.append(` · ${texts["decided-by"]} `, element("bdi", { textContent: shown.author }));
  return [line, element("p", { className: "said", dir: "auto", textContent: String(conflict.reason) })];
}

/** One step: what it was, its words unless they were withheld, who signed it, when, and where it stands. */
export function drawStep(event, isSending, texts, decorate = () => {}, heading = "h4") {
  const item = element("li");
  item.append(element(heading, { textContent: event.header === null ? texts[event.problem === "erased" ? "step-erased" : "unopened"] : texts[nameOfStep(event, isSending)] }));
  if (event.problem !== null) item.append(element("p", { className: "wrong", textContent: texts[event.problem] ?? texts.broken }));
  if (event.header === null) return item;
  const { counterparty } = event.header;
  if (counterparty !== undefined && !isSending && event.payload?.clock === undefined) item.append(element("p", {}, `${texts[`counterparty-${event.header.kind}`] ?? ""} `, element("bdi", { textContent: counterparty })));
  if (event.withheld) item.append(element("p", { className: "quiet", textContent: texts.withheld }));
  else if (event.payload !== null) item.append(...drawWords(event.payload, texts));
  item.append(drawWhen(event, texts));
  decorate(item);
  return item;
}

function nameOfStep({ header, payload }, isSending) {
  if (isSending) return "step-sent";
  return payload?.clock === undefined ? `step-${header.kind}` : `clock-${payload.clock}`;
}

function drawWords(payload, texts) {
  const parts = [];
  if (payload.text) parts.push(element("p", { className: "said", dir: "auto", textContent: String(payload.text) }));
  if (payload.basis) parts.push(element("p", {}, `${texts.basis} `, element("span", { className: "said", dir: "auto", textContent: String(payload.basis) })));
  if (payload.from === "paper") parts.push(drawPaper(payload, texts));
  if (payload.from === "institution") parts.push(element("p", { className: "quiet", textContent: texts.signed }));
  return parts;
}

function drawPaper({ paper }, texts) {
  const line = element("p", { className: "quiet" }, texts.paper);
  if (paper?.sha256) line.append(" ", element("bdi", {}, element("code", { textContent: paper.sha256 })));
  return line;
}

function drawWhen(event, texts) {
  const line = element("p", { className: "when" }, `${texts.claimed} `, timeElement(parseTime(event.header.claimed_time)));
  if (event.place !== undefined) {
    const place = element("span", { textContent: texts[`place-${event.place}`] ?? "" });
    place.className = event.place === "in-log" || event.place === "waiting" ? "" : "wrong";
    line.append(" · ", place);
  }
  return line;
}

/** The map: a row for each referral, a line from the one it came from. The list beside it says the same in words. */
function drawMap({ opened, links, found }, texts) {
  const rows = links.map((link) => ({ link, referral: opened.find(({ shown }) => shown.id === link.referral) }));
  const svg = svgElement("svg", { "aria-hidden": "true", viewBox: `0 0 360 ${rows.length * ROW}`, class: "chain-map" });
  const isRight = document.documentElement.dir === "rtl";
  const x = (offset) => (isRight ? 360 - offset : offset);
  const at = new Map(rows.map(({ link }, row) => [link.referral, row]));
  const depth = (link) => (link.parent === null ? 0 : 1 + depth(links.find(({ referral }) => referral === link.parent)));
  for (const [row, { link, referral }] of rows.entries()) {
    const [left, top] = [START + depth(link) * INDENT, row * ROW + ROW / 2];
    if (link.parent !== null) svg.append(drawEdge(x, left, top, at.get(link.parent) * ROW + ROW / 2));
    const wrong = found.some((finding) => finding.referral === link.referral);
    svg.append(svgElement("circle", { cx: x(left), cy: top, r: 8, class: `${stateOf(referral)}${wrong ? " wrong" : ""}` }));
    svg.append(drawLabel(x(left + 16), top, isRight, referral.shown.institution_name, texts[`state-${stateOf(referral)}`]));
  }
  return svg;
}

function drawEdge(x, left, top, from) {
  const before = left - INDENT;
  return svgElement("path", { d: `M ${x(before)} ${from + 8} V ${top} H ${x(left - 8)}`, class: "edge" });
}

function drawLabel(left, top, isRight, name, state) {
  const text = svgElement("text", { x: left, y: top - 2, "text-anchor": "start", direction: isRight ? "rtl" : "ltr" });
  text.append(Object.assign(svgElement("tspan", {}), { textContent: name.length > 34 ? `${name.slice(0, 33)}…` : name }));
  text.append(Object.assign(svgElement("tspan", { x: left, dy: 16, class: "state" }), { textContent: state }));
  return text;
}

function svgElement(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
