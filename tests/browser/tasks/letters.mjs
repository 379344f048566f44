// Every letter that somebody types comes back as it was typed, in every form; and none of them stays in the browser.

import assert from "node:assert/strict";

import { PASSWORD } from "../service.mjs";
import { PEOPLE, furnish } from "../shelf.mjs";
import { both, plain, scripted } from "../tally.mjs";
import { NEW, SHEET, begins, begun, failed, isKept, isSavedOnce, onSheet, prose, same, signsInAgain, until } from "../writing.mjs";

const { AMINA, RUTH, DANIEL } = PEOPLE;
const ODD =
  "\n\n  Leading lines.  Trailing spaces   \n👩🏽‍⚕️🧡 é e\u0301 \u00a0\u200d\u2028" +
  "שלום \u202eمرحبا\u202c </textarea><script>alert(1)</script> &amp; %41+%2B \\ \"so\" ‘so’\n\n1 < 2 > 0\t.  \n";

async function everyLetterComesBack({ open, service, say, scripts }) {
  const hands = await open(AMINA);
  const line = (_, at) => (at % 9 ? `Line ${at}: what she said, and what I made of it 🧡.` : "");
  const long = Array.from({ length: 1800 }, line).join("\n");
  for (const [what, letters] of [["odd letters", ODD], ["a long text", long]]) {
    const text = `${prose(60)}${letters}`.replace(/^/, what === "odd letters" ? "\n" : "");
    await begins(hands);
    await hands.page.keyboard.insertText(text.replace(/\n/g, "\r\n"));
    await onSheet(hands, text, "as it was typed");
    if (scripts) {
      const { id } = await isKept(service, text);
      await hands.visit(`${NEW}?begun=${id}`);
      await onSheet(hands, text, `${what}, kept and loaded again`);
    }
    await hands.send("Preview");
    await onSheet(hands, text, `${what}, beside the preview`);
    const nested = `\n${"> ".repeat(40)}x`;
    await hands.reach(hands.page.getByLabel(SHEET, { exact: true }));
    await hands.press("Control+End");
    await hands.page.keyboard.insertText(nested);
    for (const button of ["Preview", "Save"]) {
      await hands.send(button, { answers: 422 });
      await onSheet(hands, text + nested, `${what}, with what is wrong, after ${button}`);
    }
    await hands.reach(hands.page.getByLabel(SHEET, { exact: true }));
    await hands.press("Control+A");
    await hands.page.keyboard.insertText(text);
    await hands.send("Save");
    const { id, body } = await isSavedOnce(service, text, what);
    await hands.visit(`/reflections/${id}/text`);
    await onSheet(hands, text, `${what}, to be changed`);
    say(`${what}: ${same(body, text, what)}`);
  }
}

