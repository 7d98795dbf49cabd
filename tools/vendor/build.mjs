// Builds static/vendor/sealing.mjs from exactly the versions of package-lock.json, and VENDORED.md, which says
// what is in it. The same input gives the same bytes. Run by `make vendor`; Amanat itself never needs Node.js.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../src/amanat/server/static/vendor");

const { outputFiles, metafile } = await build({
  entryPoints: [join(here, "entry.js")],
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  legalComments: "none",
  metafile: true,
  minify: true,
  target: "es2020",
  write: false,
  outfile: "sealing.mjs",
});
const bundle = Buffer.from(outputFiles[0].contents);
writeFileSync(join(target, "sealing.mjs"), bundle);

const packages = [...new Set(Object.keys(metafile.inputs).map(packageOf).filter(Boolean))].sort();
const known = packages.map((name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8")));
writeFileSync(join(target, "VENDORED.md"), describe(bundle, known));
writeFileSync(join(target, "LICENSES.txt"), packages.map(licenceOf).join("\n\n"));

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

function licenceOf(name) {
  const folder = join(here, "node_modules", name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8") : "The licence is named in its package.json.\n";
  return `${name}\n${"=".repeat(name.length)}\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}
