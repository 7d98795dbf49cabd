// Timestamped cosignatures: C2SP tlog-cosignature, Ed25519 and ML-DSA-44. The twin of src/amanat/tlog/cosignature.py.
// Neither kind vouches for the extension lines of a checkpoint. Shown right by tests/receipt/test_agreement.py.
import { Malformed, Unverified, concat, toHex, utf8 } from "./bytes.js";
import { MAX_DECIMAL, MLDSA, checkSignature } from "./note.js";

const TIME_BYTES = 8;
const LABEL = utf8("subtree/v1\n\0");

/** The POSIX time, as a BigInt, at which a witness cosigned the text of a note and the checkpoint that it holds. */
export function checkCosignature({ text, checkpoint, line, verifier }) {
  const needed = TIME_BYTES + (verifier.kind === MLDSA ? 2420 : 64);
  if (line.blob.length !== needed) throw new Malformed(`${needed} bytes are needed`, "cosignature");
  const time = BigInt(`0x${toHex(line.blob.subarray(0, TIME_BYTES))}`);
  if (time > MAX_DECIMAL) throw new Malformed("a time beyond 2^63-1", "cosignature");
  const isTree = verifier.kind === MLDSA;
  const message = isTree ? subtreeMessage(checkpoint, verifier.name, time) : utf8(`cosignature/v1\ntime ${time}\n${text}`);
  checkSignature(verifier, line.blob.subarray(TIME_BYTES), message);
  return time;
}

/** `cosigned_message` of the specification, for the subtree that begins at 0: the whole tree. */
function subtreeMessage({ origin, size, root }, name, time) {
  return concat(LABEL, opaque(name), uint64(time), opaque(origin), uint64(0n), uint64(size), root);
}

function opaque(text) {
  const bytes = utf8(text);
  if (bytes.length > 255) throw new Unverified("a name or origin too long for this type of key", "cosignature");
  return concat(Uint8Array.of(bytes.length), bytes);
}

function uint64(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, number);
  return bytes;
}
