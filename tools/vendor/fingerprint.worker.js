// The worker that fingerprints files: a file in, {bytes, sha256, …} out. Decoders are WebAssembly inside this script, so
// nothing is fetched, and no canvas is used, because browsers change what is read from one. Each picture gets a fresh
// decoder, so a hostile one cannot harm the next. Nothing is kept. Shown right by tests/browser/test_fingerprint.py.
import jpegCode from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import pngCode from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import startPng, { decode as decodePng } from "@jsquash/png/codec/pkg/squoosh_png.js";
import webpCode from "@jsquash/webp/codec/dec/webp_dec.wasm";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { pdq } from "../../src/amanat/server/static/amanat/pdq.js";
import { MAX_PICTURE_BYTES, Refused, describe, formatOf, layOnWhite, upright } from "../../src/amanat/server/static/amanat/picture.js";

const PIECE = 4_000_000;
const compiled = {};

const DECODERS = {
  // The JPEG decoder is told not to turn the picture: `upright` does it for all of them.
  jpeg: (bytes) => emscripten(jpegDecoder, compiled.jpeg, [bytes, false]),
  webp: (bytes) => emscripten(webpDecoder, compiled.webp, [bytes]),
  png: async (bytes) => {
    await startPng(compiled.png);
    return decodePng(bytes);
  },
};

async function emscripten(factory, module, given) {
  let cut = false;
  const instantiateWasm = (imports, done) => {
    const instance = new WebAssembly.Instance(module, imports);
    done(instance);
    return instance.exports;
  };
  // The JPEG decoder fills what is missing with grey and only says so.
  const printErr = (text) => {
    cut ||= /premature end/i.test(text);
  };
  const decoder = await factory({ noInitialRun: true, instantiateWasm, printErr });
  const image = decoder.decode(...given);
  return cut ? null : image;
}

async function picturePrint(file, start) {
  if (!formatOf(start)) throw new Refused("other");
  if (file.size > MAX_PICTURE_BYTES) throw new Refused("heavy");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const said = describe(bytes);
  const image = await decoded(said, bytes);
  layOnWhite(image.data);
  const { pixels, rows, columns } = upright(image.data, { ...said, width: image.width, height: image.height });
  return { kind: "picture", width: columns, height: rows, ...pdq(pixels, { rows, columns, channels: 4 }) };
}

async function decoded({ format, width, height }, bytes) {
  let image;
  try {
    image = await DECODERS[format](bytes);
  } catch {
    // Decoders throw whatever they stumble over.
  }
  if (image?.width !== width || image.height !== height) throw new Refused("damaged");
  return image;
}

async function digestOf(file) {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += PIECE) {
    hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    postMessage({ progress: Math.min(1, (at + PIECE) / file.size) });
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function fingerprint(file) {
  if (file.size === 0) return { refused: "empty" };
  try {
    const start = new Uint8Array(await file.slice(0, 16).arrayBuffer());
    const row = { bytes: file.size, sha256: await digestOf(file) };
    return { row, ...(await printOf(file, start, row)) };
  } catch {
    return { refused: "unreadable" };
  }
}

async function printOf(file, start, row) {
  try {
    const { kind, width, height, quality, pdq: print } = await picturePrint(file, start);
    return { row: { ...row, kind, width, height, quality, pdq: print } };
  } catch (error) {
    return { refused: error instanceof Refused ? error.reason : "heavy" };
  }
}

onmessage = async ({ data: { file } }) => postMessage({ done: await fingerprint(file) });

async function prepare() {
  const codes = { jpeg: jpegCode, png: pngCode, webp: webpCode };
  for (const [name, code] of Object.entries(codes)) compiled[name] = await WebAssembly.compile(code);
  postMessage({ ready: true });
}

prepare().catch(() => postMessage({ ready: false }));
