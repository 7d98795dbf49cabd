// What an institution sees of a referral: who asks, for what, by which law and when, the chosen words, the consent.
import { parseTime } from "./bytes.js";
import { element, timeElement } from "./page.js";

/** Draw the package as its sender saw it. */
export function drawPackage(place, content, shown, texts) {
  const list = element("dl");
  const add = (name, ...parts) => list.append(element("dt", { textContent: name }), element("dd", {}, ...parts));
  const said = (text) => element("span", { className: "said", dir: "auto", textContent: text });
  add(texts["from-whom"], element("bdi", { textContent: content.organisation }));
  add(texts["to-whom"], element("bdi", { textContent: content.institution }));
  add(texts["field-request"], said(content.request));
  for (const [name, text] of content.chosen) add(name, said(text));
  add(texts["field-consent"], said(content.consent || "–"));
  if (content.law !== "") add(texts.law, said(content.law));
  const due = shown.due ?? content.due_time;
  if (due !== null) add(texts.due, timeElement(parseTime(due)));
  add(texts["reporter-sees"], texts[`sees-${content.sees}`] ?? content.sees);
  place.replaceChildren(list, ...drawWhy(shown.clock_words, texts));
}

function drawWhy(words, texts) {
  if (words.length === 0) return [];
  const lines = element("ol");
  lines.append(...words.map((text) => element("li", { textContent: text, dir: "auto" })));
  return [element("details", {}, element("summary", { textContent: texts["due-why"] }), lines)];
}
