// "Is there news?" without opening the thread: the words stay here, and the file is the same for everybody.
import { derive } from "./keys.js";
import { byId, readTexts } from "./page.js";
import { countKnown, fetchUpdates } from "./updates.js";
import { fromWords } from "./words.js";

const texts = readTexts("news-texts");
const { updates, log } = byId("asking").dataset;

async function look() {
  const line = byId("news-status");
  let secret;
  try {
    secret = fromWords(byId("return-words").value);
  } catch {
    line.textContent = texts.words;
    return;
  }
  line.textContent = texts.looking;
  try {
    const found = countKnown(await fetchUpdates(updates, `${log}promise-key.txt`), derive(secret).threadKey);
    line.textContent = found === 0 ? texts.none : `${texts.some} ${found}`;
  } catch {
    line.textContent = texts.failed;
  }
}

byId("return-look").addEventListener("click", look);
byId("return-look").disabled = false;
