// What anybody does who has no account: finds examples, reads them, follows and cites them, and finds back from a wrong address.

import assert from "node:assert/strict";

import { printed } from "../looks.mjs";
import { PEOPLE } from "../shelf.mjs";
import { both } from "../tally.mjs";

const MANY = 25;
const A_PAGE = 20;
const ON_THE_SCREEN = ["header nav", "footer", ".govuk-back-link"];
const SECTIONS = [
  "The child’s experience",
  "Context",
  "What we did",
  "What difference it made",
  "What did not work",
  "What it took",
  "Who it reached",
  "What children and families say",
  "Sources",
  "About this example",
  "How to cite it",
  "Follow the library, or keep this example",
];

const cards = (hands) => hands.page.locator("article h3").allInnerTexts();

/** Goes back to the page before. Whoever skipped past the navigation here goes back past that first. */
async function goesBack(hands) {
  const address = () => hands.page.url().split("#")[0];
  for (const here = address(); here === address(); ) {
    await hands.page.goBack();
  }
}

/** Looks for words, from the start page. */
async function looksFor(hands, words) {
  await hands.visit("/");
  await hands.reads("Practice examples");
  await hands.fill("Words to look for", words);
  await hands.send("Search");
  await hands.says("What was found");
}

async function finds({ open }) {
  const hands = await open();
  await looksFor(hands, "parents");
  assert.equal(await hands.value("Words to look for"), "parents");
  const all = await cards(hands);
  const marked = await hands.page.locator(".app-found b").allInnerTexts();
  assert.ok(marked.length > 0 && marked.every((word) => /^parent(s|ing)?$/i.test(word)), `the words are marked: ${marked}`);

  await hands.choose("Theme", "Early help");
  const [, promised] = /\((\d+)\)/.exec(await hands.page.getByLabel("Theme").locator("option:checked").innerText());
  await hands.send("Search");
  const some = await cards(hands);
  assert.equal(some.length, Number(promised), "as many as the filter promised");
  assert.ok(some.length < all.length && some.every((title) => all.includes(title)), "the filter leaves some of them");
  await hands.follow(some[0]);
  await hands.reads(some[0]);
  await hands.follow("Early help");
  assert.ok((await cards(hands)).includes(some[0]), "its theme leads to it and to others");

  await hands.fill("Words to look for", "zeppelin");
  await hands.send("Search");
  await hands.says("Nothing was found. Try other words, or clear the search.");
  await hands.follow("Clear the search");
  await hands.says("Newest first");
  assert.equal((await cards(hands)).length, A_PAGE);
}

async function readsOne({ open, shelf }) {
  const hands = await open();
  await looksFor(hands, '"Two social workers on every first visit"');
  await hands.follow("Two social workers on every first visit");
  await hands.reads("Two social workers on every first visit");
  const headings = hands.page.locator("main h2");
  assert.deepEqual(await headings.allInnerTexts(), SECTIONS);
  const sizes = await headings.evaluateAll((all) => [...new Set(all.map((one) => getComputedStyle(one).fontSize))]);
  assert.equal(sizes.length, 1, "what did not work is headed as plainly as what did");
  await hands.says("Diaries. 09:00 was never free for two.", "Northmoor Council", "Being tried", "practice@northmoor.example");
  await hands.saysNot("Change this example");

  await hands.follow("Earlier versions");
  await hands.says("Version 2", "Version 1");
  await hands.follow("Version 1");
  await hands.says("This is version 1 of 2.", "and workers were less frightened");
  await hands.follow("Versions");
  await hands.follow("The example as it is now");
  assert.equal(new URL(hands.page.url()).pathname, `/practice-examples/${shelf.example}`);
  await hands.saysNot("and workers were less frightened");
}

