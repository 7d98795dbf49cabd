// Roots of Merkle trees: RFC 6962 section 2.1, and the frontier that grows a tree without its old leaves. The twin
// of src/amanat/tlog/hashing.py and tree.py. Shown right by tests/browser/test_log.py.
import { concat, sha256 } from "./bytes.js";
import { leafHash } from "./leaf.js";

export { leafHash };

/** The hash of two subtrees. */
export const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** The root over 2^n hashes. */
export function rootOf(hashes) {
  let level = hashes;
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, at) => nodeHash(level[2 * at], level[2 * at + 1]));
  }
  return level[0];
}

/** The largest power of two below a size of at least 2; by arithmetic, because sizes may pass 2^31. */
export function splitPoint(size) {
  let point = 1;
  while (point * 2 < size) point *= 2;
  return point;
}

/** The n of a size of exactly 2^n, else null. */
export function levelOf(size) {
  let [level, reached] = [0, 1];
  while (reached < size) [level, reached] = [level + 1, reached * 2];
  return reached === size ? level : null;
}

/** The roots of the complete subtrees of a tree, largest first: one a bit of its size. */
export class Frontier {
  constructor(size = 0, hashes = []) {
    Object.assign(this, { size, hashes });
  }

  /** The tree with one leaf more. */
  append(hash) {
    this.size += 1;
    let carried = hash;
    for (let rest = this.size; rest % 2 === 0; rest /= 2) carried = nodeHash(this.hashes.pop(), carried);
    this.hashes.push(carried);
  }

  /** The root of the whole tree. */
  root() {
    if (this.hashes.length === 0) return sha256(new Uint8Array(0));
    return this.hashes.reduceRight((right, left) => nodeHash(left, right));
  }
}
