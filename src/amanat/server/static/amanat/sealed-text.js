// <sealed-text>: a sealed field that opens in place with the unlocked key. It carries the sealed row, its address and
// the member's grant; what it shows is textContent and nothing else. Shown right by tests/stories/test_case_file.py.
import { fromBase64 } from "./bytes.js";
import { openBody, openCaseGrant, rowAddress } from "./casefile.js";

export class SealedText extends HTMLElement {
  #sealed = null;

  /** Open it with an identity; the text of `unopened` where that does not work. */
  async open(identity, unopened) {
    this.#sealed ??= this.textContent;
    const { case: caseId, row, revision, grant, sealed, field } = this.dataset;
    try {
      const { fileKey } = await openCaseGrant(fromBase64(grant), identity);
      const body = await openBody(fileKey, rowAddress(caseId, row, Number(revision)), fromBase64(sealed));
      this.textContent = body.fields[field] ?? "";
    } catch {
      this.textContent = unopened;
    }
  }

  /** Show again what stood there before it was opened. */
  close() {
    if (this.#sealed !== null) this.textContent = this.#sealed;
  }
}

customElements.define("sealed-text", SealedText);
