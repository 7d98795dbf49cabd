// The list of cases: titles open in place, and a search that goes through the cases in this browser, so that the server
// does not learn what is looked for. Nothing found is stored. Shown right by tests/stories/test_case_file.py.
import { Desk } from "./casedesk.js";
import { sayField } from "./caseform.js";
import { askJson, keepDoor, say } from "./door.js";
import { byId, element, readTexts } from "./page.js";
import "./sealed-text.js";

const texts = readTexts("texts");
const form = JSON.parse(byId("case-form").textContent);
const { held, cases } = byId("search-form").dataset;
const titles = () => [...document.querySelectorAll("sealed-text")];
let identity = null;
let searches = 0;

async function open(opened) {
  await Promise.all(titles().map((title) => title.open(opened, texts.unopened)));
  return () => {
    identity = opened;
  };
}

function forget() {
  identity = null;
  searches += 1;
  for (const title of titles()) title.close();
  byId("search").value = "";
  byId("found").replaceChildren();
  byId("search-status").textContent = "";
}

async function search(event) {
  event.preventDefault();
  const words = plain(byId("search").value).split(/\s+/).filter(Boolean);
  const turn = (searches += 1);
  byId("found").replaceChildren();
  if (words.length === 0) return say("search-status", "");
  let [count, failed] = [0, 0];
  const { cases: ids } = await askJson(held);
  for (const [at, id] of ids.entries()) {
    if (turn !== searches) return;
    say("search-status", `${texts.searching} ${at + 1}/${ids.length}`);
    try {
      const desk = await new Desk({ base: `${cases}${id}/`, reports: "", identity }).read();
      if (turn !== searches) return;
      const hits = hitsIn(desk, words);
      count += hits.length;
      byId("found").append(...hits.map((hit) => drawHit(id, hit)));
    } catch {
      failed += 1;
    }
  }
  say("search-status", `${count} ${texts.found}. ${failed > 0 ? texts.partly : ""}`, { wrong: failed > 0 });
}

const plain = (text) => text.normalize("NFC").toLocaleLowerCase();

/** The rows that hold every word in what is written or chosen, names left out. */
function hitsIn(desk, words) {
  const hits = [];
  for (const row of desk.file.rows.values()) {
    for (const { body } of row.heads) {
      if (body === null || body.withdrawn) continue;
      const line = lineOf(body);
      if (words.every((word) => plain(line.text).includes(word))) hits.push(line);
    }
  }
  return hits;
}

function lineOf({ kind, fields }) {
  const section = form.sections.find(({ name }) => name === kind);
  const open = (section?.fields ?? []).filter(({ private: how, name }) => how !== "identity" && fields[name]);
  const text = open.map((field) => sayField(field, fields[field.name], { texts, nameOf: () => "" })).filter(Boolean).join(" · ");
  return { label: section?.label ?? kind, text };
}

function drawHit(id, { label, text }) {
  const link = element("a", { href: `${cases}${id}/` }, `${label} `, element("bdi", {}, element("code", { textContent: id.slice(0, 8) })));
  return element("li", {}, element("h3", {}, link), element("p", { className: "said", dir: "auto", textContent: text.slice(0, 300) }));
}

byId("search-form").addEventListener("submit", search);
await keepDoor({ open, forget });
