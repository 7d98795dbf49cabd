// What grows from the twelve words: HKDF-SHA256 with an empty salt, protocol section 2. The twin of
// src/amanat/sealing/keys.py. Shown right by tests/browser/test_vectors.py.
import { ed25519, hkdf, sha256 as digest } from "../vendor/sealing.mjs";
import { Malformed, concat, sha256, utf8 } from "./bytes.js";

/** HKDF-SHA256 with an empty salt. */
export const expand = (key, info, length = 32) => hkdf(digest, key, undefined, utf8(info), length);

/** All keys of a reporter from the 16 bytes behind the words. */
export function derive(secret) {
  if (secret.length !== 16) throw new Malformed("16 bytes are needed", "secret");
  const authorSeed = expand(secret, "amanat/v1/author");
  return {
    threadKey: expand(secret, "amanat/v1/thread"),
    salt0: expand(secret, "amanat/v1/salt0"),
    authorSeed,
    authorPublic: ed25519.getPublicKey(authorSeed),
    locator: expand(secret, "amanat/v1/locator", 16),
  };
}

/** What the server stores in place of the locator. */
export const locatorHash = (locator) => sha256(concat(utf8("amanat/locator/v1\0"), locator));
