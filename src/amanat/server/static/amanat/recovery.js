// Recovery of a case: one asks, another seconds, and with the printed recovery key one of the two browsers makes a grant for
// whoever asked. The key is used here and forgotten. Protocol section 3. Shown right by tests/stories/test_case_file.py.
import { fromBase64, toBase64 } from "./bytes.js";
import { openCaseGrant, sealCaseGrant } from "./casefile.js";
import { askJson, say, sendAsMember } from "./door.js";
import { byId, element, readTexts } from "./page.js";

const texts = readTexts("texts");
const { base } = byId("door").dataset;
let state = null;

async function load() {
  try {
    state = await askJson(`${base}recovery.json`);
    draw();
  } catch {
    say("status", texts["no-answer"], { wrong: true });
  }
}

function draw() {
  const { proposal, me, grant, may_propose: mayPropose } = state;
  byId("propose").hidden = proposal !== null || !mayPropose;
  byId("second-part").hidden = proposal === null || proposal.proposed_by_id === me || proposal.seconded_by !== null;
  byId("recover").hidden = grant === null;
  byId("withdraw-part").hidden = proposal === null || proposal.proposed_by_id !== me;
  if (proposal === null) return say("status", texts.none);
  say("status", "");
  const line = byId("status");
  line.classList.add("notice");
  line.append(`${texts.asked} `, element("bdi", { textContent: proposal.proposed_by }), ` · ${texts[`reason-${proposal.reason}`]}`);
  if (proposal.seconded_by !== null) line.append(` · ${texts.seconded} `, element("bdi", { textContent: proposal.seconded_by }));
  else if (proposal.proposed_by_id === me) line.append(`. ${texts.wait}`);
  return undefined;
}

async function tell(name, body) {
  const answer = await sendAsMember(`${base}${name}`, body).catch(() => null);
  await load();
  if (answer === null || !answer.ok) say("status", texts[answer === null ? "no-answer" : "not-saved"], { wrong: true });
}

async function recover(event) {
  event.preventDefault();
  const identity = byId("identity").value.trim().toUpperCase();
  byId("identity").value = "";
  say("status", texts.sending);
  let grant = null;
  try {
    grant = await openCaseGrant(fromBase64(state.grant), identity);
    if (grant.caseId !== state.case || grant.generation !== state.generation) throw new Error("another case");
  } catch {
    return say("status", texts.wrong, { wrong: true });
  }
  const sealed = toBase64(await sealCaseGrant(grant, state.recipient));
  const answer = await sendAsMember(`${base}recover`, { generation: grant.generation, sealed }).catch(() => null);
  await load();
  const outcome = answer === null ? "no-answer" : answer.ok ? "done" : "not-saved";
  return say("status", texts[outcome], { wrong: outcome !== "done" });
}

byId("propose").addEventListener("submit", (event) => {
  event.preventDefault();
  tell("propose", { kind: "recover", reason: byId("reason").value });
});
byId("second").addEventListener("click", () => tell("second", { kind: "recover" }));
byId("withdraw").addEventListener("click", () => tell("withdraw", { kind: "recover" }));
byId("recover").addEventListener("submit", recover);
addEventListener("pagehide", () => {
  byId("identity").value = "";
});
await load();
