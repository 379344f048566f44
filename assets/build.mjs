// Compiles the style sheet, bundles the script and copies the font into `built/`: each under a name that holds its digest,
// so that browsers may keep it for ever, and beside it compressed. `manifest.json` says which name is which.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { compile } from "sass";

const here = import.meta.dirname;
const built = join(here, "built");
const manifest = {};

function keep(name, content) {
  const bytes = Buffer.from(content);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const kind = extname(name);
  const hashed = `${basename(name, kind)}.${digest}${kind}`;
  writeFileSync(join(built, hashed), bytes);
  if (kind !== ".woff2") {
    const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    writeFileSync(join(built, `${hashed}.br`), brotliCompressSync(bytes, { params: quality }));
    writeFileSync(join(built, `${hashed}.gz`), gzipSync(bytes, { level: 9 }));
  }
  manifest[name] = hashed;
  return hashed;
}

rmSync(built, { recursive: true, force: true });
mkdirSync(built);

const fonts = join(here, "node_modules/@fontsource/atkinson-hyperlegible/files");
const faces = [400, 700].map((weight) => {
  const file = `atkinson-hyperlegible-latin-${weight}-normal.woff2`;
  const hashed = keep(file, readFileSync(join(fonts, file)));
  return `@font-face{font-family:"Atkinson Hyperlegible";font-weight:${weight};font-style:normal;font-display:swap;src:url("${hashed}") format("woff2")}`;
});

const style = compile(join(here, "main.scss"), {
  loadPaths: [join(here, "node_modules")],
  quietDeps: true,
  style: "compressed",
  // A mark of its encoding would stand behind the fonts, where it spoils the first rule. The answer names the encoding.
  charset: false,
});
keep("main.css", faces.join("") + style.css);

async function bundled(entry) {
  const options = { bundle: true, format: "esm", legalComments: "none", minify: true, target: ["es2022"], write: false };
  const { outputFiles } = await build({ entryPoints: [join(here, entry)], ...options });
  return outputFiles[0].text;
}
keep("main.js", await bundled("js/main.mjs"));

// The explorer of the interface. Its pictures are in its style sheet, where our policy allows none: they become files.
const swagger = join(here, "node_modules/swagger-ui-dist");
const unmapped = (file) => readFileSync(join(swagger, file), "utf8").replace(/\n?\/[/*]# sourceMappingURL=\S+\s*$/, "\n");
let pictures = 0;
const explorerStyle = unmapped("swagger-ui.css").replace(
  /url\("data:image\/svg\+xml;charset=utf-8,((?:[^"\\]|\\.)*)"\)/g,
  (_, svg) => {
    pictures += 1;
    return `url("${keep(`swagger-ui-${pictures}.svg`, decodeURIComponent(svg.replace(/\\(.)/g, "$1")))}")`;
  },
);
if (pictures === 0 || explorerStyle.includes("data:image/svg")) {
  throw new Error("swagger-ui.css has its pictures in another form than before");
}
keep("swagger-ui.css", explorerStyle);
keep("swagger-ui-bundle.js", unmapped("swagger-ui-bundle.js"));
keep("explorer.js", await bundled("js/explorer.mjs"));

keep("icon.svg", readFileSync(join(here, "icon.svg")));

writeFileSync(join(built, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
