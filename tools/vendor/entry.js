// What static/vendor/sealing.mjs offers; everything else in these packages is left out of the bundle.
// `overrides` in package.json holds all packages to one @noble/curves and one @noble/hashes, the newest: typage's
// @noble/post-quantum asks for older ones, which would be in the bundle a second time (15 KB compressed).
export { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
export { ed25519 } from "@noble/curves/ed25519.js";
export { hkdf } from "@noble/hashes/hkdf.js";
export { hmac } from "@noble/hashes/hmac.js";
export { sha256, sha512 } from "@noble/hashes/sha2.js";
export { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
export { wordlist } from "@scure/bip39/wordlists/english.js";
export { generate as qr } from "lean-qr";
export { toSvg } from "lean-qr/extras/svg";
