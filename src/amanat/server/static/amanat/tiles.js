// Reading a log from its tiles and entry bundles: C2SP tlog-tiles. Whole bundles and tiles are fetched, never
// "the proof for index i", so that whoever serves them learns little. Kept in memory for the life of the page.
// Shown right by tests/browser/test_log.py.
import { Malformed, concat, equal, sha256, toHex } from "./bytes.js";

const WIDTH = 256;
const HASH_BYTES = 32;

/** The path below the log's address: tile/0/x001/x234/067.p/8. */
export function tilePath(level, number, width = WIDTH) {
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g);
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${name}${width < WIDTH ? `.p/${width}` : ""}`;
}

/** The entries of a bundle. */
export function parseBundle(bytes) {
  const entries = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + (bytes[at] << 8) + bytes[at + 1];
    if (!(end <= bytes.length) || entries.length === WIDTH) throw new Malformed("cut off, or too long", "entry bundle");
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

const leafHash = (entry) => sha256(concat(Uint8Array.of(0), entry));
const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

function rootOf(hashes) {
  if (hashes.length === 1) return hashes[0];
  const middle = hashes.length / 2;
  return nodeHash(rootOf(hashes.slice(0, middle)), rootOf(hashes.slice(middle)));
}

// The largest power of two below a size, by arithmetic because sizes may pass 2^31.
function splitPoint(size) {
  let point = 1;
  while (point * 2 < size) point *= 2;
  return point;
}

/** A log at an address such as "/log/". */
export class LogReader {
  constructor(base) {
    this.base = base;
    this.kept = new Map();
  }

  /** The newest checkpoint, as its note. */
  async checkpointBytes() {
    return this.fetch("checkpoint");
  }

  /** The leaves of bundle `number` in the tree of `size` leaves. */
  async bundle(number, size) {
    const width = Math.min(WIDTH, size - number * WIDTH);
    return parseBundle(await this.read("entries", number, width)).slice(0, width);
  }

  /** Where each tag stands in the tree of `size` leaves, hex tag to index; scans every bundle from `from` on. */
  async findTags(tags, size, from = 0) {
    const wanted = new Set(tags.map(toHex));
    const found = new Map();
    for (let number = Math.floor(from / WIDTH); number * WIDTH < size; number += 1) {
      for (const [at, leaf] of (await this.bundle(number, size)).entries()) {
        const tag = toHex(leaf.subarray(16, 32));
        if (wanted.has(tag)) found.set(tag, number * WIDTH + at);
      }
    }
    return found;
  }

  /** The path from the leaf at `index` to the root of the tree of `size` leaves. */
  async inclusionProof(index, size) {
    let [low, high] = [0, size];
    const path = [];
    while (high - low > 1) {
      const middle = low + splitPoint(high - low);
      const [from, to] = index < middle ? [middle, high] : [low, middle];
      path.unshift(await this.rangeRoot(from, to, size));
      [low, high] = index < middle ? [low, middle] : [middle, high];
    }
    return path;
  }

  /** Whether a leaf stands at an index. */
  async holds(leaf, index, size) {
    const found = (await this.bundle(Math.floor(index / WIDTH), size))[index % WIDTH];
    return found !== undefined && equal(leafHash(found), leafHash(leaf));
  }

  async rangeRoot(low, high, size) {
    const width = high - low;
    if (Number.isInteger(Math.log2(width))) return this.node(Math.round(Math.log2(width)), low / width, size);
    const middle = low + splitPoint(width);
    return nodeHash(await this.rangeRoot(low, middle, size), await this.rangeRoot(middle, high, size));
  }

  async node(level, index, size) {
    const [tileLevel, height] = [Math.floor(level / 8), level % 8];
    const first = index * 2 ** height;
    const number = Math.floor(first / WIDTH);
    const filled = Math.floor(size / 2 ** (8 * tileLevel));
    const bytes = await this.read(tileLevel, number, Math.min(WIDTH, filled - number * WIDTH));
    const at = (first % WIDTH) * HASH_BYTES;
    const part = bytes.subarray(at, at + HASH_BYTES * 2 ** height);
    if (part.length !== HASH_BYTES * 2 ** height) throw new Malformed("its length does not fit", "tile");
    return rootOf(Array.from({ length: 2 ** height }, (_, n) => part.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES)));
  }

  /** A tile or a bundle; a partial one may be gone once the full one exists. */
  async read(level, number, width) {
    const path = tilePath(level, number, width);
    if (!this.kept.has(path)) {
      this.kept.set(path, await this.fetch(path).catch((error) => {
        if (width === WIDTH) throw error;
        return this.fetch(tilePath(level, number));
      }));
    }
    return this.kept.get(path);
  }

  async fetch(path) {
    const options = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-cache" };
    const answer = await fetch(`${this.base}${path}`, options);
    if (!answer.ok) throw new Error(`the log does not give ${path}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}
