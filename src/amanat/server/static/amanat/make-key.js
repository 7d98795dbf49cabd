// Makes a member's key in their browser: only the recipient and the wrapped identity leave it.
import { toBase64 } from "./bytes.js";
import { byId, readTexts, send } from "./page.js";
import { newIdentity, wrapIdentity } from "./seal.js";

const texts = readTexts("texts");
const making = byId("making");

function say(name) {
  byId("status").textContent = texts[name];
}

const isShort = (passphrase) => passphrase.length < 16 && passphrase.split(/\s+/).filter(Boolean).length < 4;

async function make() {
  const passphrase = byId("key-passphrase").value.trim();
  if (isShort(passphrase)) return say("short");
  if (byId("key-passphrase-again").value.trim() !== passphrase) return say("differ");
  byId("make-key").disabled = true;
  say("making");
  try {
    await keep(passphrase);
    location.replace(making.dataset.inbox);
  } catch {
    say("failed");
    byId("make-key").disabled = false;
  }
}

async function keep(passphrase) {
  const { identity, recipient } = await newIdentity();
  const wrapped = toBase64(await wrapIdentity(identity, passphrase));
  const headers = { "X-CSRFToken": making.querySelector("[name=csrfmiddlewaretoken]").value };
  const answer = await send(making.dataset.key, { recipient, wrapped }, { credentials: "same-origin", headers, referrerPolicy: "same-origin" });
  if (answer.status !== 201) throw new Error("not kept");
}

byId("make-key").addEventListener("click", make);
