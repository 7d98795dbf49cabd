// PDQ, the definition: pixels in, 256 bits and a quality out. Equal to src/amanat/fingerprint/pdq.py bit for bit:
// every operation rounded to binary32, in the order of docs/reference/fingerprints.md. It does not decode
// (picture.js). Shown right by tests/browser/test_fingerprint.py against tests/vectors/pdq.json.
export const SIDE = 64;
const MIN_SIDE = 5;
const KEPT = 16;
const { fround } = Math;

/** {pdq, quality} of bytes in rows of pixels of so many channels: 1 is grey, 3 RGB, 4 RGB and one to pass over. */
export function pdq(pixels, { rows, columns, channels }) {
  if (Math.min(rows, columns) < MIN_SIDE) return { pdq: "0".repeat(64), quality: 0 };
  const cells = cellsOf(lumaOf(pixels, rows * columns, channels), rows, columns);
  return { pdq: bitsOf(dctOf(cells)), quality: qualityOf(cells) };
}

/** In binary64 and rounded once, so that grey gives the same whether it has one channel or three. */
function lumaOf(pixels, count, channels) {
  if (channels === 1) return Float32Array.from(pixels);
  const luma = new Float32Array(count);
  for (let at = 0, from = 0; at < count; at += 1, from += channels) {
    luma[at] = 0.299 * pixels[from] + 0.587 * pixels[from + 1] + 0.114 * pixels[from + 2];
  }
  return luma;
}

/** The blur, twice along rows then down columns, read at the centres of 64 x 64 cells. Changes `luma`. */
function cellsOf(luma, rows, columns) {
  if (rows === SIDE && columns === SIDE) return luma;
  for (let pass = 0; pass < 2; pass += 1) {
    blurAlong(luma, rows, columns);
    blurDown(luma, rows, columns);
  }
  const cells = new Float32Array(SIDE * SIDE);
  const centre = (cell, side) => Math.floor(((2 * cell + 1) * side) / (2 * SIDE));
  for (let i = 0; i < SIDE; i += 1) {
    for (let j = 0; j < SIDE; j += 1) cells[i * SIDE + j] = luma[centre(i, rows) * columns + centre(j, columns)];
  }
  return cells;
}

/** The window along a side: half a cell, rounded up; how far it looks ahead; and over how many values it stands. */
function windowOf(side) {
  const width = Math.floor((side + 2 * SIDE - 1) / (2 * SIDE));
  const sizeAt = (enters) => Math.min(enters, side - 1) - Math.max(enters - width, -1);
  return { width, ahead: Math.floor((width + 2) / 2) - 1, sizeAt };
}

function blurAlong(values, rows, columns) {
  const { width, ahead, sizeAt } = windowOf(columns);
  for (let row = 0; row < rows; row += 1) {
    const start = row * columns;
    const line = values.slice(start, start + columns);
    let total = 0;
    for (let enters = 0; enters < columns + ahead; enters += 1) {
      if (enters < columns) total = fround(total + line[enters]);
      if (enters >= width) total = fround(total - line[enters - width]);
      if (enters >= ahead) values[start + enters - ahead] = total / sizeAt(enters);
    }
  }
}

/** As along, all columns at once; the last rows that went in are kept, because means are written over them. */
function blurDown(values, rows, columns) {
  const { width, ahead, sizeAt } = windowOf(rows);
  const kept = new Float32Array(width * columns);
  const total = new Float32Array(columns);
  for (let enters = 0; enters < rows + ahead; enters += 1) {
    const place = (enters % width) * columns;
    const leaving = enters >= width ? kept.slice(place, place + columns) : null;
    if (enters < rows) {
      const line = values.subarray(enters * columns, (enters + 1) * columns);
      for (let j = 0; j < columns; j += 1) total[j] += line[j];
      kept.set(line, place);
    }
    if (leaving) for (let j = 0; j < columns; j += 1) total[j] -= leaving[j];
    if (enters >= ahead) divide(values, (enters - ahead) * columns, total, sizeAt(enters));
  }
}

function divide(values, start, total, size) {
  for (let j = 0; j < total.length; j += 1) values[start + j] = total[j] / size;
}

/** How much changes from cell to cell, each step cut to whole hundredths of the range. */
function qualityOf(cells) {
  const step = (from, to) => Math.abs(Math.trunc(fround(fround(fround(cells[from] - cells[to]) * 100) / 255)));
  let total = 0;
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    if (at + SIDE < SIDE * SIDE) total += step(at, at + SIDE);
    if ((at + 1) % SIDE) total += step(at, at + 1);
  }
  return Math.min(100, Math.floor(total / 90));
}

/** Rows 1 to 16 of the 64-point DCT-II; the cosine is binary64, rounded once. */
export function cosines() {
  const scale = fround(Math.sqrt(2 / SIDE));
  const step = Math.PI / 2 / SIDE;
  const one = (_, at) => scale * Math.cos(step * (Math.floor(at / SIDE) + 1) * (2 * (at % SIDE) + 1));
  return Float32Array.from({ length: KEPT * SIDE }, one);
}

/** Both products, each sum from k = 0 to 63 in order. */
function dctOf(cells) {
  const table = cosines();
  const half = new Float32Array(KEPT * SIDE);
  for (let i = 0; i < KEPT; i += 1) {
    for (let j = 0; j < SIDE; j += 1) half[i * SIDE + j] = dot((k) => fround(table[i * SIDE + k] * cells[k * SIDE + j]));
  }
  const both = (i, j) => dot((k) => fround(half[i * SIDE + k] * table[j * SIDE + k]));
  return Float32Array.from({ length: KEPT * KEPT }, (_, at) => both(Math.floor(at / KEPT), at % KEPT));
}

function dot(product) {
  let total = 0;
  for (let k = 0; k < SIDE; k += 1) total = fround(total + product(k));
  return total;
}

/** A bit for each coefficient above the 128th smallest; the last of the last row comes first. */
function bitsOf(coefficients) {
  const middle = coefficients.slice().sort()[127];
  const bits = Array.from(coefficients, (value) => Number(value > middle)).reverse();
  const digit = (_, at) => parseInt(bits.slice(4 * at, 4 * at + 4).join(""), 2).toString(16);
  return Array.from({ length: 64 }, digit).join("");
}
