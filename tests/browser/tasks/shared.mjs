// One device for many: whoever signs in after somebody else finds nothing of what they typed, and loses nothing of their own.

import assert from "node:assert/strict";

import { PASSWORD } from "../service.mjs";
import { PEOPLE } from "../shelf.mjs";
import { both, plain, scripted } from "../tally.mjs";
import { KEPT, NEW, SHEET, begins, failed, hears, isSavedOnce, onSheet, prose, signsInAgain, until, writings } from "../writing.mjs";

const { AMINA, TOM, RUTH, HELEN, DANIEL, PRIYA } = PEOPLE;
const IBRAHIM = "admin@eastvale.example";
const AREAS = 'main form[method="post"] :is(textarea, input[type="text"])';
const ROUNDS = ["goBack", "goBack", "goBack", "goForward", "goBack", "reload", "goForward", "goForward"];
const MINUTE = 60_000;

const SHEETS = {
  [NEW]: [AMINA, TOM],
  "/supervision/agreements/new": [RUTH, HELEN],
  "/drafts/new": [DANIEL, IBRAHIM],
};

async function signsIn(hands, email) {
  await hands.visit("/sign-in");
  await hands.fill("E-mail address", email);
  await hands.fill("Password", PASSWORD);
  await hands.send("Sign in");
}

/** Who is signed in, as the server sees it. */
const whoIsHere = async (hands, service) => (await (await hands.page.context().request.get(`${service.url}/api/v1/me`)).json()).id;

async function endsElsewhere(hands, { open, service }, who) {
  const { items } = await (await hands.page.context().request.get(`${service.url}/api/v1/sessions`)).json();
  const other = await open(who);
  await other.visit("/account/sessions");
  await other.reach(other.page.locator(`form[action$="/${items.find(({ current }) => current).id}/end"] button`));
  await Promise.all([other.page.waitForEvent("load"), other.press("Enter")]);
}

const ENDS = { "signed out": (hands) => hands.send("Sign out"), "ended from elsewhere": endsElsewhere };

