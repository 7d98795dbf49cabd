// The page /fingerprint/. The worker is loaded at once; afterwards the page asks for nothing more, and its policy would
// not let it. Shown right by tests/stories/test_fingerprint_page.py.
import { byId, readTexts } from "./page.js";
import { openDesk } from "./fingerprint-desk.js";

const texts = readTexts("texts");
openDesk({ worker: new Worker(byId("desk").dataset.worker), say: (name) => texts[name] });
