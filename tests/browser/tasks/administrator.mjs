// What an administrator does: who belongs and as what, other systems, organisations, the service itself. Nobody's writing.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";

import { Caller, PASSWORD } from "../service.mjs";
import { PEOPLE } from "../shelf.mjs";
import { both, once } from "../tally.mjs";

const { AMINA, TOM, HELEN, PRIYA, GEORGE } = PEOPLE;

const MAY_READ = "Read practice examples, drafts too";
/** It is read back before it counts, and the page says that this can take some minutes. */
const A_BACKUP = 180_000;
const CANARY = "cormorant";

/** The name of a link whose end is there for those who hear it: a browser sets that apart from what is seen. */
const withTheUnseen = (seen, unseen) => new RegExp(`^${seen} *${unseen}$`);

/** Opens one of the pages about an organisation. */
async function administers(hands, page, organisation = "Northmoor Council") {
  await hands.follow("Administration");
  await hands.follow(withTheUnseen(page, organisation));
}

async function invites(hands, { name, email, role }) {
  await hands.fill("Their name", name);
  await hands.fill("Their e-mail address", email);
  await hands.send("Make the invitation", { answers: 422 });
  assert.equal(await hands.value("Their e-mail address"), email);
  await hands.tick(role);
  await hands.send("Make the invitation");
  await hands.reads("The invitation is made");
  return hands.page.locator("main code").innerText();
}

/** Opens the link of an invitation in another window, and chooses a password. */
async function accepts(hands, link, { name, email }) {
  await hands.visit(link);
  await hands.reads("Accept your invitation");
  await hands.says(email);
  assert.equal(await hands.value("Your name"), name);
  await hands.fill("Password", "short");
  await hands.send("Accept and sign in", { answers: 422 });
  await hands.fill("Password", PASSWORD);
  await hands.send("Accept and sign in");
  await hands.reads("Home");
}

async function signsIn(hands, email, { answers } = {}) {
  await hands.visit("/sign-in");
  await hands.fill("E-mail address", email);
  await hands.fill("Password", PASSWORD);
  await hands.send("Sign in", { answers });
}

/** Goes to an own page of somebody who is signed out, and finds out. */
async function isOut(hands) {
  await hands.visit("/account");
  await hands.reads("Sign in");
}

async function invitesSomebody({ open, scripts }) {
  const nia = scripts ? { name: "Nia Rees", email: "nia@northmoor.example" } : { name: "Bryn Hughes", email: "bryn@northmoor.example" };
  const hands = await open(PRIYA);
  await hands.visit("/");
  await administers(hands, "Invitations");
  const link = await invites(hands, { ...nia, role: "Editor" });
  await hands.follow("Invitations");
  await hands.says(nia.name, "Editor");
  assert.ok(!(await hands.answer.text()).includes(link), "the link is shown once");
  const theirs = await open();
  await accepts(theirs, link, nia);
  await theirs.visit("/drafts");
  await theirs.reads("Drafts and published examples");
  await theirs.visit(link, { answers: 404 });
  await administers(hands, "Invitations");
  await hands.saysNot(nia.name);
  await administers(hands, "Members");
  await hands.follow(nia.name);
  await hands.says(nia.email, "Editor");
}

async function givesAndTakesARole({ open }) {
  const [hands, theirs] = [await open(PRIYA), await open(TOM)];
  await theirs.visit("/drafts", { answers: 404 });
  await hands.visit("/");
  await administers(hands, "Members");
  await hands.follow("Tom Pritchard");
  await hands.tick("Editor");
  await hands.send("Save");
  await hands.says("Practitioner, Editor");
  await isOut(theirs);
  await signsIn(theirs, TOM);
  await theirs.visit("/drafts");
  await theirs.reads("Drafts and published examples");

  await hands.tick("Editor");
  await hands.send("Save");
  await hands.saysNot("Practitioner, Editor");
  await isOut(theirs);
  await signsIn(theirs, TOM);
  await theirs.visit("/drafts", { answers: 404 });
}

async function endsAMembership({ open, scripts }) {
  const [email, name] = scripts ? [HELEN, "Helen Marsh"] : [GEORGE, "George Bell"];
  const [hands, theirs] = [await open(PRIYA), await open(email)];
  await theirs.visit("/account");
  await theirs.reads("My account");
  await hands.visit("/");
  await administers(hands, "Members");
  await hands.follow(name);
  await hands.follow("End a membership");
  await hands.says("They are signed out everywhere.", "Their own writing stays theirs.");
  await hands.follow("Cancel");
  await theirs.visit("/account");
  await theirs.reads("My account");
  await hands.follow("End a membership");
  await hands.send(`End the membership of ${name}`);
  await hands.reads("Members");
  await hands.saysNot(name);
  await isOut(theirs);
  await signsIn(theirs, email, { answers: 422 });
  await theirs.says("The address or the password is wrong, or the account is closed.");
}

