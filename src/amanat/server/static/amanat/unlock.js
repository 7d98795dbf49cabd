// The unlocked identity of a member: kept only encrypted, under a key that no script can read out, until it is
// locked, unused for 15 minutes, or the session ends (docs/decisions/0005). Shown right by
// tests/browser/test_unlock.py.
import { fromBase64, fromUtf8, random, toBase64, utf8 } from "./bytes.js";
import { ask } from "./page.js";
import { unwrapIdentity } from "./seal.js";

const DATABASE = "amanat";
const STORE = "keys";
const ITEM = "unlocked";
const IDLE = 15 * 60_000;

/** Open the member's identity with their passphrase and keep it; throws Unverified for a wrong one. */
export async function unlock(passphrase, address) {
  const answer = await ask(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no key");
  const { wrapped } = await answer.json();
  const identity = await unwrapIdentity(fromBase64(wrapped), passphrase);
  await keep(identity);
  return identity;
}

/** The identity, if it is unlocked; null otherwise. Using it keeps it unlocked. */
export async function unlocked() {
  const item = sessionStorage.getItem(ITEM);
  if (item === null) return null;
  const { iv, sealed, used } = JSON.parse(item);
  const key = await stored();
  if (key === undefined || Date.now() - used > IDLE) {
    await lock();
    return null;
  }
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64(iv) }, key, fromBase64(sealed));
  sessionStorage.setItem(ITEM, JSON.stringify({ iv, sealed, used: Date.now() }));
  return fromUtf8(new Uint8Array(plain));
}

/** Forget the identity, in this tab and for every other one. */
export async function lock() {
  sessionStorage.removeItem(ITEM);
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(DATABASE);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}

async function keep(identity) {
  const key = (await stored()) ?? (await makeKey());
  const iv = random(12);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, utf8(identity)));
  sessionStorage.setItem(ITEM, JSON.stringify({ iv: toBase64(iv), sealed: toBase64(sealed), used: Date.now() }));
}

async function makeKey() {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await inStore("readwrite", (store) => store.put(key, ITEM));
  return key;
}

const stored = () => inStore("readonly", (store) => store.get(ITEM));

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
