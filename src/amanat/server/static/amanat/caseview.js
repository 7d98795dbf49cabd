// A case drawn: its sections, their rows, what two people wrote at once, and what was written before. Words of people
// only ever become textContent. It sends nothing; what somebody presses is told to `on`. Shown right by
// tests/stories/test_case_file.py.
import { buildForm, sayField } from "./caseform.js";
import { element } from "./page.js";

const said = (name, text) => element(name, { className: "said", dir: "auto", textContent: text });
const button = (text, press, kind = "second") => {
  const made = element("button", { type: "button", className: kind, textContent: text });
  made.addEventListener("click", press);
  return made;
};

export class CaseView {
  /** `form` is the form of the case file, `on` has write(section, row, body, …), viewNames(), download(row). */
  constructor({ form, texts, on }) {
    Object.assign(this, { form, texts, on, namesShown: false });
  }

  /** Draw every section into a place; what stands in an open form there is kept. */
  draw(place, file) {
    this.file = file;
    const before = new Map([...place.children].map((part) => [part.dataset.section, part]));
    const unknown = new Set([...file.rows.values()].map((row) => this.kindOf(row)));
    for (const section of this.form.sections) unknown.delete(section.name);
    const others = [...unknown].map((name) => ({ name, label: name === "" ? this.texts.unopened : name, fields: [], other: true }));
    const parts = [...this.form.sections, ...others].map((section) => this.#drawSection(section, before.get(section.name)));
    place.replaceChildren(...parts);
  }

  kindOf(row) {
    return row.heads.find(({ body }) => body !== null)?.body.kind ?? "";
  }

  rowsOf(name) {
    return [...this.file.rows.values()].filter((row) => this.kindOf(row) === name);
  }

  /** What a row is called where another one names it. */
  nameOf(rowId) {
    const row = this.file.rows.get(rowId);
    const head = row?.heads.find(({ body }) => body !== null);
    if (!head) return "?";
    const section = this.form.sections.find(({ name }) => name === head.body.kind);
    const spoken = (section?.fields ?? []).filter(({ private: how }) => how !== "identity");
    const words = spoken.map((field) => [field, head.body.fields[field.name]]).filter(([field, value]) => value && field.kind !== "row");
    const line = words.find(([field]) => field.kind === "line") ?? words.find(([field]) => field.kind === "text") ?? words[0];
    return line ? this.say(line[0], line[1]).slice(0, 80) : "?";
  }

  say(field, value) {
    return sayField(field, value, { texts: this.texts, nameOf: (id) => this.nameOf(id) });
  }

  optionsOf(name) {
    return this.rowsOf(name).map(({ rowId }) => [rowId, this.nameOf(rowId)]);
  }

  #drawSection(section, before) {
    const rows = this.rowsOf(section.name);
    const shown = rows.filter((row) => !this.#isWithdrawn(row));
    const title = element("h2", { textContent: section.single || shown.length === 0 ? section.label : `${section.label} (${shown.length})` });
    const part = element("section", {}, title);
    part.dataset.section = section.name;
    const items = new Map([...(before?.querySelectorAll(":scope > ul > li") ?? [])].map((item) => [item.dataset.drawn, item]));
    // A row that is as it was keeps its element: what somebody is writing in it stays.
    part.append(element("ul", { className: "rows" }, ...rows.map((row) => items.get(this.#sign(row)) ?? this.#drawRow(section, row))));
    const opened = before?.querySelector(":scope > details.add[open]");
    if (opened) part.append(opened);
    else if (!section.other && (!section.single || rows.length === 0)) part.append(this.#drawAdding(section));
    return part;
  }

  #drawAdding(section) {
    const details = element("details", { className: "add" }, element("summary", { textContent: section.add }));
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("form")) return;
      details.append(this.#form(section, { save: { with: (...given) => this.on.add(section, ...given) } }));
    });
    return details;
  }

  #form(section, { values, save }) {
    return buildForm(section, { texts: this.texts, values, optionsOf: (name) => this.optionsOf(name), save });
  }

  #sign(row) {
    return [row.rowId, row.revisions.length, ...row.heads.map(({ revision }) => revision), this.namesShown].join(" ");
  }

  #isWithdrawn(row) {
    return row.heads.every(({ body }) => body?.withdrawn === true);
  }