async function citesAndFollows({ open, shelf, service }) {
  const hands = await open();
  await hands.visit(`/practice-examples/${shelf.example}`);
  await hands.unfold("Copy the citation as text");
  const citation = hands.page.getByLabel("Citation", { exact: true });
  await hands.reach(citation);
  const text = await citation.inputValue();
  assert.ok(text.includes("Two social workers on every first visit") && text.includes(`${service.url}/practice-examples/${shelf.example}`), text);
  await hands.says(text);

  const link = hands.page.getByRole("link", { name: "Follow the library (Atom feed)" });
  await hands.reach(link);
  const feed = await hands.page.request.get(new URL(await link.getAttribute("href"), service.url).href);
  assert.equal(feed.status(), 200);
  assert.match(feed.headers()["content-type"], /^application\/atom\+xml/);
  const atom = await feed.text();
  assert.ok(atom.includes("<title>Two social workers on every first visit</title>"), "the feed has it");
  assert.ok(atom.includes("deleted-entry") && !atom.includes("<title>One that was withdrawn</title>"), "and says what was withdrawn");
}

async function readsWhyOneIsGone({ open, shelf }) {
  const hands = await open();
  await hands.visit(`/practice-examples/${shelf.withdrawn}`, { answers: 410 });
  await hands.reads("Withdrawn");
  await hands.says("This example was withdrawn. The reason given: It was wrong.");
  await hands.saysNot("One that was withdrawn", "Diaries.");
  await hands.follow("Go to the start page");
  await hands.reads("Practice examples");
  await looksFor(hands, '"One that was withdrawn"');
  assert.deepEqual(await cards(hands), []);
}

async function prints({ open, shelf }) {
  const hands = await open();
  await hands.visit(`/practice-examples/${shelf.example}`);
  for (const part of ON_THE_SCREEN) {
    assert.ok(await hands.page.locator(part).first().isVisible(), `${part} is on the screen`);
  }
  assert.deepEqual(await printed(hands.page), []);
  await hands.page.emulateMedia({ media: "print" });
  for (const part of [...ON_THE_SCREEN, ".app-no-print"]) {
    assert.ok(!(await hands.page.locator(part).first().isVisible()), `${part} is not on paper`);
  }
  await hands.says("What did not work", "Diaries. 09:00 was never free for two.", "How to cite it");
}

async function findsBack({ open }) {
  const hands = await open();
  const ways = [
    ["Go to the start page", "Practice examples"],
    ["Practice examples", "Practice examples"],
    ["Sign in", "Sign in"],
    ["Accessibility", "Accessibility"],
  ];
  for (const [way, heading] of ways) {
    await hands.visit("/practice-exmaples/two-by-two", { answers: 404 });
    await hands.reads("Nothing here");
    await hands.follow(way);
    assert.match(await hands.page.locator("h1").innerText(), new RegExp(heading));
  }
}

async function readsOn({ open, service, scripts }) {
  const theme = scripts ? "on-the-way" : "on-the-way-back";
  const daniel = service.as(PEOPLE.DANIEL);
  const shelves = `/organisations/${service.organisation(PEOPLE.DANIEL)}/practice-examples`;
  for (let number = 1; number <= MANY; number += 1) {
    await daniel.post(shelves, { title: `Stop ${number}`, summary: `A stop ${theme}.`, themes: [theme], state: "published" });
  }
  const hands = await open();
  await hands.visit(`/practice-examples?theme=${theme}`);
  const first = await cards(hands);
  await hands.follow("Next page");
  const second = await cards(hands);
  assert.deepEqual([first.length, second.length], [A_PAGE, MANY - A_PAGE]);
  assert.equal(new Set([...first, ...second]).size, MANY, "each is there once");
  assert.equal(await hands.page.getByRole("link", { name: "Next page" }).count(), 0);
  await goesBack(hands);
  assert.deepEqual(await cards(hands), first, "back is where one was");

  await hands.visit("/practice-examples");
  const newest = await cards(hands);
  await hands.follow("Next page");
  const older = await cards(hands);
  assert.deepEqual([newest[0], newest.length, older[0]], [`Stop ${MANY}`, A_PAGE, `Stop ${MANY - A_PAGE}`]);
}

export default {
  title: "Somebody without an account",
  service: "furnished",
  tasks: [
    both("finds examples by words and by theme", finds),
    both("reads what it was like for the child first, and plainly what did not work", readsOne),
    both("cites an example and follows the library", citesAndFollows),
    both("reads why an example was withdrawn", readsWhyOneIsGone),
    both("prints an example without the ways through the service", prints),
    both("finds back from a wrong address", findsBack),
    both("reads on from page to page, and back", readsOn),
  ],
};
