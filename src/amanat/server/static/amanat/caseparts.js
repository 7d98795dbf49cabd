// Documents of a case: read in this browser, refused when they are pictures or films, sealed in parts, opened again.
// Protocol section 3. Shown right by tests/stories/test_case_file.py.
import { BUCKETS, equal, concat, fromBase64, pad, sha256, toBase64, unpad } from "./bytes.js";
import { partAddress } from "./casefile.js";
import { MAX_DOCUMENT_BYTES, kindOf } from "./media.js";
import { openField, sealField } from "./seal.js";

const PART_BYTES = BUCKETS.at(-1) - 4;

/** What a chosen file is: {refused} with the name of the text that says why, or {bytes, name, type}. */
export async function readDocument(file) {
  if (file.size > MAX_DOCUMENT_BYTES) return { refused: "document-large" };
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length === 0) return { refused: "document-empty" };
  const kind = kindOf(bytes);
  if (kind !== "paper") return { refused: `document-${kind}` };
  return { bytes, name: file.name.slice(0, 200), type: file.type.slice(0, 100) };
}

/** Seal and send the parts of a document; the "file" of its row, or null when a part was not kept. */
export async function sendDocument(desk, documentId, { bytes, name, type }, onward) {
  const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  const { caseId, fileKey, generation } = desk.file;
  for (let number = 0; number < parts; number += 1) {
    onward(number, parts);
    const part = pad(bytes.subarray(number * PART_BYTES, (number + 1) * PART_BYTES));
    const sealed = toBase64(await sealField(fileKey, partAddress(caseId, documentId, number), part));
    const outcome = await desk.tell("parts", { generation, document: documentId, number, sealed });
    if (outcome !== "saved") return null;
  }
  return { name, type, size: bytes.length, sha256: toBase64(sha256(bytes)), parts };
}

/** The bytes of a document, held against its digest. */
export async function fetchDocument(desk, documentId, file) {
  const parts = [];
  for (let number = 0; number < file.parts; number += 1) parts.push(unpad(await openPart(desk, documentId, number)));
  const bytes = concat(...parts);
  if (bytes.length !== file.size || !equal(sha256(bytes), fromBase64(file.sha256, 32))) throw new Error("another document");
  return bytes;
}

async function openPart(desk, documentId, number) {
  const { generation, sealed } = await desk.part(documentId, number);
  return openField(desk.file.keyOf(generation), partAddress(desk.file.caseId, documentId, number), sealed);
}

/** A part sealed for another case, or under a newer key of the same one. */
export async function resealPart(desk, { fileKey, caseId }, documentId, number) {
  return sealField(fileKey, partAddress(caseId, documentId, number), await openPart(desk, documentId, number));
}
