// Builds static/vendor/sealing.mjs from exactly the versions of package-lock.json, copies the one font, writes
// VENDORED.md, which says what is there, and the self-contained static/verify.html. The same input gives the same
// bytes. Run by `make vendor`; Amanat itself never needs Node.js.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../src/amanat/server/static/vendor");

const FONT = "@fontsource/noto-nastaliq-urdu";
const COMMON = { absWorkingDir: here, bundle: true, legalComments: "none", minify: true, target: "es2020", write: false };

const { outputFiles, metafile } = await build({
  ...COMMON,
  entryPoints: [join(here, "entry.js")],
  format: "esm",
  metafile: true,
  outfile: "sealing.mjs",
});
const bundle = Buffer.from(outputFiles[0].contents);
writeFileSync(join(target, "sealing.mjs"), bundle);

const packages = [...new Set(Object.keys(metafile.inputs).map(packageOf).filter(Boolean))].sort();
const font = readFileSync(join(here, "node_modules", FONT, "files/noto-nastaliq-urdu-arabic-400-normal.woff2"));
writeFileSync(join(target, "noto-nastaliq-urdu.woff2"), font);

const known = packages.map(packageFile);
writeFileSync(join(target, "VENDORED.md"), describe(bundle, known) + describeFont(font, packageFile(FONT)));
writeFileSync(join(target, "LICENSES.txt"), [...packages, FONT].map(licenceOf).join("\n\n"));
writeFileSync(join(target, "../verify.html"), await verifier());

/** One page with everything inside, allowed by its own policy to run exactly this script and nothing else. */
async function verifier() {
  const small = { name: "small", setup: ({ onResolve }) => onResolve({ filter: /sealing\.mjs$/ }, () => ({ path: join(here, "verify.entry.js") })) };
  const script = await text({ entryPoints: [join(here, "verify.page.js")], format: "iife", plugins: [small] });
  const style = await text({ entryPoints: [join(here, "verify.css")] });
  const parts = { SCRIPT: script, STYLE: style, SCRIPT_DIGEST: digest(script), STYLE_DIGEST: digest(style) };
  return readFileSync(join(here, "verify.template.html"), "utf8").replace(/@([A-Z_]+)@/g, (_, name) => parts[name]);
}

async function text(options) {
  const { outputFiles: files } = await build({ ...COMMON, ...options, charset: "utf8", outfile: "out" });
  return files[0].text.trim();
}

function packageFile(name) {
  return JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8"));
}

function digest(source) {
  return createHash("sha256").update(source).digest("base64");
}

function packageOf(path) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  return found && found[1];
}

function describe(bytes, list) {
  const digest = createHash("sha256").update(bytes).digest("hex");
  const rows = list.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`);
  return [
    "# Vendored code",
    "",
    "`sealing.mjs` is built by `make vendor` from `tools/vendor/` (pinned by its lock file) and committed; the licence",
    "texts are in `LICENSES.txt`. Nothing of it is changed by hand.",
    "",
    `SHA-256 \`${digest}\`, ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} compressed.`,
    "",
    "| package | version | licence |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function describeFont(bytes, { name, version, license }) {
  return [
    "",
    "`noto-nastaliq-urdu.woff2` is the Arabic subset, weight 400, of the package below, unchanged. `amanat/nastaliq.css`",
    "uses it for pages in Urdu; they can be read before it has arrived.",
    "",
    `SHA-256 \`${createHash("sha256").update(bytes).digest("hex")}\`, ${bytes.length} bytes.`,
    "",
    "| package | version | licence |",
    "|---|---|---|",
    `| ${name} | ${version} | ${license} |`,
    "",
  ].join("\n");
}

function licenceOf(name) {
  const folder = join(here, "node_modules", name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8") : "The licence is named in its package.json.\n";
  return `${name}\n${"=".repeat(name.length)}\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}
