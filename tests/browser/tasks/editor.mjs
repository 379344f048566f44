// What an editor does: writes an example, publishes it, mends it, withdraws it; and what becomes of it when two do so at once.

import assert from "node:assert/strict";

import { PEOPLE } from "../shelf.mjs";
import { both } from "../tally.mjs";

const { DANIEL, HELEN, PRIYA } = PEOPLE;

const WHERE = "We met the children at LS1 4AP, at half past eight.";
const NOWHERE = "We met the children at their own gate, at half past eight.";
const IDENTIFIES = /“LS1 4AP” can say who somebody is, so this was not published\. Say “.+” instead\./;

/** Every field that is a line or a text, by its label. */
const TEXTS = {
  Summary: "A worker walks to school with the child once a week, and they talk on the way.",
  "The child’s experience": "Children said that walking is easier than *sitting across a table*.",
  Context: "A team of six in a town.\nFour schools.",
  "What we did": WHERE,
  "What difference it made": "Eleven of fourteen children told us something that they had told nobody.",
  "What did not work": "Rain. On wet days nobody talked.",
  "What does it say?": "Thirteen of fourteen children want to go on.",
  "Who says so?": "Asked on the last walk",
  "What it took": "- Half an hour a week\n- Boots",
  "Who it reached": "Children of seven to eleven. Not those who go by bus.",
  Themes: "Early help\nParticipation",
  "Title, author and year": "Northmoor (2026) Walking and talking",
  "Address on the web": "https://example.org/walking",
  Contact: "practice@northmoor.example",
  Licence: "CC BY 4.0",
  "Whose work it summarises": "Eastvale Council",
};
const KIND = "What children and families say";
const REVIEW_BY = "2027-11-30";

async function writesAll(hands, title) {
  await hands.fill("Title", title);
  for (const [label, text] of Object.entries(TEXTS)) {
    await hands.fill(label, text);
  }
  await hands.choose("What kind of evidence is it?", KIND);
  await hands.pick("Being tried");
  await hands.day("To be looked at again by", REVIEW_BY);
}

/** A theme is kept as everybody writes it. */
const asAllWriteIt = (themes) => themes.toLowerCase().replaceAll(" ", "-");

/** What the form holds is what was written. */
async function holdsAll(hands, title) {
  for (const [label, text] of Object.entries({ ...TEXTS, Title: title, "To be looked at again by": REVIEW_BY })) {
    const same = label === "Themes" ? asAllWriteIt : (as) => as;
    assert.equal(same(await hands.value(label)), same(text), label);
  }
  assert.equal(await hands.value("What kind of evidence is it?"), "family_feedback");
  assert.ok(await hands.page.getByLabel("Being tried").isChecked());
}

async function finds(hands, words) {
  await hands.visit("/practice-examples");
  await hands.fill("Words to look for", words);
  await hands.send("Search");
  return hands.page.locator("article h3").allInnerTexts();
}

/** An example that was published, or a draft, for a task that begins with one. */
async function made(service, content, state = "published") {
  const shelf = `/organisations/${service.organisation(DANIEL)}/practice-examples`;
  const { id } = await service.as(DANIEL).post(shelf, { summary: "A worker walks to school with the child.", ...content, state });
  return id;
}

async function writesAndPublishes({ open, scripts }) {
  const title = scripts ? "Walking to school together" : "Walking home together";
  const [hands, reader] = [await open(DANIEL), await open()];
  await hands.visit("/practice-examples");
  await hands.follow("Drafts and published examples");
  await hands.go("Write an example");
  await writesAll(hands, title);
  await hands.send("Preview");
  await hands.says("As readers would see it. Nothing is saved yet.", "Rain. On wet days nobody talked.");
  assert.equal(await hands.page.locator(".app-preview em").innerText(), "sitting across a table");
  await holdsAll(hands, title);
  await hands.send("Save");
  await hands.says("Saved. Readers see it when you publish it, and not before.");
  await holdsAll(hands, title);
  assert.deepEqual(await finds(reader, `"${title}"`), []);

  await hands.follow("See it as readers will, and publish it");
  await hands.send("Publish", { answers: 422 });
  assert.match(await hands.main(), IDENTIFIES);
  assert.deepEqual(await finds(reader, `"${title}"`), []);
  await hands.follow("Back to the draft");
  await holdsAll(hands, title);
  await hands.fill("What we did", NOWHERE);
  await hands.send("Save");
  await hands.follow("See it as readers will, and publish it");
  await hands.send("Publish");
  await hands.reads(title);

  assert.deepEqual(await finds(reader, `"${title}"`), [title]);
  await reader.follow(title);
  await reader.reads(title);
  await reader.says(NOWHERE, "Thirteen of fourteen children want to go on.", "30 November 2027", "which did not write it");
  await reader.saysNot("LS1 4AP", "Change this example");
}