async function tokenFor({ service }, id, secret) {
  const basic = Buffer.from(`${id}:${secret}`).toString("base64");
  const answer = await fetch(`${service.url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return { status: answer.status, ...(await answer.json()) };
}

async function letsASystemIn(world) {
  const { open, service, scripts } = world;
  const name = scripts ? "Noticeboard" : "Intranet";
  const drafts = `/organisations/${service.organisation(PRIYA)}/practice-examples`;
  const hands = await open(PRIYA);
  await hands.visit("/");
  await administers(hands, "Service clients");
  await hands.fill("Name", name);
  await hands.tick(MAY_READ);
  await hands.send("Add the service client");
  await hands.reads("The service client is added");
  const [id, secret] = await hands.page.locator("dd code").allInnerTexts();
  const issued = await tokenFor(world, id, secret);
  assert.equal(issued.status, 200);
  const system = new Caller(service, issued.access_token);
  assert.equal((await system.ask("GET", drafts)).status, 200);
  assert.equal((await system.ask("POST", drafts, { title: "A", summary: "B" })).status, 403, "it may do no more than was ticked");

  await hands.follow("Service clients");
  assert.ok(!(await hands.answer.text()).includes(secret), "the secret is shown once");
  await hands.follow(withTheUnseen("Revoke", name));
  await hands.says(name, "This cannot be undone.");
  await hands.send(`Revoke ${name}`);
  await hands.reads("Service clients");
  await hands.saysNot(name);
  assert.equal((await system.ask("GET", drafts)).status, 401, "what it has stops");
  assert.equal((await tokenFor(world, id, secret)).status, 401, "and it gets no other");
}

async function renames(hands, from, to) {
  await administers(hands, "Change the name", from);
  assert.equal(await hands.value("Name of the organisation"), from);
  await hands.fill("Name of the organisation", to);
  await hands.send("Save");
  await hands.reads("Administration");
  await hands.says(to);
}

async function renamesTheOrganisation({ open, service }) {
  const [own, other] = ["Northmoor Council", "Northmoor and Westmere Council"];
  const [hands, reader] = [await open(PRIYA), await open()];
  const [example] = await service.as(PRIYA).items("/practice-examples");
  await hands.visit("/");
  await renames(hands, own, other);
  await reader.visit(`/practice-examples/${example.id}`);
  await reader.says(other);
  await renames(hands, other, own);
  await reader.visit(`/practice-examples/${example.id}`);
  await reader.saysNot(other);
}

async function addsAnOrganisation({ open, scripts }) {
  const name = scripts ? "Westmere Trust" : "Southmere Trust";
  const first = scripts ? { name: "Olwen Hughes", email: "olwen@westmere.example" } : { name: "Gwen Price", email: "gwen@southmere.example" };
  const hands = await open(PRIYA);
  await hands.visit("/administration");
  await hands.follow("Add an organisation");
  await hands.fill("Name of the organisation", name);
  await hands.send("Add the organisation", { answers: 422 });
  await hands.says("Choose a kind of organisation.");
  assert.equal(await hands.value("Name of the organisation"), name);
  await hands.pick("Voluntary organisation");
  await hands.send("Add the organisation");
  await hands.reads("Administration");
  await administers(hands, "Invitations", name);
  const link = await invites(hands, { ...first, role: "Administrator" });
  const theirs = await open();
  await accepts(theirs, link, first);
  await theirs.follow("Administration");
  await theirs.says(name);
  await theirs.saysNot("Northmoor Council", "Health of the service");
}

async function looksAfterTheService({ open }) {
  const hands = await open(PRIYA);
  await hands.visit("/administration");
  await hands.follow("Health of the service");
  assert.deepEqual(await hands.page.locator("dd .govuk-tag").allInnerTexts(), ["Working", "Working"]);
  hands.page.setDefaultTimeout(A_BACKUP);
  await hands.send("Make a backup");
  await hands.reads("The backup is made");
  const file = await hands.page.locator("main code").innerText();
  assert.ok(existsSync(file), `the backup is where the page says: ${file}`);
}

/** Every page of administration that a link leads to, by its address, as it was served. */
async function everyPage(hands) {
  const [pages, waiting] = [new Map(), ["/administration"]];
  for (let path = waiting.shift(); path; path = waiting.shift()) {
    await hands.visit(path);
    pages.set(path, { html: await hands.answer.text(), main: await hands.main() });
    const links = await hands.page.locator("main a[href^='/administration']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    waiting.push(...links.filter((link) => !pages.has(link) && !waiting.includes(link)));
  }
  return pages;
}

async function seesNobodysWriting({ open, service, say }) {
  const [hands, amina] = [await open(PRIYA), await open(AMINA)];
  const before = await everyPage(hands);
  const { id } = await service.as(AMINA).post("/reflections", { title: `The ${CANARY} on the pier`, body: `A ${CANARY} and I.` });
  for (const path of ["/reflections", `/reflections/${id}`]) {
    await amina.visit(path);
    assert.ok((await amina.answer.text()).includes(CANARY), "whoever wrote it reads it");
  }
  const after = await everyPage(hands);
  assert.ok(after.has(`/administration/${service.organisation(AMINA)}/members/${await service.as(AMINA).id()}/end`), "it is every page");
  for (const [path, { html, main }] of after) {
    assert.ok(!html.includes(CANARY), `${path} does not hold what was written`);
    assert.equal(main, before.get(path)?.main, `${path} does not say that somebody wrote`);
  }
  say(`${after.size} pages of administration were read`);
}

export default {
  title: "An administrator",
  service: "demonstration",
  tasks: [
    both("invites somebody, who opens the link, chooses a password and is in", invitesSomebody),
    both("gives a role and takes it away, and it counts at once", givesAndTakesARole),
    both("ends a membership, and whoever left is out and stays out", endsAMembership),
    both("adds a service client, whose secret is shown once, and revokes it", letsASystemIn),
    both("gives the organisation another name", renamesTheOrganisation),
    both("adds an organisation and invites its first administrator", addsAnOrganisation),
    both("sees that the service is well, and makes a backup", looksAfterTheService),
    once("sees nothing of anybody’s writing, nor that anybody wrote", seesNobodysWriting),
  ],
};
