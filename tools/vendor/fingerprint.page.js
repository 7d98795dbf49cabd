// The page of fingerprint.html: the desk with its worker and its texts inside, in two languages. Shown right by
// tests/browser/test_fingerprint.py.
import { openDesk } from "../../src/amanat/server/static/amanat/fingerprint-desk.js";
import TEXTS from "./fingerprint.texts.json";
import source from "worker-source";

let language = "en";
const say = (name) => TEXTS[name][language];
const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
const draw = openDesk({ worker, say });

function speak(wanted) {
  language = wanted;
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ur" ? "rtl" : "ltr";
  for (const part of document.querySelectorAll("[data-text]")) part.textContent = say(part.dataset.text);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  draw();
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => speak(button.dataset.language));
}
speak(navigator.language.startsWith("ur") ? "ur" : "en");
