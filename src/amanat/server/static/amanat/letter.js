// The letter that carries a referral's secret: twelve words, a code, and what to do. It is drawn in the browser of
// whoever sends it and printed from there; the server never sees the words (docs/decisions/0034).
import { qr, toSvg } from "../vendor/sealing.mjs";
import { fromBase64, toBase64, utf8 } from "./bytes.js";
import { byId, element, saveFile, timeElement } from "./page.js";
import { sealFor } from "./seal.js";
import { toWords } from "./words.js";

const PREFIX = "#v1.";

/** The address that opens a referral; what follows the # is sent to nobody. */
export function addressOf(base, secret) {
  const text = toBase64(secret).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${base}${PREFIX}${text}`;
}

/** The secret in the part of an address after the #, null when there is none. */
export function secretOf(fragment) {
  if (!fragment.startsWith(PREFIX)) return null;
  try {
    const text = fragment.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/");
    return fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, "="), 16, "letter");
  } catch {
    return null;
  }
}

/** The letter as an age file for an institution that has a key: the same words and address, for nobody else. */
export function sealLetter({ secret, base, recipient }) {
  return sealFor(utf8(`${toWords(secret).join(" ")}\n${addressOf(base, secret)}\n`), [recipient]);
}

/**
 * Draw the letter, ready to be printed, in the language of the <template id="letter-…">. `facts` has institution,
 * organisation, referralId and dueTime in milliseconds or null.
 */
export function drawLetter({ secret, base, language, facts }) {
  const template = byId(`letter-${language}`);
  const texts = {};
  for (const part of template.content.querySelectorAll("[data-name]")) texts[part.dataset.name] = part.textContent;
  const sheet = element("section", { className: "sheet letter", lang: language, dir: template.dir });
  const address = new URL(`/${language}${new URL(base).pathname}`, base).href;
  sheet.append(...drawHead(facts, texts, language), ...drawWords(secret, address, texts), ...drawFoot(texts));
  for (const old of document.querySelectorAll("main > .sheet.letter")) old.remove();
  document.querySelector("main").append(sheet);
  return sheet;
}

function drawHead({ institution, organisation, referralId, dueTime }, texts, language) {
  const list = element("dl");
  const add = (name, ...content) => list.append(element("dt", { textContent: texts[name] }), element("dd", {}, ...content));
  add("to", element("bdi", { textContent: institution }));
  add("from", element("bdi", { textContent: organisation }));
  add("number", element("bdi", {}, element("code", { textContent: referralId.slice(0, 8) })));
  if (dueTime !== null) add("due", timeElement(dueTime, language));
  return [element("h1", { textContent: texts.title }), list, element("p", { textContent: texts.what })];
}

function drawWords(secret, address, texts) {
  const words = element("ol", { className: "words", dir: "ltr", lang: "en" });
  words.append(...toWords(secret).map((word) => element("li", { textContent: word })));
  const code = element("div", { className: "code-of-sheet" });
  code.append(toSvg(qr(addressOf(address, secret)), document));
  return [
    element("h2", { textContent: texts.how }),
    element("p", {}, `${texts.go} `, element("bdi", {}, element("code", { textContent: address }))),
    element("p", { textContent: texts.type }),
    words,
    element("p", { textContent: texts.scan }),
    code,
  ];
}

const drawFoot = (texts) => ["do-acknowledge", "do-answer", "do-paper", "keep"].map((name) => element("p", { textContent: texts[name] }));

/** Show what leads to the letter: its words on paper in two languages, or a sealed file where there is a key. */
export function showLetter({ secret, base, facts, recipient, texts }) {
  const place = byId("letter-out");
  const heading = element("h3", { textContent: texts["letter-title"], tabIndex: -1 });
  place.replaceChildren(heading, element("p", { textContent: texts["letter-once"] }));
  if (recipient !== "") place.append(buttonOf(texts["letter-sealed"], () => saveSealed({ secret, base, recipient, facts })));
  for (const language of ["en", "ur"]) {
    place.append(buttonOf(texts[`letter-print-${language}`], () => printLetter({ secret, base, language, facts }), language));
  }
  place.append(element("p", { className: "quiet", textContent: texts["letter-apart"] }));
  heading.focus();
}

function buttonOf(text, act, language = "") {
  const button = element("button", { type: "button", className: "second", textContent: text });
  if (language !== "") button.dataset.print = language;
  else button.dataset.sealed = "";
  button.addEventListener("click", act);
  return element("p", {}, button);
}

function printLetter(letter) {
  drawLetter(letter);
  print();
}

async function saveSealed({ secret, base, recipient, facts }) {
  saveFile(await sealLetter({ secret, base, recipient }), `letter-${facts.referralId.slice(0, 8)}.age`);
}
