// ML-DSA-44 (FIPS 204: pure, with an empty context), fetched only once a policy names a key of this type: most name
// none, and a phone need not wait for it. It holds no key and knows no note. Shown right by
// tests/receipt/test_agreement.py and tests/browser/test_receipts.py.
let loaded = null;

/** Fetch the code, once; `holdsMldsa` needs it. */
export async function loadMldsa() {
  loaded ??= await import("../vendor/mldsa.mjs");
}

/** Whether the signature of 2420 bytes is by this key of 1312 bytes on exactly this message. */
export function holdsMldsa(publicKey, signature, message) {
  // Never "does not hold": what was not checked must not look as if it had been.
  if (loaded === null) throw new Error("loadMldsa comes first");
  return loaded.ml_dsa44.verify(signature, message, publicKey);
}
