// Takes a file of fingerprints, as /fingerprint/ or `amanat hash --json` writes it, into the text of a report. A line
// keeps what a print needs and nothing else, no name. A file of anything else, a recording above all, is not read
// further than its size or its first line. Shown right by tests/stories/test_fingerprint_page.py.
const MAX_BYTES = 100_000;
const HEX = /^[0-9a-f]{64}$/;
const KEPT = ["bytes", "sha256", "kind", "width", "height", "quality", "pdq"];

/** Adds the lines to the field; says how it went, by the name of a text. */
export async function addPrints(input, field) {
  const file = input.files[0];
  input.value = "";
  const lines = file && file.size <= MAX_BYTES ? linesOf(await file.text()) : [];
  if (!lines.length) return "prints-none";
  const text = [field.value.trimEnd(), lines.join("\n")].filter(Boolean).join("\n\n");
  if (text.length > field.maxLength) return "prints-too-long";
  field.value = text;
  return "prints-added";
}

/** None when any line is not of a print. */
function linesOf(text) {
  const rows = text.split("\n").filter((line) => line.trim()).map(rowOf);
  return rows.every(Boolean) ? rows.map((row) => JSON.stringify(row)) : [];
}

function rowOf(line) {
  try {
    const read = JSON.parse(line);
    if (!HEX.test(read.sha256) || !(read.pdq === undefined || HEX.test(read.pdq))) return null;
    return Object.fromEntries(KEPT.filter((name) => isPlain(read[name])).map((name) => [name, read[name]]));
  } catch {
    return null;
  }
}

const isPlain = (value) => (typeof value === "string" && value.length <= 64) || Number.isSafeInteger(value);
