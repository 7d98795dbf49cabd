// Makes a member's key in their browser: only the recipient and the wrapped identity leave it. Shown right by
// tests/browser/test_unlock.py.
import { toBase64 } from "./bytes.js";
import { byId, readTexts, send } from "./page.js";
import { newIdentity, wrapIdentity } from "./seal.js";
import { passphraseOf } from "./unlock.js";

const texts = readTexts("texts");
const making = byId("making");
// The key that was sent last, with its passphrase: when the answer was lost, the same bytes are sent again.
let made = null;

function say(name) {
  byId("status").textContent = texts[name];
}

const isShort = (passphrase) => passphrase.length < 16 && passphrase.split(/\s+/).filter(Boolean).length < 4;

async function make() {
  const passphrase = passphraseOf(byId("key-passphrase").value);
  if (isShort(passphrase)) return say("short");
  if (passphraseOf(byId("key-passphrase-again").value) !== passphrase) return say("differ");
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
  if (made?.passphrase !== passphrase) made = { passphrase, key: await makeKey(passphrase) };
  const headers = { "X-CSRFToken": making.querySelector("[name=csrfmiddlewaretoken]").value };
  const options = { credentials: "same-origin", headers, referrerPolicy: "same-origin" };
  const { status } = await send(making.dataset.key, made.key, options);
  // 409: there is a key already, and the next page asks for its passphrase.
  if (status !== 201 && status !== 409) throw new Error("not kept");
}

async function makeKey(passphrase) {
  const { identity, recipient } = await newIdentity();
  return { recipient, wrapped: toBase64(await wrapIdentity(identity, passphrase)) };
}

byId("make-key").addEventListener("click", make);
