// The reports of one case together: each one's opened thread and opened referrals, for whoever holds the case. A body
// that is named in one of them stands against it in all. It draws nothing and writes nothing. Shown right by
// tests/stories/test_case_file.py.
import { openFile } from "./casefile.js";
import { askJson } from "./door.js";
import { openReferrals } from "./referrals.js";
import { openThread } from "./thread.js";

/** What can be read of these reports: [{reportId, thread, opened, institutions}]; `reports` is the address above theirs. */
export function readTogether(links, reports) {
  return Promise.all(links.filter(({ keys }) => keys !== null).map((link) => readReport(link, reports)));
}

async function readReport({ reportId, keys: { threadKey } }, reports) {
  const base = `${reports}${reportId}/`;
  const [shown, answer] = await Promise.all([askJson(`${base}thread.json`), askJson(`${base}referrals.json`)]);
  const thread = await openThread({ threadKey, reportId, events: shown.events });
  return { reportId, thread, institutions: answer.institutions, opened: await openReferrals(threadKey, thread, answer.referrals) };
}

/** The other reports of the case that a report is in; `file` is the address of that case, empty where there are none. */
export async function readOthers({ file, reports, identity, reportId }) {
  if (file === "") return [];
  const { links } = await openFile(await askJson(file), identity);
  return readTogether(links.filter((link) => link.active && link.reportId !== reportId), reports);
}
