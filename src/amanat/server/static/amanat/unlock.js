// The unlocked identity of a member: kept only encrypted, under a key that no script can read out, until it is
// locked, unused for 15 minutes, or the session ends (docs/decisions/0005). The ciphertext is this tab's; the key,
// and the moment somebody last used any tab, are all tabs'. Shown right by tests/browser/test_unlock.py.
import { fromBase64, fromUtf8, random, toBase64, utf8 } from "./bytes.js";
import { ask } from "./page.js";
import { unwrapIdentity } from "./seal.js";

const DATABASE = "amanat";
const STORE = "keys";
const ITEM = "unlocked";
const USED = "used";
const IDLE = 15 * 60_000;
const LOOK = 20_000;
let looking = null;
let touched = 0;

/** A passphrase as it is used: what a keyboard adds at the end, or spells in another way, makes no difference. */
export const passphraseOf = (typed) => typed.normalize("NFC").trim();

/** Open the member's identity with their passphrase and keep it; throws Unverified for a wrong one. */
export async function unlock(passphrase, address) {
  const answer = await ask(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no key");
  const { wrapped } = await answer.json();
  const identity = await unwrapIdentity(fromBase64(wrapped), passphraseOf(passphrase));
  await keep(identity);
  return identity;
}

/** The identity, if it is unlocked; null otherwise. Using it keeps it unlocked. */
export async function unlocked() {
  const item = sessionStorage.getItem(ITEM);
  if (item === null) return null;
  if (await isIdle()) {
    await lock();
    return null;
  }
  try {
    const identity = await decrypt(await stored(ITEM), JSON.parse(item));
    await use();
    return identity;
  } catch {
    // Another tab locked, and perhaps unlocked anew: that key is not touched.
    sessionStorage.removeItem(ITEM);
    return null;
  }
}

/** Forget the identity, in this tab and for every other one. */
export async function lock() {
  clearInterval(looking);
  sessionStorage.removeItem(ITEM);
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(DATABASE);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}

async function keep(identity) {
  const key = (await stored(ITEM)) ?? (await makeKey());
  const iv = random(12);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, utf8(identity)));
  sessionStorage.setItem(ITEM, JSON.stringify({ iv: toBase64(iv), sealed: toBase64(sealed) }));
  await use();
}

async function decrypt(key, { iv, sealed }) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64(iv) }, key, fromBase64(sealed));
  return fromUtf8(new Uint8Array(plain));
}

async function makeKey() {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await inStore("readwrite", (store) => store.put(key, ITEM));
  return key;
}

/** Note that this tab is used, and look from now on whether any still is. */
async function use() {
  touched = Date.now();
  await inStore("readwrite", (store) => store.put(touched, USED));
  clearInterval(looking);
  looking = setInterval(look, LOOK);
}

/** Lock when no tab was used for long, or another one locked; what stands on the page goes with it. */
async function look() {
  if (sessionStorage.getItem(ITEM) === null) return clearInterval(looking);
  const used = (await stored(USED)) ?? null;
  if (used === null || Date.now() - Math.max(used, touched) > IDLE) {
    await lock();
    location.reload();
  } else if (touched > used) {
    await inStore("readwrite", (store) => store.put(touched, USED));
  }
}

async function isIdle() {
  const used = (await stored(USED)) ?? 0;
  return Date.now() - used > IDLE;
}

const stored = (name) => inStore("readonly", (store) => store.get(name));

async function inStore(mode, act) {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const request = act(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

/** Somebody is there; after a machine slept, that comes too late to count as use. */
async function renew() {
  if (Date.now() - touched > IDLE) await look();
  touched = Date.now();
}

for (const sign of ["keydown", "pointerdown"]) addEventListener(sign, renew, { capture: true, passive: true });
