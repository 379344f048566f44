// What anybody does with an account: begins it, gets in and out, keeps it safe, lets another program in.

import assert from "node:assert/strict";

import { Authenticator } from "../authenticator.mjs";
import { Caller, PASSWORD } from "../service.mjs";
import { PEOPLE } from "../shelf.mjs";
import { both } from "../tally.mjs";

const { AMINA, TOM, RUTH, HELEN, GEORGE, MEI } = PEOPLE;

const ANOTHER_PASSWORD = "a boat across the estuary";
const WRONG = "The address or the password is wrong";
const WRONG_CODE = "This code is wrong, or it has run out or been used.";
const HAVE_APP = "I have an authenticator app";
const WRITTEN = "I went in with a plan and left it in the car.";
const MAY_SEE_WHO = "See who you are, where you are signed in and your tokens";

/** Fills in the page for signing in, where one stands before it, and sends it. */
async function givesPassword(hands, email, password, { code, answers } = {}) {
  await hands.fill("E-mail address", email);
  await hands.fill("Password", password);
  if (code) {
    const folded = hands.page.locator("summary", { hasText: HAVE_APP });
    if ((await folded.count()) > 0) {
      await hands.unfold(HAVE_APP);
    }
    await hands.fill("Code", code);
  }
  await hands.send("Sign in", { answers });
}

/** Goes back to the page before. Whoever skipped past the navigation here goes back past that first. */
async function goesBack(hands) {
  const address = () => hands.page.url().split("#")[0];
  for (const here = address(); here === address(); ) {
    await hands.page.goBack();
  }
  return hands.page.content();
}

/** Goes to an own page of somebody who is signed out, and finds out. */
async function isOut(hands) {
  await hands.visit("/account");
  await hands.reads("Sign in");
}

async function setsUpCodes(hands) {
  await hands.send("Set up an authenticator app");
  await hands.reads("Set up your authenticator app");
  await hands.unfold("I cannot scan the picture");
  const app = new Authenticator(await hands.page.locator("#secret").innerText());
  await hands.fill("Code", "000000");
  await hands.send("Confirm the app", { answers: 422 });
  await hands.says(WRONG_CODE);
  await hands.fill("Code", app.next());
  await hands.send("Confirm the app");
  await hands.reads("Your authenticator app is set up");
  const recovery = await hands.page.locator("#recovery code").allInnerTexts();
  assert.equal(recovery.length, 10);
  await hands.go("I have kept the codes. Continue");
  await hands.says("With your password and a code from your app");
  return { app, recovery };
}

async function beginsTheService({ start, scripts, open }) {
  const service = await start("empty", `empty-${scripts}`);
  const link = /set up at (\S+)/.exec(service.said)[1];
  const hands = await open(undefined, { service });
  await hands.visit(link);
  await hands.reads("Set up Soundings");
  await hands.fill("Name of the organisation", "Westmere Trust");
  await hands.pick("Voluntary organisation");
  await hands.fill("Your name", "Olwen Hughes");
  await hands.fill("E-mail address", "olwen@westmere.example");
  await hands.fill("Password", "short");
  await hands.send("Set up", { answers: 422 });
  assert.equal(await hands.value("Name of the organisation"), "Westmere Trust");
  assert.ok(await hands.page.getByLabel("Voluntary organisation").isChecked(), "what was picked stays picked");
  assert.equal(await hands.value("Your name"), "Olwen Hughes");
  assert.equal(await hands.value("E-mail address"), "olwen@westmere.example");
  await hands.fill("Password", PASSWORD);
  await hands.send("Set up");
  await hands.reads("Authenticator app");
  await hands.says("You need an authenticator app to use what you have been given as: Administrator.");
  const administration = hands.page.getByRole("link", { name: "Administration", exact: true });
  assert.equal(await administration.count(), 0, "what they were given waits");
  const { app } = await setsUpCodes(hands);
  await hands.follow("Administration");
  await hands.says("Westmere Trust", "Health of the service");
  await hands.visit(link, { answers: 404 });
  await hands.visit("/account");
  await hands.send("Sign out");
  await givesPassword(hands, "olwen@westmere.example", PASSWORD, { code: app.next() });
  assert.equal(await administration.count(), 1);
}

async function getsIn({ open }) {
  const hands = await open();
  await hands.visit("/account/tokens");
  await hands.reads("Sign in");
  await givesPassword(hands, AMINA, ANOTHER_PASSWORD, { answers: 422 });
  await hands.says(WRONG);
  assert.equal(await hands.value("E-mail address"), AMINA);
  assert.equal(await hands.value("Password"), "");
  const wrongPassword = await hands.main();
  await givesPassword(hands, "nobody@northmoor.example", PASSWORD, { answers: 422 });
  assert.equal(await hands.main(), wrongPassword, "it does not say which of the two was wrong");
  await givesPassword(hands, AMINA, PASSWORD);
  await hands.reads("Tokens for other programs");
}

async function leavesNothingBehind({ open }) {
  const hands = await open(AMINA);
  await hands.visit("/reflections");
  await hands.follow("The school run");
  assert.equal(hands.answer.headers()["cache-control"], "no-store");
  await hands.follow("My account");
  assert.ok((await goesBack(hands)).includes(WRITTEN), "while somebody is signed in, “back” shows what they read");
  await hands.send("Sign out");
  await hands.reads("Sign in");
  for (const place of ["what was read", "the list of it"]) {
    const shown = await goesBack(hands);
    await hands.reads("Sign in");
    assert.ok(!shown.includes(WRITTEN) && !shown.includes("The school run"), `“back” does not show ${place}`);
  }
}

