// The page of verify.html: files are read here and nowhere else; nothing is sent, nothing is stored.
import { Malformed, Unverified } from "../../src/amanat/server/static/amanat/bytes.js";
import { verifyReceipt } from "../../src/amanat/server/static/amanat/receipt.js";
import { TEXTS } from "./verify.texts.js";

const byId = (id) => document.getElementById(id);
const chosen = { receipt: null, policy: null };
let language = "en";

/** For whoever checks many receipts: {ok: true, …verdict} or {ok: false, error, what}. */
window.amanatVerify = (receipt, policy, challenge) => {
  try {
    return { ok: true, ...verifyReceipt(receipt, policy, challenge ?? null) };
  } catch (error) {
    if (error instanceof Malformed || error instanceof Unverified) {
      return { ok: false, error: error.name.toLowerCase(), what: error.what, where: error.where };
    }
    throw error;
  }
};

const say = (name) => TEXTS[language][name];

function speak(wanted) {
  language = wanted;
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ur" ? "rtl" : "ltr";
  for (const part of document.querySelectorAll("[data-text]")) part.textContent = say(part.dataset.text);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  byId("answer").replaceChildren();
  drawNames();
}

function drawNames() {
  for (const name of ["receipt", "policy"]) byId(`${name}-name`).textContent = chosen[name]?.name ?? say("none");
}

async function take(name, file) {
  if (!file) return;
  chosen[name] = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  byId("answer").replaceChildren();
  drawNames();
}

/** A dropped file is a policy when it is called so, else a receipt. */
function drop(event) {
  event.preventDefault();
  for (const file of event.dataTransfer?.files ?? []) take(/policy/i.test(file.name) ? "policy" : "receipt", file);
}

function check() {
  if (!chosen.receipt || !chosen.policy) return draw("wrong", say("missing"));
  let policy;
  try {
    policy = new TextDecoder("utf-8", { fatal: true }).decode(chosen.policy.bytes);
  } catch {
    return draw("wrong", say("malformed"));
  }
  const verdict = window.amanatVerify(chosen.receipt.bytes, policy, byId("challenge").value || null);
  if (verdict.ok) return drawVerdict(verdict);
  draw("wrong", say(verdict.error), element("p", `${verdict.where}: ${verdict.what}`, { lang: "en", dir: "ltr", className: "code" }));
}

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}

function draw(kind, title, ...parts) {
  const box = document.createElement("div");
  box.className = kind;
  box.append(element("h2", title), ...parts);
  byId("answer").replaceChildren(box);
}

function drawVerdict(verdict) {
  const list = document.createElement("dl");
  const add = (name, text, properties = {}) => list.append(element("dt", say(name) ?? name), element("dd", text, properties));
  add("log", verdict.origin, { className: "code", dir: "ltr" });
  add("by", verdict.in_log_by ?? say("no-quorum"), verdict.in_log_by ? { dir: "ltr" } : {});
  add("witnesses", verdict.witnesses.join(", ") || say("nobody"), { dir: "auto" });
  add("place", `${verdict.index + 1} / ${verdict.size}`, { dir: "ltr" });
  if (verdict.header) {
    add("kind", say(`kind-${verdict.header.kind}`) ?? verdict.header.kind);
    add("claimed", verdict.header.claimed_time, { dir: "ltr" });
  }
  for (const [name, value] of Object.entries(verdict.payload ?? {})) {
    if (name === "nonce" || value === "") continue;
    add(`payload-${name}`, typeof value === "string" ? value : JSON.stringify(value), { dir: "auto", className: "said" });
  }
  if (verdict.challenge !== null) add("challenge", verdict.challenge, { dir: "auto" });
  draw("right", say("holds"), list, element("p", say(`proves-${verdict.level}`)), element("p", say("not-proves")));
}

for (const name of ["receipt", "policy"]) byId(`${name}-file`).addEventListener("change", (event) => take(name, event.target.files[0]));
for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => speak(button.dataset.language));
byId("check").addEventListener("click", check);
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", drop);
speak(navigator.language.startsWith("ur") ? "ur" : "en");
