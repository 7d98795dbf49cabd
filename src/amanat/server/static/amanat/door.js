// The locked and the opened side of a staff page: passphrase, lock button, and what a page does in between.
// A page has #door (data-wrapped), #locked, #opened and #status, and texts in its #texts or #door-texts.
import { byId, readTexts, send, ask } from "./page.js";
import { lock, unlock, unlocked } from "./unlock.js";

export const STAFF = { credentials: "same-origin", referrerPolicy: "same-origin" };
const doorTexts = () => readTexts("door-texts");

/** Say something in a line that assistive technology reads. */
export function say(id, text, { wrong = false } = {}) {
  const line = byId(id);
  line.classList.toggle("error", wrong);
  line.classList.toggle("notice", !wrong && id === "status" && text !== "");
  line.textContent = text;
}

/** Ask for JSON as this member. */
export async function askJson(address) {
  const answer = await ask(address, { ...STAFF, headers: { Accept: "application/json" } });
  if (!answer.ok) throw Object.assign(new Error("no answer"), { status: answer.status });
  return answer.json();
}

/** Send JSON as this member; the token is the page's own. */
export function sendAsMember(address, value) {
  const token = byId("door").querySelector("[name=csrfmiddlewaretoken]").value;
  return send(address, value, { ...STAFF, headers: { "X-CSRFToken": token } });
}

/** Keep the door: `open(identity)` fills the page and may throw, `forget()` empties it. */
export async function keepDoor({ open, forget }) {
  const texts = doorTexts();
  let turns = 0;
  const showLocked = () => {
    turns += 1;
    forget();
    byId("opened").hidden = true;
    byId("locked").hidden = false;
    say("status", texts.locked);
    byId("passphrase").focus();
  };
  const enter = async (identity) => {
    const turn = (turns += 1);
    say("status", texts.opening);
    try {
      const fill = await open(identity);
      if (turn !== turns) return;
      fill();
      byId("locked").hidden = true;
      byId("opened").hidden = false;
      say("status", "");
    } catch (error) {
      const isWrong = error.name === "Unverified" || error.name === "Malformed";
      if (turn === turns) say("status", texts[isWrong ? "unopened" : error.status === 403 ? "not-yours" : "no-answer"], { wrong: true });
    }
  };
  byId("locked").addEventListener("submit", async (event) => {
    event.preventDefault();
    say("status", texts.unlocking);
    let identity = null;
    try {
      identity = await unlock(byId("passphrase").value, byId("door").dataset.wrapped);
    } catch (error) {
      return say("status", texts[error.name === "Unverified" ? "wrong" : "no-key"], { wrong: true });
    }
    byId("passphrase").value = "";
    return enter(identity);
  });
  byId("lock").addEventListener("click", async () => {
    await lock();
    showLocked();
  });
  addEventListener("pagehide", forget);
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  const identity = await unlocked().catch(() => null);
  if (identity === null) showLocked();
  else await enter(identity);
}
