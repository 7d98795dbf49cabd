// Dates that are not certain: EDTF (ISO 8601-2) levels 0 and 1 without times of day, checked and said in words.
// The part that people need: years, months, days, ? ~ %, X for a digit nobody knows, seasons, intervals with an
// open or unknown end. Shown right by tests/browser/test_edtf.py.

const DATE = /^(-?\d{4}|\d{3}X|\d{2}XX)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?([?~%])?$/;
const SEASONS = { 21: "spring", 22: "summer", 23: "autumn", 24: "winter" };

/** The parts of a date or interval; null for a text that is none. */
export function parseEdtf(text) {
  const ends = text.trim().split("/");
  if (ends.length === 1) return parseDate(ends[0]);
  if (ends.length !== 2) return null;
  const [from, to] = ends.map(parseEnd);
  if (from === null || to === null || (from.open !== undefined && to.open !== undefined)) return null;
  if (from.open === undefined && to.open === undefined && first(from) > last(to)) return null;
  return { from, to };
}

function parseEnd(text) {
  if (text === "") return { open: "unknown" };
  if (text === "..") return { open: "open" };
  return parseDate(text);
}

function parseDate(text) {
  const found = DATE.exec(text);
  if (found === null) return null;
  const [, year, month, day, mark] = found;
  if (year.includes("X") && month !== undefined) return null;
  if (month === "XX" && day !== undefined && day !== "XX") return null;
  if (month !== undefined && month !== "XX" && !isMonth(month, day)) return null;
  if (day !== undefined && day !== "XX" && !isDay(Number(year), Number(month), Number(day))) return null;
  return { year, month, day, mark: mark ?? "" };
}

const isMonth = (month, day) => (Number(month) >= 1 && Number(month) <= 12) || (month in SEASONS && day === undefined);

function isDay(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const padded = (part, unknown) => (part === undefined || part.includes("X") ? unknown : part);
const key = (date, digit, month, day) => `${date.year.replaceAll("X", digit)}-${padded(date.month, month)}-${padded(date.day, day)}`;
const first = (date) => key(date, "0", "00", "00");
const last = (date) => key(date, "9", "99", "99");

/** The date in words; `texts` holds the phrases with {…} for their parts, `language` the calendar's names. */
export function sayEdtf(text, texts, language) {
  const parsed = parseEdtf(text);
  if (parsed === null) return text;
  if (!("from" in parsed)) return sayDate(parsed, texts, language);
  const [from, to] = [parsed.from, parsed.to].map((end) => (end.open === undefined ? sayDate(end, texts, language) : null));
  if (from === null) return fill(texts[parsed.from.open === "open" ? "until" : "until-unknown"], { to });
  if (to === null) return fill(texts[parsed.to.open === "open" ? "since" : "since-unknown"], { from });
  return fill(texts.between, { from, to });
}

function sayDate(date, texts, language) {
  const said = sayPlain(date, texts, language);
  const mark = { "?": "perhaps", "~": "about", "%": "perhaps-about" }[date.mark];
  return mark === undefined ? said : fill(texts[mark], { date: said });
}

function sayPlain({ year, month, day }, texts, language) {
  if (year.endsWith("XX")) return fill(texts.century, { year: year.replaceAll("X", "0") });
  if (year.endsWith("X")) return fill(texts.decade, { year: year.replaceAll("X", "0") });
  if (month === undefined) return year;
  if (month === "XX") return fill(texts[day === undefined ? "some-month" : "some-day-of-year"], { year });
  if (month in SEASONS) return fill(texts[SEASONS[month]], { year });
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, day === undefined || day === "XX" ? 1 : Number(day));
  const how = { timeZone: "UTC", year: "numeric", month: "long", ...(day === undefined || day === "XX" ? {} : { day: "numeric" }) };
  const said = new Intl.DateTimeFormat(`${language}-u-nu-latn-ca-gregory`, how).format(date);
  return day === "XX" ? fill(texts["some-day"], { month: said }) : said;
}

const fill = (phrase, parts) => phrase.replace(/\{(\w+)\}/g, (_whole, name) => parts[name]);
