// What is done with a case as a whole, below its sections: its state, who holds it, figures, merging, splitting,
// erasure. It wires forms to the desk; the keys are moved by handover.js and casejoin.js. Shown right by
// tests/stories/test_case_file.py.
import { byId, element } from "./page.js";
import { merge, split } from "./casejoin.js";
import { say } from "./door.js";
import { give, remove, reseal } from "./handover.js";

const STEPS = { open: ["hold", "close"], held: ["resume", "close"], closed: ["reopen"], merged: [] };

/** Wire the forms; `draw(desk)` shows what may be done now. */
export function wireKeeping({ texts, form, view, redraw }) {
  let desk = null;
  const progress = (done, all) => say("keeping-status", `${texts.resealing} ${done}/${all}`);

  /** Do something, say how it went, read the case anew. */
  const act = async (doing, { leave = null } = {}) => {
    const here = desk;
    say("keeping-status", texts.sending);
    busy(true);
    const outcome = await doing(here).catch((error) => (error.name === "Unverified" ? "unopened" : "not-saved"));
    if (here === desk) {
      if (outcome === "saved" && leave !== null) return location.assign(leave());
      if (outcome !== "no-answer") await here.read().catch(() => {});
      redraw();
      say("keeping-status", texts[outcome], { wrong: outcome !== "saved" });
    }
    return busy(false);
  };
  const busy = (is) => {
    for (const button of byId("keeping").querySelectorAll("button")) button.disabled = is;
  };
  const on = (id, doing, options) => byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = byId(id).querySelector("textarea")?.value.trim();
    if (reason === "") return say("keeping-status", texts.write, { wrong: true });
    return act((here) => doing(here, event.submitter?.value, reason), options);
  });

  on("state-form", async (here, step, reason) => {
    const words = byId("state-words").value.trim();
    const outcome = await here.changeState(step, reason, words || texts[`words-${step}`] || reason);
    if (outcome === "saved") byId("state-reason").value = byId("state-words").value = "";
    return outcome;
  });
  on("give-form", (here) => give(here, here.shown.people.find(({ member }) => String(member) === byId("give-to").value)));
  on("remove-form", (here) => remove(here, Number(byId("remove-whom").value), progress));
  on("reseal-form", (here) => reseal(here, progress));
  on("release-form", (here) => here.tell("release", { category: byId("category").value, district: byId("district").value }));
  on("merge-form", (here, _step, reason) => merge(here, byId("merge-into").value, reason, texts, progress), {
    leave: () => byId("file").dataset.cases.concat(byId("merge-into").value, "/"),
  });
  let opened = null;
  on("split-form", async (here) => {
    const reports = [...byId("split-reports").querySelectorAll("input:checked")].map(({ value }) => value);
    const rows = new Set([...byId("split-rows").querySelectorAll("input:checked")].map(({ value }) => value));
    if (reports.length === 0 || reports.length === here.reportLinks.length) return "split-some";
    const answer = await split(here, { reports, rows, title: byId("split-title").value.trim(), texts });
    opened = answer.caseId;
    return answer.outcome;
  }, { leave: () => byId("file").dataset.cases.concat(opened, "/") });
  on("propose-form", (here) => here.tell("propose", { kind: "erase", reason: byId("erase-reason").value }));
  on("withdraw-form", (here) => here.tell("withdraw", { kind: byId("withdraw-form").dataset.kind }));
  on("erase-form", (here, _step, reason) => here.erase(reason), { leave: () => location.href });
  byId("recovery-second").addEventListener("click", () => act((here) => here.tell("second", { kind: "recover" })));

  return {
    forget() {
      desk = null;
    },
    draw(now) {
      desk = now;
      const { state } = now.shown;
      for (const button of byId("state-form").querySelectorAll("button")) button.hidden = !(STEPS[state] ?? []).includes(button.value);
      byId("state-part").hidden = (STEPS[state] ?? []).length === 0;
      byId("state-now").textContent = texts[`state-${state}`];
      byId("join-part").hidden = state === "merged";
      drawHolders(now, texts);
      byId("category").value = now.shown.category;
      byId("district").value = now.shown.district;
      drawSplit(now, view, texts, form);
      drawProposals(now, texts);
    },
  };
}

const option = (value, textContent) => element("option", { value, textContent });

function drawHolders({ shown }, texts) {
  const holders = shown.people.filter((person) => person.has_grant);
  byId("holders").replaceChildren(...holders.map(({ name, member, recipient }) => {
    const item = element("li", {}, element("bdi", { textContent: name }));
    if (member === shown.me) item.append(` (${texts.you})`);
    if (recipient === null) item.append(` (${texts.away})`);
    return item;
  }));
  const others = shown.people.filter((person) => !person.has_grant && person.recipient !== null);
  byId("give-to").replaceChildren(...others.map(({ member, name }) => option(member, name)));
  byId("give-form").hidden = others.length === 0;
  const leaving = holders.filter(({ member }) => member !== shown.me);
  byId("remove-whom").replaceChildren(...leaving.map(({ member, name }) => option(member, name)));
  byId("remove-form").hidden = leaving.length === 0 || shown.previous !== null;
  byId("reseal-form").hidden = shown.previous === null;
}

function drawSplit(desk, view, texts, form) {
  byId("split-form").hidden = desk.reportLinks.length < 2;
  const box = (value, text, inside) => element("label", { className: "check" }, element("input", { type: "checkbox", value }), " ", inside ?? text);
  byId("split-reports").replaceChildren(...desk.reportLinks.map(({ reportId, received }) => box(reportId, `${reportId.slice(0, 8)} · ${received}`)));
  const rows = form.sections.filter(({ single }) => !single).flatMap(({ name, label }) => view.rowsOf(name).map((row) => [row, label]));
  byId("split-rows").replaceChildren(...rows.map(([{ rowId }, label]) => box(rowId, "", element("span", { dir: "auto", textContent: `${label}: ${view.nameOf(rowId)}` }))));
}

function drawProposals({ shown }, texts) {
  const open = (kind) => shown.proposals.find((one) => one.kind === kind && !one.ended) ?? null;
  const [erasing, recovering] = [open("erase"), open("recover")];
  byId("propose-form").hidden = erasing !== null;
  byId("proposed").hidden = erasing === null;
  byId("erase-form").hidden = erasing === null || erasing.proposed_by_id === shown.me;
  if (erasing !== null) sayProposal("proposed-text", texts["erase-proposed"], erasing, texts);
  byId("withdraw-form").dataset.kind = erasing === null ? "recover" : "erase";
  byId("recovering").hidden = recovering === null;
  if (recovering !== null) sayProposal("recovering-text", texts["recover-proposed"], recovering, texts);
  byId("recovery-second").hidden = recovering === null || recovering.seconded_by !== null || recovering.proposed_by_id === shown.me;
}

function sayProposal(id, text, { proposed_by: by, seconded_by: second, reason }, texts) {
  byId(id).replaceChildren(`${text} `, element("bdi", { textContent: by }), ` · ${texts[`reason-${reason}`]}`);
  if (second !== null) byId(id).append(` · ${texts.seconded} `, element("bdi", { textContent: second }));
}
