// Opening a case from reports, or putting them into one: their keys are sealed for the case, and each thread says so with
// a leaf. Shown right by tests/stories/test_case_file.py.
import { random } from "./bytes.js";
import { Desk, arePromised, bare, linksFor, newId } from "./casedesk.js";
import { openCase as openNewCase } from "./casejoin.js";
import { askJson, keepDoor, say, sendAsMember } from "./door.js";
import { openCase as openReportKeys } from "./grants.js";
import { byId, readTexts } from "./page.js";

const texts = readTexts("texts");
const { cases, reports, report, recovery, me } = byId("file").dataset;
let opened = null;
let caseId = newId();

async function open(identity) {
  return () => {
    opened = identity;
  };
}

function forget() {
  opened = null;
  byId("case-title").value = "";
}

/** The keys of a report, with grants made for colleagues where there are none yet; null when this member has none. */
async function linkOf(reportId) {
  const address = `${reports}${reportId}/`;
  const load = () => askJson(`${address}thread.json`);
  const { keys } = await openReportKeys({ identity: opened, load, keep: (grants) => sendAsMember(`${address}grants`, { grants }) });
  return { reportId, keys };
}

async function submit(event) {
  event.preventDefault();
  const [into, title] = [byId("into").value, byId("case-title").value.trim()];
  if (into === "" && title === "") {
    byId("case-title").focus();
    return say("act-status", texts.write, { wrong: true });
  }
  const button = byId("opened").querySelector("button[type=submit]");
  button.disabled = true;
  say("act-status", texts.sending);
  const outcome = await keep(into, title).catch((error) => (error.name === "Unverified" ? "unopened" : "not-saved"));
  button.disabled = false;
  say("act-status", texts[outcome], { wrong: outcome !== "saved" });
  if (outcome === "saved") location.assign(`${cases}${into || caseId}/`);
}

async function keep(into, title) {
  const chosen = [...(byId("others")?.querySelectorAll("input:checked") ?? [])].map(({ value }) => value);
  const links = await Promise.all([report, ...chosen].map(linkOf));
  if (links.some(({ keys }) => keys === null)) return "unopened";
  return into === "" ? keepNew(links, title) : keepInto(into, links);
}

async function keepNew(links, title) {
  const { recipient } = await askJson(byId("door").dataset.wrapped);
  const others = [...(byId("colleagues")?.querySelectorAll("input:checked") ?? [])];
  const people = others.map(({ value, dataset }) => ({ member: Number(value), recipient: dataset.recipient }));
  const desk = new Desk({ base: `${cases}${caseId}/`, reports, identity: opened });
  const fresh = { caseId, generation: 1, fileKey: random(32) };
  const outcome = await openNewCase({ fresh, links, title, people: [{ member: Number(me), recipient }, ...people], recovery, desk, texts });
  // The answer was lost, perhaps: a case of this id can only be the one that was sent.
  if (outcome === "changed" && (await desk.read().then(() => true, () => false))) return "saved";
  // What was answered with an error was not kept: another try is another case.
  if (outcome !== "no-answer" && outcome !== "saved") caseId = newId();
  return outcome;
}

async function keepInto(into, links) {
  const desk = await new Desk({ base: `${cases}${into}/`, reports, identity: opened }).read();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const events = await desk.eventsFor(links, "assigned", texts["words-assigned"]);
    const body = { generation: desk.file.generation, links: await linksFor(desk.file, links), events };
    const answer = await sendAsMember(`${cases}${into}/links`, bare(body)).catch(() => null);
    if (answer === null) return "no-answer";
    if (answer.status === 201) return (await arePromised(answer, events)) ? "saved" : "not-promised";
    if (answer.status !== 409) return "not-saved";
    await desk.read();
  }
  return "changed";
}

byId("opened").addEventListener("submit", submit);
byId("into").addEventListener("change", () => {
  byId("new-part").hidden = byId("into").value !== "";
});
await keepDoor({ open, forget });
