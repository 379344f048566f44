#!/usr/bin/env node
// The pages in a real browser: every person's task, by keyboard, with scripts and without; what each page looks like; and what
// no page may do. Starts the program that it is given, stops it, and keeps the evidence of a failure.

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { Service, fillDemonstration } from "./service.mjs";
import { furnish } from "./shelf.mjs";
import { Tally } from "./tally.mjs";
import { Seen } from "./watch.mjs";
import { launch, open } from "./window.mjs";

const HERE = import.meta.dirname;
const LANES = 2;
const LONGEST = 900_000;

const { values: asked } = parseArgs({
  options: {
    binary: { type: "string" },
    only: { type: "string", multiple: true },
    shots: { type: "boolean", default: false },
    lanes: { type: "string", default: String(LANES) },
  },
});
if (!asked.binary) {
  console.error("usage: node run.mjs --binary target/debug/soundings [--only writing] [--shots]");
  process.exit(2);
}

const binary = resolve(asked.binary);
const folder = mkdtempSync(join(tmpdir(), "soundings-browser-"));
const shots = asked.shots ? join(HERE, "shots") : undefined;
const [tally, seen, started] = [new Tally(), new Seen(), Date.now()];
const running = new Set();
let browser;

/** Everything that was started is stopped, however this ends. */
async function stop() {
  await Promise.allSettled([...running].map((service) => service.stop()));
  await browser?.close().catch(() => {});
}
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => stop().finally(() => process.exit(1)));
}

async function start(kind, name) {
  const at = join(folder, name);
  const filled = join(folder, "filled");
  const service = kind === "empty" ? await Service.empty(binary, at) : await Service.demonstration(binary, at, { filled });
  running.add(service);
  return service;
}

async function runPart(name) {
  const { default: part } = await import(`./tasks/${name}.mjs`);
  const service = await start(part.service, name);
  const shelf = part.service === "furnished" ? await furnish(service) : undefined;
  const world = { binary, browser, seen, shots, shelf, service, folder: join(folder, name), figures: tally.figures, start: (kind, other) => start(kind, `${name}-${other}`) };
  for (const task of part.tasks) {
    for (const scripts of task.ways) {
      await runTask({ ...world, scripts }, part.title, task);
    }
  }
  await service.stop();
}

async function runTask(world, title, { sentence, does }) {
  const [windows, details, faults, began] = [[], [], [], Date.now()];
  const say = (detail) => details.push(detail);
  const opens = async (who, options = {}) => {
    const hands = await open(browser, seen, options.service ?? world.service, { who, scripts: world.scripts, ...options });
    windows.push(hands);
    return hands;
  };
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error("it takes too long")), LONGEST).unref());
  await Promise.race([does({ ...world, open: opens, say }), late]).catch((error) => faults.push(error.stack ?? String(error)));
  if (faults.length > 0) {
    await picture(windows, join(world.folder, `${sentence.replace(/\W+/g, "-")}-${world.scripts}`));
  }
  for (const { page, watch } of windows) {
    faults.push(...watch.close());
    await page.context().close();
  }
  tally.line(title, sentence, world.scripts, { seconds: (Date.now() - began) / 1000, details, faults: [...new Set(faults)] });
}

async function picture(windows, name) {
  for (const [at, { page }] of windows.entries()) {
    await page.screenshot({ path: `${name}-${at}.png`, fullPage: true, timeout: 5000 }).catch(() => {});
  }
}

async function lane(parts) {
  for (let name = parts.shift(); name; name = parts.shift()) {
    await runPart(name).catch((error) => tally.line(name, "runs to its end", undefined, { seconds: 0, faults: [error.stack] }));
  }
}

try {
  const every = readdirSync(join(HERE, "tasks")).map((file) => file.replace(/\.mjs$/, ""));
  // The longest first, so that no lane waits for the other at the end.
  const order = ["looks", "scripts"];
  const parts = every.filter((name) => !asked.only || asked.only.includes(name)).sort((one, other) => order.indexOf(other) - order.indexOf(one));
  if (shots) {
    rmSync(shots, { recursive: true, force: true });
    mkdirSync(shots, { recursive: true });
  }
  await fillDemonstration(binary, join(folder, "filled"));
  browser = await launch();
  await Promise.all(Array.from({ length: Number(asked.lanes) }, () => lane(parts)));
} catch (error) {
  tally.line("The browser tests", "run to their end", undefined, { seconds: 0, faults: [error.stack] });
} finally {
  await stop();
}
console.log(`\n${tally.closing(seen, (Date.now() - started) / 1000)}`);
if (tally.failed > 0) {
  console.log(`logs and pictures: ${folder}`);
} else {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(tally.failed > 0 ? 1 : 0);