async function changesThePassword({ open, service, scripts }) {
  const who = scripts ? TOM : RUTH;
  const [hands, elsewhere] = [await open(who), await open(who)];
  await elsewhere.visit("/account");
  await elsewhere.reads("My account");
  assert.equal((await service.as(who).ask("GET", "/me")).status, 200);
  await hands.visit("/account");
  await hands.follow("Change your password");
  await hands.fill("Present password", ANOTHER_PASSWORD);
  await hands.fill("New password", ANOTHER_PASSWORD);
  await hands.send("Change password", { answers: 422 });
  await hands.says("This is not your present password.");
  await hands.fill("Present password", PASSWORD);
  await hands.fill("New password", ANOTHER_PASSWORD);
  await hands.send("Change password");
  await hands.reads("Your password is changed");
  await isOut(elsewhere);
  assert.equal((await service.as(who).ask("GET", "/me")).status, 401, "tokens stop as well");
  await hands.follow("Sign in with your new password");
  await givesPassword(hands, who, PASSWORD, { answers: 422 });
  await hands.says(WRONG);
  await givesPassword(hands, who, ANOTHER_PASSWORD);
  await hands.reads("Home");
}

async function signsOutElsewhere({ open }) {
  const [hands, elsewhere] = [await open(HELEN), await open(HELEN)];
  await elsewhere.visit("/account");
  await elsewhere.reads("My account");
  await hands.visit("/account");
  await hands.follow("Where you are signed in");
  await hands.says("This browser");
  const sessions = await hands.page.locator("main h2").count();
  // The newest comes first, and that is the other window.
  await hands.send(/^Sign out there/);
  await hands.reads("Where you are signed in");
  assert.equal(await hands.page.locator("main h2").count(), sessions - 1);
  await isOut(elsewhere);
  await hands.visit("/account");
  await hands.reads("My account");
  await givesPassword(elsewhere, HELEN, PASSWORD);
  await elsewhere.reads("My account");
}

async function letsAProgramIn({ open, service, scripts }) {
  const name = scripts ? "Diary" : "Calendar";
  const hands = await open(AMINA);
  await hands.visit("/account");
  await hands.follow("Tokens for other programs");
  await hands.fill("Name of the token", name);
  await hands.send("Make the token", { answers: 422 });
  await hands.says("Choose at least one thing that the token may do.");
  assert.equal(await hands.value("Name of the token"), name);
  await hands.tick(MAY_SEE_WHO);
  await hands.send("Make the token");
  await hands.reads("Your token is made");
  const token = await hands.page.locator("#secret").innerText();
  const program = new Caller(service, token);
  const me = await program.ask("GET", "/me");
  assert.deepEqual([me.status, me.json.email], [200, AMINA]);
  assert.equal((await program.ask("GET", "/reflections")).status, 403, "it may do no more than was ticked");
  await hands.follow("I have copied it. Go to your tokens");
  assert.ok(!(await hands.answer.text()).includes(token), "it is shown once");
  await hands.follow(`Revoke ${name}`);
  await hands.reads("Revoke a token");
  await hands.says(`“${name}”`);
  await hands.send("Revoke the token");
  await hands.reads("Tokens for other programs");
  assert.equal((await program.ask("GET", "/me")).status, 401);
  assert.equal(await hands.page.getByRole("link", { name: `Revoke ${name}`, exact: true }).count(), 0);
}

async function signsInWithCodes({ open, scripts }) {
  const who = scripts ? MEI : GEORGE;
  const hands = await open(who);
  await hands.visit("/account");
  await hands.follow("Authenticator app");
  const { app, recovery } = await setsUpCodes(hands);

  await hands.send("Sign out");
  await givesPassword(hands, who, PASSWORD, { answers: 422 });
  await hands.says("Give the code from your authenticator app, or a recovery code.");
  await givesPassword(hands, who, PASSWORD, { code: app.next() });
  await hands.reads("Home");

  await hands.send("Sign out");
  await givesPassword(hands, who, PASSWORD, { code: recovery[0] });
  await hands.reads("Home");
  await hands.send("Sign out");
  await givesPassword(hands, who, PASSWORD, { code: recovery[0], answers: 422 });
  await hands.says(WRONG_CODE);
  await givesPassword(hands, who, PASSWORD, { code: recovery[1] });
  await hands.reads("Home");

  await hands.visit("/account/codes");
  assert.equal(await hands.page.locator("dd").last().innerText(), "8");
  await hands.follow("Sign in without codes");
  await hands.reads("Sign in without codes");
  await hands.send("Turn codes off");
  await hands.reads("Authenticator app");
  await hands.send("Sign out");
  await givesPassword(hands, who, PASSWORD);
  await hands.reads("Home");
}

export default {
  title: "Somebody with an account",
  service: "demonstration",
  tasks: [
    both("sets an empty service up, sets up codes, and administers it", beginsTheService),
    both("signs in on the way to a page, and a wrong password does not say what was wrong", getsIn),
    both("signs out, and “back” shows nothing of what they read", leavesNothingBehind),
    both("changes the password, and everything that was signed in is out", changesThePassword),
    both("signs out another window from the list of them", signsOutElsewhere),
    both("makes a token that is shown once, uses it and revokes it", letsAProgramIn),
    both("signs in with codes from an app and with recovery codes, and turns codes off", signsInWithCodes),
  ],
};
