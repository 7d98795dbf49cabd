// The fields that a referral may take over from a report: none is taken by itself, each can be shortened.
import { element } from "./page.js";

export const ANSWERS = ["text", "where", "when", "relation", "known_by"];

/** Draw a box to tick and a field to edit for each answer; ticking fills in what was reported. */
export function fieldsOf(place, answers, texts) {
  place.replaceChildren(...ANSWERS.map((name) => drawField(name, String(answers[name] ?? ""), texts)));
}

function drawField(name, answer, texts) {
  const box = element("input", { type: "checkbox", id: `refer-use-${name}` });
  const field = element("textarea", { id: `refer-field-${name}`, className: "short", dir: "auto", autocomplete: "off", maxLength: 20000, hidden: true });
  field.setAttribute("aria-label", texts[`field-${name}`]);
  box.addEventListener("change", () => {
    field.hidden = !box.checked;
    if (box.checked && field.value === "") field.value = answer;
  });
  return element("div", {}, element("label", { className: "check" }, box, ` ${texts[`field-${name}`]}`), field);
}