/** Writes something with a word of its own into every field that is for words. */
async function fillsIn(hands, word) {
  await hands.page.locator("main details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  const fields = hands.page.locator(AREAS);
  const all = await fields.count();
  assert.ok(all > 0, "there are fields to fill");
  for (let nth = 0; nth < all; nth += 1) {
    await hands.reach(fields.nth(nth));
    await hands.page.keyboard.insertText(`${word} ${nth}`);
  }
}

/** Everything that a page holds, seen or not. */
async function holds(page) {
  const values = await page.locator("input, textarea, select").evaluateAll((all) => all.map((one) => one.value));
  return [await page.content(), ...values].join("\n");
}

const isAt = (page, path) => new URL(page.url()).pathname === path;

async function nobodyFindsAnothersWords(world) {
  const { open, service, say, scripts } = world;
  let words = 0;
  for (const [path, [writer, next]] of Object.entries(SHEETS)) {
    for (const [how, ending] of Object.entries(ENDS)) {
      const [hands, word] = [await open(writer), `lanternfish${(words += 1)}`];
      await hands.visit("/account");
      await hands.visit(path);
      await fillsIn(hands, word);
      assert.ok((await holds(hands.page)).includes(word), "what is typed would be found");
      if (scripts && path === NEW) {
        await until("it is kept", async () => JSON.stringify(await service.as(writer).items("/working-copies")).includes(word));
      }
      await ending(hands, world, writer);
      await signsIn(hands, next);
      let stood = 0;
      for (const [nth, step] of ROUNDS.entries()) {
        const answer = await hands.page[step]();
        if (answer?.status() >= 400) {
          hands.watch.expect(answer.status());
        }
        stood += isAt(hands.page, path) ? 1 : 0;
        assert.ok(!(await holds(hands.page)).includes(word), `${path}, ${how}: ${step}, the ${nth + 1}th, shows it at ${hands.page.url()}`);
      }
      assert.ok(stood > 0, `${next} stood where ${writer} wrote`);
      if (path === NEW) {
        await keepsOnlyTheirOwn(hands, world, next, word);
      }
      say(`${path}, ${how}: ${stood} times at the form, and nothing in it`);
    }
  }
}

/** What is kept of the sheet that one stands on is what one typed there. */
async function keepsOnlyTheirOwn(hands, { service, scripts }, who, word) {
  // With scripts the address of a sheet that is kept is its own, and to anybody else there is nothing at it.
  for (let steps = 0; steps < 5 && !isAt(hands.page, NEW); steps += 1) {
    await hands.page.goBack();
  }
  if ((await hands.page.getByLabel(SHEET, { exact: true }).count()) === 0) {
    await hands.go("Write a reflection");
  }
  const own = `Mine, not ${word.replace("lanternfish", "theirs")}.`;
  await hands.fill(SHEET, own);
  const caller = service.as(who);
  if (scripts) {
    const kept = async () => (await caller.items("/working-copies")).find(({ working_copy: copy }) => copy.body.includes(own));
    const { working_copy: copy } = await until("their own is kept", kept);
    assert.equal(copy.body, own);
  }
  for (const list of ["/working-copies", "/reflections"]) {
    assert.ok(!JSON.stringify(await caller.items(list)).includes(word), `nothing of it is among ${list} of ${who}`);
  }
}

async function theWriterFindsTheirOwn({ open, say }) {
  const [hands, text] = [await open(AMINA), prose(80)];
  await begins(hands, text);
  await hands.send("Sign out");
  await signsIn(hands, AMINA);
  for (let steps = 0; steps < 5 && !isAt(hands.page, NEW); steps += 1) {
    await hands.page.goBack();
  }
  say(await onSheet(hands, text, "back, signed in again"));
}

const isTheBrowsersOwn = (page) => page.evaluate(() => location.protocol === "chrome-error:").catch(() => false);

/** Goes back to a page that a form was sent for: the browser has not got it any more, and sends the form again if one loads it. */
async function sendsItAgain({ page }) {
  for (let steps = 0; steps < 5; steps += 1) {
    const refused = await page.goBack().then(() => false, () => true);
    if (refused) {
      await until("the browser’s own page is there", () => isTheBrowsersOwn(page));
      return page.reload();
    }
  }
  throw new Error("there is no way back to the page that was sent");
}

async function aFormIsSentAgainBySomebodyElse({ open, service, say }) {
  for (const button of ["Preview", "Save"]) {
    const [hands, text] = [await open(AMINA), prose(120)];
    await begins(hands, text);
    await hands.send("Preview");
    await hands.send("Sign out");
    await signsIn(hands, TOM);
    hands.watch.expect(401);
    const answer = await sendsItAgain(hands);
    assert.equal(answer.status(), 401);
    await hands.saysNot(text.slice(0, 12));
    assert.equal(await whoIsHere(hands, service), await service.as(TOM).id(), "Tom stays signed in");
    for (const who of [AMINA, TOM]) {
      const all = await service.as(who).items("/reflections");
      assert.ok(!all.some(({ body }) => body === text), `nothing is saved as a reflection of ${who}`);
    }
    await signsInAgain(hands, AMINA, PASSWORD, 200);
    assert.equal(await whoIsHere(hands, service), await service.as(AMINA).id(), "Amina is signed in");
    await onSheet(hands, text, "her preview");
    if (button === "Preview") {
      await hands.send("Preview");
      await onSheet(hands, text, "another preview");
    }
    await hands.send("Save");
    assert.equal((await writings(service, text)).length, 1);
    await isSavedOnce(service, text, "hers");
    failed(hands);
  }
  say("asked who wrote it, and then it went on as hers");
}

async function anErrorPageLeadsOn({ open, shelf }) {
  const refusals = { "/no-such-page": 404, "/sign-out": 405, [`/reflections/${shelf.reflection}/working-copy/removal`]: 405 };
  for (const [path, answers] of Object.entries(refusals)) {
    const hands = await open(AMINA);
    await hands.visit(path, { answers });
    assert.ok(await hands.page.getByRole("link", { name: "My reflections" }).first().isVisible(), `${path} has the navigation`);
    await hands.go("Write a reflection");
    assert.ok(isAt(hands.page, NEW));
    await hands.visit(path, { answers });
    await hands.send("Sign out");
    assert.equal(await hands.page.getByRole("button", { name: "Sign out" }).count(), 0, "one is signed out");
  }
}

const theSessionIsAboutToEnd = (who, minutes, path) => async ({ open, say }) => {
  const [hands, text] = [await open(who), prose(60)];
  const { page } = hands;
  await page.clock.install();
  await hands.visit(path);
  if (path === NEW) {
    await hands.fill(SHEET, text);
    await page.clock.runFor(10_000);
    await hears(hands, KEPT);
  }
  const notice = page.locator("[data-idle-minutes]");
  const stay = notice.getByRole("button", { name: "Stay signed in" });
  assert.equal(await notice.getAttribute("role"), "alert");
  await page.clock.fastForward((minutes - 3) * MINUTE);
  assert.ok(!(await notice.isVisible()), "not before its time");
  await page.clock.fastForward(MINUTE + 15_000);
  await notice.getByText("You will be signed out soon").waitFor();
  await hands.reach(stay);
  await hands.press("Enter");
  await notice.waitFor({ state: "hidden" });
  await page.clock.fastForward((minutes - 2) * MINUTE + 15_000);
  await stay.waitFor();
  await page.clock.fastForward(2 * MINUTE + 15_000);
  await notice.getByText("You have been signed out").waitFor();
  assert.equal(await notice.getByRole("button").count(), 0);
  if (path === NEW) {
    say(await onSheet(hands, text, "after the end"));
  }
};

export default {
  title: "A shared device",
  service: "furnished",
  tasks: [
    both("shows nobody what somebody else typed and did not save", nobodyFindsAnothersWords),
    plain("gives whoever wrote it their words when they sign in again", theWriterFindsTheirOwn),
    both("sends a form again only for whoever wrote it", aFormIsSentAgainBySomebodyElse),
    both("leads on from an error to writing and to signing out", anErrorPageLeadsOn),
    scripted("says in good time that a session ends", theSessionIsAboutToEnd(AMINA, 30, NEW)),
    scripted("says it to an administrator in their time", theSessionIsAboutToEnd(PRIYA, 15, "/administration")),
  ],
};
