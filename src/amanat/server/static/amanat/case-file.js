// The page of one case: unlocked, opened, written in, handed over, closed. Its parts: casedesk.js talks to the server,
// caseview.js draws, caseform.js makes the forms, handover.js and casejoin.js move keys. Later stages put sections on it
// (server/cases/sections.py); their scripts listen to #file for amanat:opened, detail {links}: the keys of each report,
// and for amanat:locked. Plain words live in this page's memory and go nowhere but into a seal. Shown right by tests/stories/test_case_file.py.
import { byId, element, readTexts, saveFile } from "./page.js";
import { Desk, newId } from "./casedesk.js";
import { fetchDocument, readDocument, sendDocument } from "./caseparts.js";
import { CaseView, searchIn } from "./caseview.js";
import { keepDoor, say } from "./door.js";
import { wireKeeping } from "./casekeeping.js";

const place = byId("file");
const texts = readTexts("texts");
const form = JSON.parse(byId("case-form").textContent);
const on = { add, revise, download };
const view = new CaseView({ form, texts, on });
let desk = null;

/** Fetch and open the case; the answer draws it. */
async function open(identity) {
  const opened = await new Desk({ ...place.dataset, identity }).read();
  return () => {
    desk = opened;
    draw();
    tell();
  };
}

/** Tell the sections of later stages whose reports these are; one that listens late finds it in place.opened. */
function tell() {
  place.opened = { links: desk.reportLinks };
  place.dispatchEvent(new CustomEvent("amanat:opened", { detail: place.opened }));
}

function forget() {
  desk = place.opened = null;
  place.dispatchEvent(new CustomEvent("amanat:locked"));
  view.namesShown = false;
  view.file = null;
  keeping.forget();
  for (const id of ["sections", "reports", "steps", "split-rows", "search-status", "act-status"]) byId(id).replaceChildren();
  byId("title").textContent = "";
  for (const input of byId("opened").querySelectorAll("input, textarea")) input.value = "";
}

/** Draw what the desk holds now. */
export function draw() {
  if (desk === null) return;
  view.draw(byId("sections"), desk.file);
  const title = desk.file.rows.values().next().value;
  byId("title").textContent = title === undefined ? "" : view.nameOf(title.rowId);
  drawReports();
  byId("steps").replaceChildren(...desk.file.steps.map(drawStep));
  byId("show-names").hidden = view.namesShown || !hasNames();
  searchIn(byId("sections"), byId("search").value);
  keeping.draw(desk);
}

function hasNames() {
  const covered = new Set(form.sections.flatMap(({ fields }) => fields.filter(({ private: how }) => how === "identity").map(({ name }) => name)));
  return [...desk.file.rows.values()].some(({ revisions }) => revisions.some(({ body }) => Object.keys(body?.fields ?? {}).some((name) => covered.has(name))));
}

function drawReports() {
  const items = desk.reportLinks.map(({ reportId, received, state, keys }) => {
    const code = element("code", { textContent: reportId.slice(0, 8) });
    const link = element("a", { href: `${place.dataset.reports}${reportId}/` }, `${texts.report} `, element("bdi", {}, code));
    const item = element("li", {}, element("h3", {}, link), element("p", { className: "quiet", textContent: `${texts[`report-${state}`]} · ${received}` }));
    if (keys === null) item.append(element("p", { className: "error", textContent: texts.unopened }));
    return item;
  });
  byId("reports").replaceChildren(...items);
}

function drawStep({ kind, author, about, day, reason, sealed }) {
  const item = element("li", {}, element("h3", { textContent: texts[`step-${kind}`] }));
  if (about !== null) item.firstChild.append(" ", element("bdi", { textContent: about }));
  if (reason !== null) item.append(element("p", { className: "said", dir: "auto", textContent: reason }));
  else if (sealed !== "") item.append(element("p", { className: "wrong", textContent: texts.unopened }));
  item.append(element("p", { className: "when" }, element("bdi", { textContent: author }), ` · ${day}`));
  return item;
}

/** Add a row; null when it was saved, or the name of the text that says why not. */
async function add(section, fields, file, tell) {
  const rowId = newId();
  const body = { kind: section.name, fields, parents: [], withdrawn: false };
  if (section.attach) {
    if (file === null) return "document-none";
    const document = await readDocument(file);
    if (document.refused) return document.refused;
    const kept = await sendDocument(desk, rowId, document, (number, parts) => tell(`${texts["document-sending"]} ${number + 1}/${parts}`));
    if (kept === null) return "not-saved";
    body.file = kept;
  }
  return write(rowId, body, section);
}

function revise(section, row, { fields, parents, file, withdrawn }) {
  return write(row.rowId, { kind: section.name, fields, parents, withdrawn, ...(file ? { file } : {}) }, section);
}

async function write(rowId, body, section) {
  const here = desk;
  const outcome = await here.write(rowId, body);
  if (here !== desk) return null;
  if (outcome !== "saved" && outcome !== "both-kept") {
    draw();
    say("act-status", texts[outcome], { wrong: true });
    return outcome;
  }
  byId("sections").querySelector(`section[data-section="${CSS.escape(section.name)}"] > details.add[open]`)?.remove();
  draw();
  say("act-status", texts[outcome], { wrong: outcome === "both-kept" });
  return null;
}

async function download(rowId, file) {
  try {
    saveFile(await fetchDocument(desk, rowId, file), file.name);
    say("act-status", "");
  } catch {
    say("act-status", texts["document-unopened"], { wrong: true });
  }
}

/** Names are shown after the threads say that somebody looks, with the reason. */
async function showNames(event) {
  event.preventDefault();
  const reason = byId("names-reason").value.trim();
  if (reason === "") return say("act-status", texts.write, { wrong: true });
  say("act-status", texts.sending);
  const here = desk;
  const outcome = here.reportLinks.length === 0 ? "saved" : await here.noteViewing(reason).catch(() => "not-saved");
  if (here !== desk) return;
  view.namesShown = outcome === "saved";
  if (view.namesShown) byId("names-reason").value = "";
  draw();
  say("act-status", texts[outcome], { wrong: outcome !== "saved" });
}

const keeping = wireKeeping({ texts, form, view, redraw: draw });
byId("show-names").addEventListener("submit", showNames);
byId("search").addEventListener("input", () => {
  const found = searchIn(byId("sections"), byId("search").value);
  byId("search-status").textContent = byId("search").value.trim() === "" ? "" : `${found} ${texts.found}`;
});
await keepDoor({ open, forget });
