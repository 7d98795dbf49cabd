// The few functions of the sealing bundle that a verifier needs; verify.html takes them in place of it.
export { ed25519 } from "@noble/curves/ed25519.js";
export { hmac } from "@noble/hashes/hmac.js";
export { sha256, sha512 } from "@noble/hashes/sha2.js";
