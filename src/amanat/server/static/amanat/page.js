// What the pages share: their texts, asking the server, and drawing text as text.
// Nothing is stored here and nothing is logged; words that people wrote only ever become textContent.

/** The texts of a <template>: its paragraphs by their data-name. The scripts themselves hold no language. */
export function readTexts(id) {
  const found = {};
  for (const part of document.getElementById(id).content.querySelectorAll("[data-name]")) {
    found[part.dataset.name] = part.textContent;
  }
  return found;
}

/** An element by its id. */
export const byId = (id) => document.getElementById(id);

/** A new element with properties, data attributes left to the caller, and children. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const PRIVATELY = { cache: "no-store", referrerPolicy: "no-referrer", redirect: "error" };

/** Ask this server; rejects with a TypeError when no answer comes. `credentials` only on staff pages. */
export function ask(address, options = {}) {
  return fetch(address, { credentials: "omit", ...PRIVATELY, ...options });
}

/** Send a JSON object; resolves to the Response, whatever its status. */
export function send(address, value, options = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", ...options.headers };
  return ask(address, { ...options, method: "POST", body: JSON.stringify(value), headers });
}

/** The bytes of a Response. */
export async function bytesOf(response) {
  return new Uint8Array(await response.arrayBuffer());
}

/** A moment for people, as <time>, in the language of the page unless another one is named. */
export function timeElement(milliseconds, language = document.documentElement.lang) {
  const format = new Intl.DateTimeFormat(`${language}-u-nu-latn`, { dateStyle: "medium", timeStyle: "short" });
  const moment = new Date(milliseconds);
  return element("time", { dateTime: moment.toISOString(), textContent: format.format(moment) });
}

/** Offer bytes as a file; the address is given back at once, nothing is kept. */
export function saveFile(bytes, name) {
  const link = element("a", { href: URL.createObjectURL(new Blob([bytes])), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
