// Forms that are data: the fields of a section become inputs, and inputs become the fields of a row. Which fields
// there are is in the form of the case file (docs/reference/case-form.md). It seals nothing and sends nothing.
// Shown right by tests/stories/test_case_file.py.
import { parseEdtf, sayEdtf } from "./edtf.js";
import { element } from "./page.js";

let made = 0;

/** A form for a section: what was written before in it, `options` for the rows that a field may choose. */
export function buildForm(section, { texts, values = {}, optionsOf, save }) {
  const form = element("form");
  form.dataset.seal = section.name;
  for (const field of section.fields) form.append(...buildField(field, values[field.name] ?? "", { texts, optionsOf }));
  if (section.attach && !save.revises) form.append(...buildAttachment(texts));
  form.append(element("p", { className: "form-status" }));
  form.lastChild.setAttribute("role", "status");
  form.append(element("p", {}, element("button", { type: "submit", textContent: texts.save })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form, section, save, texts);
  });
  return form;
}

function buildAttachment(texts) {
  const id = `field-${(made += 1)}`;
  const help = element("p", { id: `${id}-help`, className: "help", textContent: texts["document-help"] });
  const input = element("input", { id, type: "file", name: "file" });
  input.setAttribute("aria-describedby", help.id);
  return [element("label", { htmlFor: id, textContent: texts["document-file"] }), help, input];
}

function buildField(field, value, { texts, optionsOf }) {
  const id = `field-${(made += 1)}`;
  const label = element("label", { htmlFor: id, textContent: field.required ? `${field.label} *` : field.label });
  const help = field.help ?? { date: texts["date-help"] }[field.kind] ?? (field.private === "identity" ? texts["identity-help"] : null);
  const input = buildInput(field, value, { texts, optionsOf });
  Object.assign(input, { id, name: field.name, autocomplete: "off" });
  if (field.kind === "check") return [element("label", { className: "check", htmlFor: id }, input, ` ${field.label}`)];
  const parts = [label];
  if (help) {
    parts.push(element("p", { id: `${id}-help`, className: "help", textContent: help }));
    input.setAttribute("aria-describedby", `${id}-help`);
  }
  parts.push(input);
  if (field.kind === "date") parts.push(dateInWords(input, texts));
  return parts;
}

function buildInput(field, value, { texts, optionsOf }) {
  if (field.kind === "text") return element("textarea", { className: "short", dir: "auto", maxLength: 40_000, value });
  if (field.kind === "check") return element("input", { type: "checkbox", checked: value === "yes" });
  if (field.kind === "choice" || field.kind === "row") {
    const options = field.kind === "choice" ? field.choices.map(({ name, label }) => [name, label]) : optionsOf(field.of);
    const select = element("select", {}, element("option", { value: "", textContent: texts["not-chosen"] }));
    select.append(...options.map(([name, label]) => element("option", { value: name, textContent: label })));
    // What was chosen stays, also when the form does not have it any more.
    if (value !== "" && !options.some(([name]) => name === value)) select.append(element("option", { value, textContent: value }));
    select.value = value;
    return select;
  }
  return element("input", { type: "text", dir: field.kind === "date" ? "ltr" : "auto", maxLength: 1000, value });
}

/** Below a date, what it means; it follows the typing. */
function dateInWords(input, texts) {
  const line = element("p", { className: "help date-words" });
  line.setAttribute("aria-live", "polite");
  const say = () => {
    const text = input.value.trim();
    line.textContent = text === "" ? "" : parseEdtf(text) === null ? texts["date-wrong"] : sayEdtf(text, texts, document.documentElement.lang);
  };
  input.addEventListener("input", say);
  say();
  return line;
}

async function submit(form, section, save, texts) {
  const status = form.querySelector(".form-status");
  const { fields, wrong } = readForm(form, section, texts);
  const tell = (text, isWrong) => {
    status.classList.toggle("error", isWrong);
    status.textContent = text;
  };
  if (wrong !== null) {
    tell(wrong.text, true);
    return wrong.input.focus();
  }
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  tell(texts.sending, false);
  try {
    const outcome = await save.with(fields, form.elements.namedItem("file")?.files[0] ?? null, (text) => tell(text, false));
    if (outcome !== null) tell(texts[outcome] ?? texts["not-saved"], true);
  } catch {
    tell(texts["not-saved"], true);
  } finally {
    button.disabled = false;
  }
}

/** The fields of a form, and the first input that is wrong. */
function readForm(form, section, texts) {
  const fields = {};
  for (const field of section.fields) {
    const input = form.elements.namedItem(field.name);
    const value = field.kind === "check" ? (input.checked ? "yes" : "") : input.value.trim();
    input.removeAttribute("aria-invalid");
    const wrong = wrongIn(field, value, texts);
    if (wrong !== null) {
      input.setAttribute("aria-invalid", "true");
      return { fields, wrong: { input, text: `${field.label}: ${wrong}` } };
    }
    if (value !== "") fields[field.name] = value;
  }
  return { fields, wrong: null };
}

function wrongIn(field, value, texts) {
  if (value === "") return field.required ? texts.needed : null;
  return field.kind === "date" && parseEdtf(value) === null ? texts["date-wrong"] : null;
}

/** What a field says, in words. */
export function sayField(field, value, { texts, nameOf }) {
  if (field.kind === "date") return sayEdtf(value, texts, document.documentElement.lang);
  if (field.kind === "check") return value === "yes" ? texts.yes : "";
  if (field.kind === "choice") return field.choices.find(({ name }) => name === value)?.label ?? value;
  return field.kind === "row" ? nameOf(value) : value;
}
