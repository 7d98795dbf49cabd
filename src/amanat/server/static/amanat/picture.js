// What the first bytes of a picture say, and its pixels brought to what people would see: turned as EXIF says, alpha
// laid on white, as src/amanat/fingerprint/image.py does. It does not decode (tools/vendor/fingerprint.worker.js).
// Any bytes give an answer or `Refused`, whose `reason` names a text. Shown right by tests/browser/test_fingerprint.py.
export const MAX_PICTURE_BYTES = 64_000_000;
export const MAX_PIXELS = 50_000_000;
const ORIENTATION = 0x0112;

/** A picture that gets no PDQ: "other", "damaged", "moving", "printing", "large" or "heavy". */
export class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const textAt = (bytes, start, length = 4) => String.fromCharCode(...bytes.subarray(start, start + length));

/** {format, width, height, orientation}; raises `Refused`. */
export function describe(bytes) {
  try {
    const said = headOf(bytes);
    if (!said.width || !said.height) throw new Refused("damaged");
    if (said.width * said.height > MAX_PIXELS) throw new Refused("large");
    return said;
  } catch (error) {
    if (error instanceof RangeError) throw new Refused("damaged");
    throw error;
  }
}

/** Whether a file begins like a picture that is decoded here. */
export function formatOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (textAt(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  return textAt(bytes, 0) === "RIFF" && textAt(bytes, 8) === "WEBP" ? "webp" : null;
}

function headOf(bytes) {
  const format = formatOf(bytes);
  if (!format) throw new Refused("other");
  return { format, orientation: 1, ...{ jpeg: jpegHead, png: pngHead, webp: webpHead }[format](bytes) };
}

function jpegHead(bytes) {
  const view = viewOf(bytes);
  const found = {};
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) throw new Refused("damaged");
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) return found;
    const length = view.getUint16(at + 2);
    Object.assign(found, jpegPart(marker, bytes.subarray(at + 4, at + 2 + length), found));
    at += 2 + length;
  }
}

function jpegPart(marker, part, found) {
  const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
  if (isFrame) {
    const view = viewOf(part);
    if (view.getUint8(5) > 3) throw new Refused("printing");
    return { height: view.getUint16(1), width: view.getUint16(3) };
  }
  const isExif = marker === 0xe1 && textAt(part, 0, 6) === "Exif\0\0";
  return isExif && !found.orientation ? { orientation: orientationOf(part.subarray(6)) } : {};
}

function pngHead(bytes) {
  const view = viewOf(bytes);
  const found = { width: view.getUint32(16), height: view.getUint32(20) };
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (textAt(bytes, at + 4) === "eXIf") {
      found.orientation = orientationOf(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
    }
  }
  return found;
}

function webpHead(bytes) {
  const view = viewOf(bytes);
  const found = {};
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    Object.assign(found, webpPart(textAt(bytes, at), bytes.subarray(at + 8, at + 8 + size), found));
    at += 8 + size + (size % 2);
  }
  return found;
}

function webpPart(name, part, found) {
  const view = viewOf(part);
  const three = (at) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
  if (name === "VP8X") {
    if (view.getUint8(0) & 2) throw new Refused("moving");
    return { width: three(4), height: three(7) };
  }
  if (name === "EXIF") return { orientation: orientationOf(part.subarray(textAt(part, 0, 6) === "Exif\0\0" ? 6 : 0)) };
  if (found.width) return {};
  if (name === "VP8 ") return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
  if (name !== "VP8L") return {};
  const packed = view.getUint32(1, true);
  return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
}

/** 1 to 8; a picture with damaged EXIF is shown as it lies. */
function orientationOf(exif) {
  try {
    const view = viewOf(exif);
    const little = textAt(exif, 0, 2) === "II";
    const first = view.getUint32(4, little);
    for (let entry = 0; entry < view.getUint16(first, little); entry += 1) {
      const at = first + 2 + 12 * entry;
      if (view.getUint16(at, little) === ORIENTATION) return upTo8(view.getUint16(at + 8, little));
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

const upTo8 = (value) => (value >= 1 && value <= 8 ? value : 1);

/** RGBA with its alpha laid on white, in place, rounded as image.py rounds. */
export function layOnWhite(rgba) {
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3];
    if (alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel += 1) {
      const sum = 128 * (rgba[channel] * alpha + 255 * (255 - alpha)) + 128 * 128;
      rgba[channel] = ((sum >> 8) + sum) >> 15;
    }
    rgba[at + 3] = 255;
  }
}

/** {pixels, rows, columns} turned upright from RGBA as it lies. */
export function upright(rgba, { width, height, orientation }) {
  if (orientation === 1) return { pixels: rgba, rows: height, columns: width };
  const swapped = orientation >= 5;
  const [rows, columns] = swapped ? [width, height] : [height, width];
  const from = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
  const to = new Uint32Array(rows * columns);
  const [down, across] = [flipY(orientation), flipX(orientation)];
  for (let row = 0, at = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1, at += 1) {
      const [y, x] = swapped ? [column, row] : [row, column];
      to[at] = from[(down ? height - 1 - y : y) * width + (across ? width - 1 - x : x)];
    }
  }
  return { pixels: new Uint8Array(to.buffer), rows, columns };
}

// Which way the rows and the columns as they lie are read: EXIF's table.
const flipY = (orientation) => [3, 4, 6, 7].includes(orientation);
const flipX = (orientation) => [2, 3, 7, 8].includes(orientation);
