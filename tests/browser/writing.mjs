// What those do who test that nothing typed is lost: they write, look what is on the sheet, and ask the server what it has.

import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";

import { PEOPLE } from "./shelf.mjs";

const { AMINA } = PEOPLE;
export const NEW = "/reflections/new";
export const SHEET = "Your reflection";
export const KEPT = "Kept at";
export const OFFLINE = "There is no connection";
export const ELSEWHERE = "changed in another window";
export const SIGNED_OUT = "You have been signed out";
const PATIENCE = 30_000;

let texts = 0;
/** A text that nobody else writes. */
export const prose = (letters = 400) => `Text ${(texts += 1)}. `.padEnd(letters - 1, "I left the plan in the car. ") + ".";
export const halves = (text) => [text.slice(0, text.length / 2), text.slice(text.length / 2)];

export async function until(what, asks) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await wait(50)) {
    const answer = await asks();
    if (answer) {
      return answer;
    }
  }
  throw new Error(`it never came about: ${what}`);
}

/** That a text is the one that was typed, letter for letter. */
export function same(found, typed, where) {
  const [there, all] = [[...(found ?? "")], [...typed]];
  const first = all.findIndex((letter, at) => letter !== there[at]);
  assert.ok(found === typed, `${where}: ${first < 0 ? all.length : first} of ${all.length} letters kept, of ${there.length} there`);
  return `${all.length} of ${all.length} letters kept`;
}

export const onSheet = async (hands, typed, where) => same(await hands.value(SHEET), typed, where);
export const hears = (hands, words) => hands.page.locator(".app-kept", { hasText: words }).waitFor();
export const begun = async (service, text) =>
  (await service.as(AMINA).items("/working-copies")).filter(({ working_copy: copy }) => copy.body === text);
export const isKept = (service, text) => until(`${text.slice(0, 12)} is kept`, async () => (await begun(service, text))[0]);
export const writings = async (service, text) => (await service.as(AMINA).items("/reflections")).filter(({ body }) => body === text);

export async function isSavedOnce(service, text, where) {
  const found = await writings(service, text);
  assert.equal(found.length, 1, `${where}: ${found.length} reflections with the text`);
  assert.deepEqual(await begun(service, text), [], `${where}: nothing is left begun`);
  return found[0];
}

/** What the browser says of a network that fails is what the task is about. */
export function failed({ watch }) {
  watch.expect(...new Set(watch.refusals.map(({ what }) => what).filter((what) => what.startsWith("ERR_"))));
}

export async function begins(hands, text = "") {
  await hands.visit(NEW);
  await hands.fill(SHEET, text);
}

/** Adds to what there is. */
export async function adds(hands, text) {
  await hands.reach(hands.page.getByLabel(SHEET, { exact: true }));
  await hands.press("Control+End");
  await hands.type(text);
}

/** Presses Save where nobody answers: the browser shows a page of its own. */
export async function savesInVain(hands) {
  await hands.reach(hands.page.getByRole("button", { name: "Save", exact: true }));
  const refused = hands.page.waitForEvent("requestfailed", (request) => request.isNavigationRequest());
  await hands.press("Enter");
  await refused;
  const isThere = () => hands.page.evaluate(() => location.protocol === "chrome-error:").catch(() => false);
  await until("the browser’s own page is there", isThere);
}

export async function signsInAgain(hands, email, password, answers) {
  await hands.reads("Sign in again to save what you wrote");
  await hands.fill("E-mail address", email);
  await hands.fill("Password", password);
  await hands.send("Sign in and send", { answers });
}
