// The addresses of pages, as the sources declare and mount them.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const SOURCES = join(import.meta.dirname, "../../src");
/** The addresses with their methods, as the sources declare them. */
export function declared() {
  const found = [];
  for (const file of readdirSync(SOURCES, { recursive: true }).filter((name) => name.endsWith(".rs"))) {
    const text = readFileSync(join(SOURCES, file), "utf8");
    const lists = text.match(/(const ADDRESSES: &\[\(&str, &\[&str\]\)\]\s*=\s*&\[[\s\S]*?\];|fn addresses\(\)[^{]*\{\s*vec!\[[\s\S]*?\]\s*\n\})/g) ?? [];
    const constant = (name) => new RegExp(`const ${name}: [^=]+= ([^;]+);`).exec(text)?.[1];
    for (const [, path, methods] of lists.join("\n").matchAll(/\(\s*("[^"]+"|[A-Z_]+)\s*,\s*(&\[[^\]]*\]|[A-Z_]+)\s*\)/g)) {
      const read = (value) => (/^[A-Z_]+$/.test(value) ? constant(value) : value);
      found.push({ path: JSON.parse(read(path)), methods: JSON.parse(read(methods).slice(1)) });
    }
  }
  return found;
}

/** The addresses that the sources mount, with their placeholders written as in the lists. */
export function mounted() {
  const found = new Set();
  for (const file of readdirSync(SOURCES, { recursive: true }).filter((name) => name.endsWith(".rs") && /pages|about|home/.test(name))) {
    const text = readFileSync(join(SOURCES, file), "utf8");
    for (const [, path] of text.matchAll(/\.at\(\s*("[^"]+"|[A-Z_]+)\s*,/g)) {
      const read = path.startsWith('"') ? path : new RegExp(`const ${path}: &str = ([^;]+);`).exec(text)[1];
      found.add(JSON.parse(read).replace(/:(\w+)/g, "{$1}"));
    }
  }
  return found;
}

const TEMPLATES = declared()
  .map(({ path }) => path)
  .sort((one, other) => one.split("{").length - other.split("{").length);

/** The template that a path is an instance of. */
export function kindOf(path) {
  const parts = path.split("/");
  const fits = (template) => {
    const known = template.split("/");
    return known.length === parts.length && known.every((part, at) => part.startsWith("{") || part === parts[at]);
  };
  return TEMPLATES.find(fits) ?? "(nothing)";
}
