// Twelve words for sixteen random bytes: BIP-39, the English list. The twin of src/amanat/sealing/words.py, to
// the white space it forgives. Shown right by tests/browser/test_vectors.py.
import { entropyToMnemonic, mnemonicToEntropy, wordlist } from "../vendor/sealing.mjs";
import { Malformed, random } from "./bytes.js";

const SECRET_BYTES = 16;
const WORD_COUNT = 12;
const KNOWN = new Set(wordlist);
// What Python takes for white space; \s of this language differs by six characters.
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/** Sixteen fresh random bytes, the root of everything a reporter holds. */
export const newSecret = () => random(SECRET_BYTES);

/** The twelve words of a secret. */
export function toWords(secret) {
  if (secret.length !== SECRET_BYTES) throw new Malformed("16 bytes are needed", "secret");
  return entropyToMnemonic(secret, wordlist).split(" ");
}

/** The secret of twelve words; names the first unknown one by its number, never by itself. */
export function fromWords(text) {
  const words = text.toLowerCase().split(SPACES).filter(Boolean);
  if (words.length !== WORD_COUNT) throw new Malformed(`${words.length} words where ${WORD_COUNT} are needed`, "words");
  const unknown = words.findIndex((word) => !KNOWN.has(word));
  if (unknown >= 0) throw new Malformed("not in the list of words", `word ${unknown + 1}`);
  try {
    return mnemonicToEntropy(words.join(" "), wordlist);
  } catch {
    throw new Malformed("checksum", "words");
  }
}