  #drawRow(section, row) {
    const item = element("li", { className: "row" });
    Object.assign(item.dataset, { row: row.rowId, drawn: this.#sign(row) });
    const heads = row.heads.filter(({ body }) => body !== null);
    if (row.heads.length > 1) item.append(element("p", { className: "error", textContent: this.texts.conflict }));
    for (const head of row.heads) item.append(...this.#drawHead(section, row, head));
    if (row.heads.length > 1 && heads.length === row.heads.length) item.append(...this.#drawResolving(section, row));
    if (row.revisions.length > row.heads.length) item.append(this.#drawHistory(section, row));
    return item;
  }

  #drawHead(section, row, head) {
    if (head.body === null) return [element("p", { className: "error", textContent: this.texts.unopened })];
    const one = row.heads.length === 1;
    const parts = [head.body.withdrawn ? this.#drawWithdrawn(section, head) : this.#drawFields(section, head.body), this.#drawWho(head)];
    if (head.body.file && !head.body.withdrawn) parts.push(button(this.texts.download, () => this.on.download(row.rowId, head.body.file)));
    if (one && !section.other) parts.push(this.#drawChanging(section, row, head));
    return parts;
  }

  #drawWithdrawn(section, head) {
    const details = element("details", {}, element("summary", { textContent: this.texts.withdrawn }));
    details.append(this.#drawFields(section, head.body));
    return details;
  }

  #drawFields(section, body) {
    const list = element("dl");
    const known = new Map(section.fields.map((field) => [field.name, field]));
    for (const [name, value] of Object.entries(body.fields)) {
      if (known.has(name)) continue;
      list.append(element("dt", { textContent: name }), said("dd", value));
    }
    for (const field of section.fields) {
      const value = body.fields[field.name];
      if (value === undefined) continue;
      list.append(element("dt", { textContent: field.label }), this.#drawValue(field, value));
    }
    if (body.file) list.append(element("dt", { textContent: this.texts["document-name"] }), said("dd", `${body.file.name} (${Math.ceil(body.file.size / 1024)} KiB)`));
    return list;
  }

  #drawValue(field, value) {
    if (field.private !== "identity" || this.namesShown) return said("dd", this.say(field, value));
    return element("dd", {}, element("span", { className: "covered", textContent: this.texts.covered }));
  }

  #drawWho({ author, day, revision }) {
    const line = element("p", { className: "quiet when" });
    line.append(element("bdi", { textContent: author }), " · ", element("time", { dateTime: day, textContent: day }));
    if (revision > 1) line.append(" · ", `${this.texts.version} ${revision}`);
    return line;
  }

  #drawChanging(section, row, head) {
    const details = element("details", { className: "change" }, element("summary", { textContent: this.texts.change }));
    details.addEventListener("toggle", () => {
      if (!details.open || details.childElementCount > 1) return;
      const hidden = section.fields.some(({ name, private: how }) => how === "identity" && head.body.fields[name]) && !this.namesShown;
      if (hidden) return details.append(element("p", { className: "help", textContent: this.texts["names-first"] }));
      const parents = [head.revision];
      const revise = (fields) => this.on.revise(section, row, { fields, parents, file: head.body.file, withdrawn: false });
      details.append(this.#form(section, { values: head.body.fields, save: { with: revise, revises: true } }));
      const take = () => this.on.revise(section, row, { fields: head.body.fields, parents, file: head.body.file, withdrawn: true });
      if (!section.single && !head.body.withdrawn) details.append(button(this.texts.withdraw, take));
    });
    return details;
  }

  /** Two versions: a person keeps one, or writes a third; both stay in the history. */
  #drawResolving(section, row) {
    const parents = row.heads.map(({ revision }) => revision);
    const keep = (head, at) => button(`${this.texts["keep-this"]} ${at + 1}`, () =>
      this.on.revise(section, row, { fields: head.body.fields, parents, file: head.body.file, withdrawn: head.body.withdrawn }));
    const details = element("details", { className: "resolve" }, element("summary", { textContent: this.texts["write-one"] }));
    const together = Object.assign({}, ...row.heads.map(({ body }) => body.fields));
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("form")) return;
      const write = (fields) => this.on.revise(section, row, { fields, parents, file: row.heads[0].body.file, withdrawn: false });
      details.append(this.#form(section, { values: together, save: { with: write, revises: true } }));
    });
    return [element("p", { className: "buttons" }, ...row.heads.map(keep)), details];
  }

  #drawHistory(section, row) {
    const heads = new Set(row.heads);
    const earlier = row.revisions.filter((one) => !heads.has(one)).reverse();
    const details = element("details", { className: "history" }, element("summary", { textContent: `${this.texts.history} (${earlier.length})` }));
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("dl")) return;
      for (const one of earlier) {
        details.append(one.body === null ? element("p", { textContent: this.texts.unopened }) : this.#drawFields(section, one.body), this.#drawWho(one));
      }
    });
    return details;
  }
}

/** Show only rows that hold every word; how many there are. Covered names are not searched until they are shown. */
export function searchIn(place, words) {
  const wanted = words.normalize("NFC").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const item of place.querySelectorAll("li.row")) {
    const text = [...item.querySelectorAll("dl, .when")].map((part) => part.textContent).join(" ").normalize("NFC").toLocaleLowerCase();
    item.hidden = !wanted.every((word) => text.includes(word));
    found += item.hidden ? 0 : 1;
  }
  for (const part of place.querySelectorAll("section")) part.hidden = wanted.length > 0 && !part.querySelector("li.row:not([hidden])");
  return found;
}
