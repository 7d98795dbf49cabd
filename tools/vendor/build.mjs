// Builds static/vendor/sealing.mjs and mldsa.mjs from exactly the versions of package-lock.json, copies the one font,
// builds fingerprint-worker.js with its decoders inside, writes VENDORED.md, which says what is there, and the
// self-contained static/verify.html and static/fingerprint.html. The same input gives the same bytes. Run by `make vendor`; Amanat itself never needs Node.js.
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

// The decoders ask where they lie, to fetch themselves; they are given their code instead.
const WORKER = { define: { "import.meta.url": '"https://nowhere.invalid/"' }, format: "iife", loader: { ".wasm": "binary" } };
const QUIET = { logOverride: { "assign-to-define": "silent", "empty-import-meta": "silent" } };

// What the WebAssembly of the decoders was compiled from.
const CODECS = readFileSync(join(here, "codecs.txt"), "utf8");

const modules = [
  await bundled("sealing.mjs", "entry.js"),
  await bundled("mldsa.mjs", "mldsa.entry.js"),
  await bundled("fingerprint-worker.js", "fingerprint.worker.js", { ...WORKER, ...QUIET }),
];
const font = readFileSync(join(here, "node_modules", FONT, "files/noto-nastaliq-urdu-arabic-400-normal.woff2"));
writeFileSync(join(target, "noto-nastaliq-urdu.woff2"), font);

const packages = [...new Set(modules.flatMap((module) => module.packages))].sort();
writeFileSync(join(target, "VENDORED.md"), [describe(modules), describeFont(font, packageFile(FONT))].join("\n"));
writeFileSync(join(target, "LICENSES.txt"), [...packages, FONT].map(licenceOf).concat(CODECS).join("\n\n"));
writeFileSync(join(target, "../verify.html"), await verifier());
writeFileSync(join(target, "../fingerprint.html"), await fingerprinter(modules.at(-1).bytes.toString()));

/** A module written to the folder: {name, bytes, packages}, each package by its folder in node_modules. */
async function bundled(name, entry, more = {}) {
  const options = { entryPoints: [join(here, entry)], format: "esm", metafile: true, outfile: name, ...more };
  const { outputFiles, metafile } = await build({ ...COMMON, ...options });
  const bytes = Buffer.from(outputFiles[0].contents);
  writeFileSync(join(target, name), bytes);
  return { name, bytes, packages: [...new Set(Object.keys(metafile.inputs).map(packageOf).filter(Boolean))].sort() };
}

/** One page with everything inside, allowed by its own policy to run exactly this script and nothing else. */
async function verifier() {
  const sources = { sealing: "verify.entry.js", mldsa: "mldsa.entry.js" };
  const sourceOf = ({ path }) => ({ path: join(here, sources[/(\w+)\.mjs$/.exec(path)[1]]) });
  const small = { name: "small", setup: ({ onResolve }) => onResolve({ filter: /vendor\/\w+\.mjs$/ }, sourceOf) };
  return onePage("verify", small);
}

/** The desk that fingerprints files, with its worker inside. */
async function fingerprinter(worker) {
  const setup = ({ onResolve, onLoad }) => {
    onResolve({ filter: /^worker-source$/ }, ({ path }) => ({ path, namespace: "inside" }));
    onLoad({ filter: /./, namespace: "inside" }, () => ({ contents: worker, loader: "text" }));
  };
  return onePage("fingerprint", { name: "inside", setup });
}

async function onePage(name, plugin) {
  const script = await text({ entryPoints: [join(here, `${name}.page.js`)], format: "iife", plugins: [plugin] });
  const style = await text({ entryPoints: [join(here, `${name}.css`)] });
  const parts = { SCRIPT: script, STYLE: style, SCRIPT_DIGEST: digest(script), STYLE_DIGEST: digest(style) };
  return readFileSync(join(here, `${name}.template.html`), "utf8").replace(/@([A-Z_]+)@/g, (_, part) => parts[part]);
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

/** The folder of a package, below node_modules; one package may bring its own version of another. */
function packageOf(path) {
  const found = /node_modules\/(.*node_modules\/)?((?:@[^/]+\/)?[^/]+)\//.exec(path);
  return found && `${found[1] ?? ""}${found[2]}`;
}

function describe(list) {
  const head = [
    "# Vendored code",
    "",
    "The modules are built by `make vendor` from `tools/vendor/` (pinned by its lock file) and committed; the licence",
    "texts are in `LICENSES.txt`. Nothing of them is changed by hand. `mldsa.mjs` is fetched only where a policy names a",
    "witness with an ML-DSA key; `verify.html` has it inside. `fingerprint-worker.js` has the WebAssembly of its",
    "decoders inside and is only fetched by `/fingerprint/`; `fingerprint.html` has all of it inside. Its decoders were",
    "compiled by their packages from MozJPEG (IJG, BSD-3-Clause, zlib), libwebp (BSD-3-Clause) and the Rust crate png (MIT or Apache-2.0).",
  ];
  return [...head, ...list.flatMap(describeModule), ""].join("\n");
}

function describeModule({ name, bytes, packages: parts }) {
  const rows = parts.map(packageFile).map((part) => `| ${part.name} | ${part.version} | ${part.license} |`);
  return [
    "",
    `\`${name}\`: SHA-256 \`${createHash("sha256").update(bytes).digest("hex")}\`, ${bytes.length} bytes,`,
    `${gzipSync(bytes, { level: 9 }).length} compressed.`,
    "",
    "| package | version | licence |",
    "|---|---|---|",
    ...rows,
  ];
}

function describeFont(bytes, { name, version, license }) {
  return [
    "`noto-nastaliq-urdu.woff2` is the Arabic subset, weight 400, of the package below, unchanged. `amanat/nastaliq-face.css`",
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