async function isLedToTheWords({ open, service }) {
  const id = await made(service, { title: "At the gate", what_we_did: WHERE }, "draft");
  const hands = await open(DANIEL);
  await hands.visit(`/drafts/${id}/publication`);
  await hands.send("Publish", { answers: 422 });
  await hands.follow(IDENTIFIES);
  assert.equal(await hands.value("What we did"), WHERE);
}

async function mendsWhatIsOut({ open, service, scripts }) {
  const title = scripts ? "Breakfast before the meeting" : "Supper after the meeting";
  const id = await made(service, { title, what_did_not_work: "Eggs." });
  const [hands, reader] = [await open(DANIEL), await open()];
  await hands.visit(`/practice-examples/${id}`);
  await hands.follow("Change this example");
  await hands.fill("What did not work", "Toast.");
  await hands.send("Save");
  await hands.says("Changes not published");
  await reader.visit(`/practice-examples/${id}`);
  await reader.says("Eggs.");
  await reader.saysNot("Toast.");
  await hands.follow("See it as readers will, and publish it");
  await hands.says("Toast.");
  await hands.send("Publish");
  await hands.reads(title);

  await reader.visit(`/practice-examples/${id}`);
  await reader.says("Toast.");
  await reader.saysNot("Eggs.");
  await reader.follow("Earlier versions");
  await reader.says("Version 2", "Version 1");
  await reader.follow("Version 1");
  await reader.says("This is version 1 of 2.", "Eggs.");
  await reader.saysNot("Toast.");
  await reader.follow("Versions");
  await reader.follow("Version 2");
  await reader.says("Toast.");
}

async function withdraws({ open, service, scripts }) {
  const title = scripts ? "Whistles for the playground" : "Drums for the playground";
  const reason = "Two schools told us that it frightened the youngest.";
  const id = await made(service, { title, context: "It was loud." });
  const [hands, reader] = [await open(DANIEL), await open()];
  assert.deepEqual(await finds(reader, `"${title}"`), [title]);
  await hands.visit(`/drafts/${id}`);
  await hands.follow("Withdraw it");
  await hands.says(title, "What was withdrawn cannot be published again.");
  await hands.send("Withdraw", { answers: 422 });
  await hands.says("Say why you withdraw it.");
  await hands.fill("Why do you withdraw it?", reason);
  await hands.send("Withdraw");
  await hands.says("Withdrawn. Whoever comes to its address reads your reason.");

  await reader.visit(`/practice-examples/${id}`, { answers: 410 });
  await reader.reads("Withdrawn");
  await reader.says(reason);
  await reader.saysNot("It was loud.");
  assert.deepEqual(await finds(reader, `"${title}"`), []);
}

/** Makes somebody an editor beside what they are. */
async function isAnEditorToo(service, email) {
  const priya = service.as(PRIYA);
  const members = `/organisations/${service.organisation(PRIYA)}/members`;
  const { person_id: person, roles } = (await priya.items(members)).find((member) => member.email === email);
  if (!roles.includes("editor")) {
    await priya.change("PATCH", `${members}/${person}`, { roles: [...roles, "editor"] });
  }
}

async function meetAtOneDraft({ open, service }) {
  const [first, second] = ["The garden is behind the school.", "The garden is on the roof."];
  const digging = "We dug on Fridays.";
  const id = await made(service, { title: "A garden for two teams", context: "A garden." }, "draft");
  await isAnEditorToo(service, HELEN);
  const [helen, daniel] = [await open(HELEN), await open(DANIEL)];
  await helen.visit(`/drafts/${id}`);
  await daniel.visit(`/drafts/${id}`);
  await helen.fill("Context", first);
  await helen.send("Save");
  await daniel.fill("Context", second);
  await daniel.fill("What we did", digging);
  await daniel.send("Save", { answers: 412 });

  await daniel.says("This was changed since you opened it. What you wrote is still here.");
  assert.match(await daniel.page.getByRole("region", { name: "What is saved now" }).innerText(), new RegExp(first));
  assert.equal(await daniel.value("Context"), second);
  assert.equal(await daniel.value("What we did"), digging);
  await helen.visit(`/drafts/${id}`);
  assert.equal(await helen.value("Context"), first, "what was saved first is saved");

  await daniel.fill("Context", `${first} ${second}`);
  await daniel.send("Save");
  await helen.visit(`/drafts/${id}`);
  assert.equal(await helen.value("Context"), `${first} ${second}`);
  assert.equal(await helen.value("What we did"), digging);
}

export default {
  title: "An editor",
  service: "demonstration",
  tasks: [
    both("writes an example, takes out what says who somebody is, publishes it, and a stranger finds it", writesAndPublishes),
    both("is led from the refusal to the words that say who somebody is", isLedToTheWords),
    both("publishes a better text, and both versions can be read", mendsWhatIsOut),
    both("withdraws an example, and its reason stands in its place", withdraws),
    both("loses nothing when another editor was quicker", meetAtOneDraft),
  ],
};
