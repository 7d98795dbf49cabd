// Reading a log from its tiles and entry bundles: C2SP tlog-tiles. Whole bundles and tiles are fetched, never
// "the proof for index i", so that whoever serves them learns little. Kept in memory for the life of the page.
// The twin of src/amanat/tlog/tile.py and audit.py. Shown right by tests/browser/test_log.py.
import { Malformed, Unverified, equal, toHex } from "./bytes.js";
import { Frontier, leafHash, levelOf, nodeHash, rootOf, splitPoint } from "./tree.js";

const WIDTH = 256;
const HASH_BYTES = 32;
const [EVENT_BYTES, CLASS_AT, TAG_START, TAG_END] = [64, 15, 16, 32];

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
    const leaves = parseBundle(await this.read("entries", number, width));
    // A bundle that is too short would make a leaf look absent.
    if (leaves.length < width) throw new Malformed("its length does not fit", "entry bundle");
    return leaves.slice(0, width);
  }

  /**
   * Where each tag stands in the tree of `size` leaves, hex tag to index; reads every bundle from the one of `from`
   * on. That a tag is absent is proven only when the root is given: Unverified unless just these leaves make it.
   */
  async findTags(tags, size, from = 0, root = null) {
    const wanted = new Set(tags.map(toHex));
    const found = new Map();
    await this.scan(size, from, root, (leaf, index) => {
      if (leaf.length !== EVENT_BYTES || leaf[CLASS_AT] !== 0) return;
      const tag = toHex(leaf.subarray(TAG_START, TAG_END));
      if (wanted.has(tag) && !found.has(tag)) found.set(tag, index);
    });
    return found;
  }

  /** Where the leaf of a hash stands, or null; `root` as in findTags. */
  async findLeaf(hash, size, from = 0, root = null) {
    let found = null;
    await this.scan(size, from, root, (leaf, index) => {
      if (found === null && equal(leafHash(leaf), hash)) found = index;
    });
    return found;
  }

  async scan(size, from, root, visit) {
    const start = Math.floor(Math.min(from, size) / WIDTH);
    const tree = root === null ? null : await this.frontier(start * WIDTH, size);
    for (let number = start; number * WIDTH < size; number += 1) {
      for (const [at, leaf] of (await this.bundle(number, size)).entries()) {
        visit(leaf, number * WIDTH + at);
        tree?.append(leafHash(leaf));
      }
    }
    if (tree !== null && !equal(tree.root(), root)) {
      throw new Unverified("the entries do not make the root that was signed", "log");
    }
  }

  /** The complete subtrees over the first `count` leaves, whose entries are not read. */
  async frontier(count, size) {
    const hashes = [];
    for (let low = 0; low < count; ) {
      // The largest power of two that still fits, not only one below.
      const width = splitPoint(count - low + 1);
      hashes.push(await this.node(levelOf(width), low / width, size));
      low += width;
    }
    return new Frontier(count, hashes);
  }

  /** The path from the leaf at `index` to the root of the tree of `size` leaves. */
  async inclusionProof(index, size) {
    if (!(index >= 0 && index < size)) throw new Unverified("there is no such leaf in the tree", "log");
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

  async rangeRoot(low, high, size) {
    const width = high - low;
    const level = levelOf(width);
    if (level !== null) return this.node(level, low / width, size);
    const middle = low + splitPoint(width);
    return nodeHash(await this.rangeRoot(low, middle, size), await this.rangeRoot(middle, high, size));
  }

  async node(level, index, size) {
    const [tileLevel, height] = [Math.floor(level / 8), level % 8];
    const first = index * 2 ** height;
    const number = Math.floor(first / WIDTH);
    const filled = Math.floor(size / 2 ** (8 * tileLevel));
    const width = Math.min(WIDTH, filled - number * WIDTH);
    const bytes = await this.read(tileLevel, number, width);
    if (bytes.length % HASH_BYTES !== 0 || bytes.length < width * HASH_BYTES) {
      throw new Malformed("its length does not fit", "tile");
    }
    const at = (place) => bytes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
    return rootOf(Array.from({ length: 2 ** height }, (_, n) => at((first % WIDTH) + n)));
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
