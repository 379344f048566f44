// Every kind of page, looked at.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { declared, mounted } from "../addresses.mjs";
import { check } from "../checker.mjs";
import { KINDS } from "../kinds.mjs";
import { NARROW, OF_WIDTH, axe, narrow, printed, tabbed } from "../looks.mjs";
import { PEOPLE } from "../shelf.mjs";
import { once } from "../tally.mjs";
import { WIDE } from "../window.mjs";

/** What others wrote and we only frame: looked at, but not for what we cannot change. */
const OTHERS = ["#explorer"];
const AT_A_TURN = 12;
const SIDE_BY_SIDE = 3;

async function everyKindIsListed() {
  const [all, listed] = [declared(), new Set(KINDS.map(({ at }) => at))];
  assert.ok(all.length > 60, "the sources are read");
  assert.deepEqual(new Set(all.map(({ path }) => path)), mounted(), "what is declared is mounted");
  const forgotten = all.filter(({ path, methods }) => methods.includes("GET") && !listed.has(path)).map(({ path }) => path);
  assert.deepEqual(forgotten, [], "every address that can be opened is among the kinds");
  const unknown = [...listed].filter((at) => at !== "(nothing)" && !all.some(({ path }) => path === at));
  assert.deepEqual(unknown, [], "no kind is of an address that there is not");
}

/** What only an administrator can put there, and a service that waits to be set up. */
async function furnishFurther({ shelf, open, start, service }) {
  const priya = service.as(PEOPLE.PRIYA);
  const hands = await open(PEOPLE.PRIYA, { scripts: true });
  const asked = { headers: { "content-type": "application/json" } };
  const post = async (path, data) => {
    const answer = await hands.page.context().request.post(`${service.url}/api/v1${path}`, { ...asked, data, headers: { origin: service.url } });
    assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  const here = `/organisations/${shelf.northmoor}`;
  const invited = await post(`${here}/invitations`, { email: "new@northmoor.example", name: "Nia Rees", roles: ["practitioner"] });
  shelf.invitation = `/invitations/${invited.secret ?? new URL(invited.link).pathname.split("/").at(-1)}`;
  await post(`${here}/service-clients`, { name: "Website", scopes: ["library:read"] });
  shelf.client = (await priya.items(`${here}/service-clients`))[0].id;
  const empty = await start("empty", "empty");
  shelf.empty = empty;
  shelf.setup = new URL(/set up at (\S+)/.exec(empty.said)[1]).pathname;
}

async function lookAt(kind, hands, { shelf, saved, shots, faults, figures }) {
  const said = [];
  const { page } = hands;
  await hands.visit(kind.path?.(shelf) ?? kind.at, { answers: kind.answers ?? 200 });
  await kind.then?.(hands, shelf);
  if (kind.others) {
    await page.locator("#explorer [role=group]").waitFor();
  }
  writeFileSync(join(saved, `${kind.name}.html`), await hands.answer.text());
  const without = kind.others ? OTHERS : [];
  const found = await axe(page, { without });
  if (shots) {
    await page.screenshot({ path: join(shots, `${kind.name}-1280.png`), fullPage: true });
  }
  if (!kind.others) {
    said.push(...(await tabbed(page)));
  }
  if (!kind.others) {
    said.push(...(await printed(page)));
  }
  said.push(...(await narrow(page)));
  await page.setViewportSize(NARROW);
  found.push(...(await axe(page, { without, only: kind.at === "/" ? undefined : OF_WIDTH })));
  if (shots) {
    await page.screenshot({ path: join(shots, `${kind.name}-320.png`), fullPage: true });
  }
  await page.setViewportSize(WIDE);
  figures.axe = (figures.axe ?? 0) + found.length;
  faults.push(...[...new Set([...found, ...said])].map((fault) => `${kind.name}: ${fault}`));
  return page.locator("h1").innerText();
}

/** The same page without scripts says the same, and is as narrow. */
async function lookWithoutScripts(kind, hands, heading, { shelf, faults }) {
  await hands.visit(kind.path?.(shelf) ?? kind.at, { answers: kind.answers ?? 200 });
  await kind.then?.(hands, shelf);
  const other = await hands.page.locator("h1").innerText();
  if (other !== heading) {
    faults.push(`${kind.name}: without scripts it is “${other}”, with them “${heading}”`);
  }
  faults.push(...(await narrow(hands.page)).map((fault) => `${kind.name}, without scripts: ${fault}`));
}

/** The kinds, by who looks at them, in turns that several windows take side by side. */
function turns() {
  const by = {};
  for (const kind of KINDS) {
    const whose = kind.empty ? "nobody yet" : (kind.who ?? "anybody");
    (by[whose] ??= []).push(kind);
  }
  const cut = (kinds) => Array.from({ length: Math.ceil(kinds.length / AT_A_TURN) }, (_, at) => kinds.slice(at * AT_A_TURN, (at + 1) * AT_A_TURN));
  return Object.values(by).flatMap(cut).sort((one, other) => other.length - one.length);
}

/** Two windows of one person, with scripts and without. */
async function takeTurn(kinds, looks) {
  const [{ who, empty }] = kinds;
  const service = empty ? looks.shelf.empty : undefined;
  const hands = await looks.open(who, { scripts: true, service });
  const plain = await looks.open(undefined, { scripts: false, service });
  for (const kind of kinds) {
    try {
      const heading = await lookAt(kind, hands, looks);
      if (!kind.once) {
        await plain.page.context().addCookies(await hands.page.context().cookies());
        await lookWithoutScripts(kind, plain, heading, looks);
      }
    } catch (error) {
      looks.faults.push(`${kind.name}: ${error.stack}`);
    }
  }
}

async function everyKindIsLookedAt(world) {
  await furnishFurther(world);
  const saved = join(world.folder, "saved");
  mkdirSync(saved);
  const looks = { ...world, saved, faults: [] };
  const waiting = turns();
  const lane = async () => {
    for (let kinds = waiting.shift(); kinds; kinds = waiting.shift()) {
      await takeTurn(kinds, looks);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  const { errors, warnings } = await check(saved);
  world.figures.kinds = KINDS.length;
  world.figures.nu = errors.length;
  world.say(`${KINDS.length} kinds of ${new Set(KINDS.map(({ at }) => at)).size} addresses; ${errors.length} errors of the Nu checker`);
  for (const [warning, pages] of warnings) {
    world.say(`a warning of it on ${pages} pages: ${warning}`);
  }
  looks.faults.push(...errors);
  assert.equal(looks.faults.length, 0, `\n${looks.faults.join("\n")}`);
}

export default {
  title: "Every page",
  service: "furnished",
  tasks: [
    once("is of a kind that is listed", everyKindIsListed),
    once("is without a barrier that axe, the Nu checker, a narrow window, paper or Tab would show", everyKindIsLookedAt),
  ],
};
