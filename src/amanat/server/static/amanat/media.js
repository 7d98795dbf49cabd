// What may be attached to a case: papers, never pictures, sound or films. Told by their first bytes, not by their
// names: whoever has a recording makes its fingerprint instead, and nobody here keeps or opens it. It cannot look
// for pictures inside a PDF. Shown right by tests/browser/test_media.py.
import { equal, utf8 } from "./bytes.js";

export const MAX_DOCUMENT_BYTES = 16_000_000;
const ascii = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const at = (bytes, start, text) => equal(bytes.subarray(start, start + text.length), ascii(text));
/** What films, pictures, sound and archives begin with. */
const MEDIA = [
  "\xff\xd8\xff", "\x89PNG", "GIF8", "BM", "II*\0", "MM\0*", "II+\0", "MM\0+", "\0\0\x01\0", "8BPS", "\xff\x0a", "\0\0\0\x0cJXL ", "\0\0\0\x0cjP  ",
  "\x1aE\xdf\xa3", "FLV\x01", "\0\0\x01\xba", "\0\0\x01\xb3", "0&\xb2u\x8ef\xcf\x11", ".RMF", "OggS", "fLaC", "ID3", "#!AMR", "caff", "MThd", ".snd", "FORM",
];
const PICTURES_INSIDE = /\.(?:jpe?g|png|gif|bmp|tiff?|webp|hei[cf]|avif|emf|wmf|mp4|mov|m4v|avi|mkv|webm|3gp|mp3|wav|m4a|ogg)$/i;

/** "paper", "media" (never kept), "pictures" (a paper with pictures inside) or "unknown". */
export function kindOf(bytes) {
  // A text may begin like a picture; no picture is a text.
  if (isText(bytes)) return "paper";
  if (isMedia(bytes)) return "media";
  if (at(bytes, 0, "%PDF-")) return "paper";
  return at(bytes, 0, "PK\x03\x04") ? kindOfZip(bytes) : "unknown";
}

function isMedia(bytes) {
  if (MEDIA.some((start) => at(bytes, 0, start))) return true;
  if (at(bytes, 4, "ftyp") || at(bytes, 4, "moov") || at(bytes, 4, "mdat")) return true;
  if (at(bytes, 0, "RIFF") && ["WEBP", "AVI ", "WAVE"].some((kind) => at(bytes, 8, kind))) return true;
  // MPEG audio frames, and the packets of a transport stream.
  if (bytes[0] === 0xff && (bytes[1] & 0xe0) === 0xe0) return true;
  return bytes[0] === 0x47 && bytes.length > 376 && bytes[188] === 0x47 && bytes[376] === 0x47;
}

/** An office file is a ZIP whose list of contents names no picture; any other ZIP is not looked into. */
function kindOfZip(bytes) {
  const names = namesInZip(bytes);
  const isOffice = names.includes("[Content_Types].xml") || (names.includes("mimetype") && names.includes("content.xml"));
  if (!isOffice) return "unknown";
  // A thumbnail of its first page is in many an office file: it is a picture of the paper itself.
  const inside = names.filter((name) => !/^(?:Thumbnails|docProps)\//.test(name));
  return inside.some((name) => PICTURES_INSIDE.test(name) || isArchive(name)) ? "pictures" : "paper";
}

const isArchive = (name) => /\.(?:zip|rar|7z|docx|xlsx|pptx|odt|bin)$/i.test(name);

function namesInZip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names = [];
  for (let start = 0; start + 46 <= bytes.length; start += 1) {
    if (bytes[start] !== 0x50 || !at(bytes, start, "PK\x01\x02")) continue;
    const length = view.getUint16(start + 28, true);
    names.push(new TextDecoder().decode(bytes.subarray(start + 46, start + 46 + length)));
    start += 45 + length;
  }
  return names;
}

function isText(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // Control characters other than tabs and line ends are not of a text; an SVG is a picture.
    return utf8(text).length > 0 && !/[\0-\x08\x0e-\x1f]/.test(text) && !/<svg|data:(?:image|video|audio)\//i.test(text);
  } catch {
    return false;
  }
}