/** What pages can leave behind in a browser. */
const leftBehind = (page) =>
  page.evaluate(async () => [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
    ...(await indexedDB.databases()).map(({ name }) => name),
    ...(await caches.keys()),
    ...(await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
    ...document.cookie.split("; ").filter(Boolean),
  ]);

async function nothingStaysBehind({ open, service, say }) {
  const hands = await open(AMINA);
  const answers = [];
  hands.page.on("response", (answer) => !new URL(answer.url()).pathname.startsWith("/assets/") && answers.push(answer));
  const text = prose();
  await begins(hands, text);
  await isKept(service, text);
  await hands.send("Preview");
  await hands.send("Save");
  await hands.visit("/reflections");
  assert.deepEqual(await leftBehind(hands.page), [], "nothing is left in the browser");
  await hands.page.evaluate(async () => (localStorage.setItem("one", ""), sessionStorage.setItem("two", ""), caches.open("three")));
  assert.deepEqual(await leftBehind(hands.page), ["one", "two", "three"], "what would be left would be found");
  const stored = answers.filter((answer) => answer.headers()["cache-control"] !== "no-store").map((answer) => answer.url());
  assert.deepEqual(stored, [], "no answer may be stored");
  assert.ok(answers.length >= 6, "answers were looked at");
  const cookies = await hands.page.context().cookies();
  assert.deepEqual(cookies.map(({ httpOnly }) => httpOnly), [true], "one cookie, and no script reads it");
  say(`${answers.length} answers, none of them to be stored`);
}

const FORMS = [
  { who: AMINA, at: (shelf) => `/reflections/${shelf.reflection}/shares`, button: "Share it" },
  { who: AMINA, at: (shelf) => `/reflections/${shelf.reflection}/shares/${shelf.share}`, button: "Save", long: 5_001 },
  { who: RUTH, at: (shelf) => `/shared-with-me/${shelf.share}`, button: "Send", long: 50_001 },
  { who: AMINA, at: (shelf) => `/supervision/sessions/${shelf.session}`, button: "Add to the agenda", long: 5_001 },
  { who: RUTH, at: () => "/supervision/agreements/new", button: "Propose" },
  { who: RUTH, at: (shelf) => `/supervision/agreements/${shelf.agreement}/terms`, button: "Save the change", long: 20_001 },
  { who: RUTH, at: (shelf) => `/supervision/agreements/${shelf.agreement}/sessions/new`, button: "Plan the session" },
  { who: RUTH, at: (shelf) => `/supervision/sessions/${shelf.session}/time`, button: "Move the session" },
  { who: RUTH, at: (shelf) => `/supervision/sessions/${shelf.session}/cancellation`, button: "Cancel the session", long: 20_001 },
  { who: DANIEL, at: () => "/drafts/new", button: "Save" },
  { who: DANIEL, at: (shelf) => `/drafts/${shelf.example}/withdrawal`, button: "Withdraw", long: 20_001 },
];
const AREAS = 'textarea, input[type="text"]';
const values = (form) => form.locator(AREAS).evaluateAll((fields) => fields.map(({ name, value }) => [name, value]));

/** Fills every field for words in a form; answers the form, and what was typed into it. */
async function fillsIn(hands, { at, button, long = 0 }, shelf) {
  await hands.visit(at(shelf));
  const form = hands.page.locator("main form", { has: hands.page.getByRole("button", { name: button, exact: true }) });
  const fields = form.locator(AREAS);
  for (let nth = 0; nth < (await fields.count()); nth += 1) {
    const field = await hands.reach(fields.nth(nth));
    const lines = await field.evaluate((one) => one.localName === "textarea");
    const words = `Words ${nth} & “so” </textarea> 🧡`;
    await hands.press("Control+A");
    await hands.page.keyboard.insertText(lines ? `\n${words}\n${"a".repeat(long)} ` : words);
  }
  const typed = await values(form);
  assert.ok(typed.length > 0 && typed.every(([, value]) => value.includes("Words")), "there are fields, and they are filled");
  return { form, typed };
}

/** That everything is there again, letter for letter. */
async function isThere({ form, typed }, when) {
  // A form that grew has rows which nobody has filled yet.
  const found = (await values(form)).filter(([, value]) => value !== "");
  for (const [nth, [name, value]] of typed.entries()) {
    assert.equal(found[nth]?.[0], name, `the same fields, ${when}`);
    same(found[nth][1], value, `${name}, ${when}`);
  }
  return typed.reduce((sum, [, value]) => sum + value.length, 0);
}

/** Sends a form that is refused; and once more when its session has ended. */
async function comesBack({ open, shelf }, asked) {
  const hands = await open(asked.who);
  const filled = await fillsIn(hands, asked, shelf);
  await hands.send(asked.button, { answers: 422 });
  await isThere(filled, "refused");
  await hands.page.context().clearCookies();
  await hands.send(asked.button, { answers: 401 });
  await signsInAgain(hands, asked.who, PASSWORD, 422);
  return isThere(filled, "after signing in again");
}

/** Presses a button where nobody answers: the browser shows a page of its own. */
async function sendsInVain(hands, button) {
  await hands.reach(button);
  const refused = hands.page.waitForEvent("requestfailed", (request) => request.isNavigationRequest());
  await hands.press("Enter");
  await refused;
  const isItsOwn = () => hands.page.evaluate(() => location.protocol === "chrome-error:").catch(() => false);
  await until("the browser’s own page is there", isItsOwn);
}

/** Sends a form while the server is down, and goes back from the browser's own page. */
async function isThereOnTheWayBack({ open, service, shelf }, asked) {
  const hands = await open(asked.who, { service });
  const filled = await fillsIn(hands, { ...asked, long: 0 }, shelf);
  await service.kill();
  try {
    await sendsInVain(hands, filled.form.getByRole("button", { name: asked.button, exact: true }));
  } finally {
    await service.startAgain();
  }
  await hands.page.goBack();
  failed(hands);
  return isThere(filled, "on the way back");
}

const everyForm = (does) => async (world) => {
  let letters = 0;
  const faults = [];
  for (const form of FORMS) {
    try {
      letters += await does(world, form);
    } catch (error) {
      faults.push(`${form.at(world.shelf)} ${form.button}: ${error.message}`);
    }
  }
  world.say(`${FORMS.length - faults.length} of ${FORMS.length} forms, ${letters} letters in them`);
  assert.deepEqual(faults, []);
};

/** On a service of its own, which may be killed. */
const whileItIsDown = (does) => async (world) => {
  const service = await world.start("demonstration", "down");
  return does({ ...world, service, shelf: await furnish(service) });
};

export default {
  title: "Nothing typed is lost",
  service: "furnished",
  tasks: [
    both("whatever letters it has, and however many", everyLetterComesBack),
    scripted("and nothing of it stays in the browser", nothingStaysBehind),
    both("in any other form", everyForm(comesBack)),
    plain("in any other form that is sent while the server is down", whileItIsDown(everyForm(isThereOnTheWayBack))),
  ],
};
