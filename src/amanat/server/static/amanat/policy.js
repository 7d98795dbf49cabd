// Trust policies: C2SP tlog-policy. The twin of src/amanat/tlog/policy.py; the only place keys are taken from.
// Shown right by tests/receipt/test_agreement.py.
import { Malformed, toHex } from "./bytes.js";
import { COSIGNATURE, ED25519, parseDecimal, parseVerifier } from "./note.js";

const NO_QUORUM = "none";

/** A policy: {logs: [verifier], witnesses: [{name, verifier}], groups: [{name, threshold, members}], quorum}. */
export function parsePolicy(text) {
  if (/[\0-\x08\v-\x1f\x7f]/.test(text)) throw new Malformed("a control character", "policy");
  const draft = { logs: [], witnesses: [], groups: [], quorum: null, names: new Set(), members: new Set(), keys: new Set(), witnessNames: new Set() };
  for (const [at, line] of text.split("\n").entries()) {
    const items = line.split(/[ \t]+/).filter(Boolean);
    if (items.length > 0 && !items[0].startsWith("#")) addLine(draft, items, at + 1);
  }
  if (draft.quorum === null) throw new Malformed("no quorum line", "policy");
  const { logs, witnesses, groups, quorum } = draft;
  return { logs, witnesses, groups, quorum };
}

function addLine(draft, items, number) {
  try {
    add(draft, items);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Malformed(error.message, `policy, line ${number}`);
  }
}

function refuse(what) {
  throw new Malformed(what);
}

function add(draft, [word, ...rest]) {
  if (word === "log" && rest.length >= 1 && rest.length <= 2) {
    draft.logs.push(readKey(draft, rest[0], COSIGNATURE));
  } else if (word === "witness" && rest.length >= 2 && rest.length <= 3) {
    define(draft, rest[0]);
    draft.witnesses.push({ name: rest[0], verifier: readWitnessKey(draft, rest[1]) });
  } else if (word === "group" && rest.length >= 3) {
    addGroup(draft, rest);
  } else if (word === "quorum" && rest.length === 1) {
    if (draft.quorum !== null) refuse("a second quorum line");
    if (rest[0] !== NO_QUORUM && !draft.names.has(rest[0])) refuse("a quorum that is not defined above");
    [draft.quorum] = rest;
  } else {
    refuse("not a log, witness, group or quorum line");
  }
}

function readKey(draft, text, unfit) {
  const verifier = parseVerifier(text);
  if (verifier.kind === unfit) refuse("a key of the wrong type for this line");
  const key = toHex(verifier.publicKey);
  if (draft.keys.has(key)) refuse("the same public key twice");
  draft.keys.add(key);
  return verifier;
}

/** A witness may have a key of each type; with both of them in a policy it would count twice. */
function readWitnessKey(draft, text) {
  const verifier = readKey(draft, text, ED25519);
  if (draft.witnessNames.has(verifier.name)) refuse("a second key of the same witness");
  draft.witnessNames.add(verifier.name);
  return verifier;
}

function define(draft, name) {
  if (name === NO_QUORUM || draft.names.has(name)) refuse("a name that is taken");
  draft.names.add(name);
}

function addGroup(draft, [name, threshold, ...members]) {
  for (const member of members) {
    if (!draft.names.has(member)) refuse("a member that is not defined above");
    if (draft.members.has(member)) refuse("a member that is in a group already");
    draft.members.add(member);
  }
  define(draft, name);
  draft.groups.push({ name, threshold: readThreshold(threshold, members.length), members });
}

function readThreshold(text, count) {
  if (text === "all") return count;
  if (text === "any") return 1;
  const threshold = parseDecimal(text, "threshold");
  if (threshold < 1n || threshold > BigInt(count)) refuse("a threshold that is not 1 to the number of members");
  return Number(threshold);
}

/** Whether the policy asks for witnesses at all. */
export const hasQuorum = (policy) => policy.quorum !== NO_QUORUM;

/** Whether cosignatures by these witnesses make the quorum. */
export function satisfied(policy, names) {
  if (!hasQuorum(policy)) return true;
  const reached = new Set(policy.witnesses.map(({ name }) => name).filter((name) => names.includes(name)));
  for (const group of policy.groups) {
    if (group.members.filter((member) => reached.has(member)).length >= group.threshold) reached.add(group.name);
  }
  return reached.has(policy.quorum);
}
