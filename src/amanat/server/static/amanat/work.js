// Proof of work over a leaf, asked for while very many reports arrive. The twin of src/amanat/receipt/work.py.
// Loaded only when it is asked for. Shown right by tests/browser/test_vectors.py against tests/vectors/work.json.
import { Malformed, concat, lengthPrefixed, sha256, u32be, utf8 } from "./bytes.js";

const LABEL = utf8("amanat/work/v1\0");
const MAX_BITS = 32;
// So many attempts between two moments in which the page can draw and be left.
const AT_ONCE = 512;

/** How many zero bits the digest of an attempt begins with. */
export function zeroBits(challenge, leaf, number) {
  const digest = sha256(concat(LABEL, lengthPrefixed(utf8(challenge)), leaf, u32be(number)));
  const at = digest.findIndex((byte) => byte !== 0);
  return at < 0 ? 256 : at * 8 + Math.clz32(digest[at]) - 24;
}

/** The first number that is the work of so many bits; the page stays alive meanwhile. */
export async function findWork(challenge, leaf, bits) {
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_BITS) throw new Malformed("not a number of bits", "work");
  for (let number = 0; number <= 0xffffffff; number += 1) {
    if (zeroBits(challenge, leaf, number) >= bits) return number;
    if (number % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setTimeout(resolve));
  }
  throw new Malformed("no such number", "work");
}
