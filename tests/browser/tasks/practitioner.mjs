// What a practitioner does: write, find it again, change it, share it, take it back, delete it, answer a colleague.

import assert from "node:assert/strict";

import { NARROW } from "../looks.mjs";
import { PASSWORD } from "../service.mjs";
import { PEOPLE } from "../shelf.mjs";
import { both } from "../tally.mjs";

const { AMINA, RUTH, TOM } = PEOPLE;
/** From the sign-in page to a reflection that is saved: every press beside the letters. The toolbar needs scripts, and is one more. */
const PRESSES = { true: 11, false: 10 };
const GUARD = "Some words might say who somebody is";
const MORE = "Title, date, questions and more";

const way = (scripts) => (scripts ? "with scripts" : "without scripts");
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const worded = (day) => new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));

/** Something that was written before. */
const writes = async (service, who, content) => (await service.as(who).post("/reflections", content)).id;

async function shares(service, who, id, reader, more = {}) {
  const share = { person_id: await service.as(reader).id(), ...more };
  return (await service.as(who).post(`/reflections/${id}/shares`, share)).id;
}

async function signsInAndSaves({ open, say, scripts, figures }) {
  const text = `I counted the steps to her door, ${way(scripts)}.`;
  const hands = await open();
  await hands.visit("/sign-in");
  await hands.fill("E-mail address", TOM);
  await hands.fill("Password", PASSWORD);
  await hands.enter();
  await hands.go("Write a reflection");
  await hands.fill("Your reflection", text);
  await hands.send("Save");
  await hands.says(text);
  const letters = [TOM, PASSWORD, text].join("").length;
  assert.equal(hands.letters, letters, "nothing else was typed");
  say(`${hands.presses} presses beside the text and the ${TOM.length + PASSWORD.length} letters of address and password`);
  if (scripts) {
    figures.presses = hands.presses;
  }
  assert.ok(hands.presses <= PRESSES[scripts], `${hands.presses} presses are more than ${PRESSES[scripts]}`);
}

async function writesFromAnywhere({ open, service, say, scripts }) {
  const [example] = await service.as(AMINA).items("/practice-examples");
  const own = ["/", "/reflections", "/shared-with-me", "/supervision", "/practice-examples", "/account"];
  const places = [...own, `/practice-examples/${example.id}`, "/who-can-see-what"];
  const hands = await open(AMINA);
  for (const place of places) {
    await hands.visit(place);
    assert.equal(await hands.page.getByRole("button", { name: "Write a reflection" }).count(), 1, `${place} has one way to the sheet`);
    await hands.go("Write a reflection");
    await hands.reads("Write a reflection");
    await hands.reach(hands.page.getByLabel("Your reflection", { exact: true }));
  }
  const text = `Her hands were cold, ${way(scripts)}.`;
  await hands.type(text);
  await hands.send("Save");
  await hands.says(text);
  say(`${places.length} pages lead to the sheet`);
}

const PARTS = {
  "Your reflection": "I went in *with a plan* and left it in the car.",
  "What bothers me": "How quiet it was upstairs.",
  "What I do not know": "Who was upstairs?\nWhose coat was it?",
  "Other ways to explain it": "She is frightened.\nShe is tired.\nIt was an ordinary bad day.",
};

async function writesEverything({ open, scripts }) {
  const title = `The stairs, ${way(scripts)}`;
  const typed = { ...PARTS, "A title, if you want one": title, "Tags of your own": "home visits\nlistening" };
  const hands = await open(TOM);
  const stands = async () => {
    for (const [label, text] of Object.entries(typed)) {
      assert.equal(await hands.value(label), text, label);
    }
    assert.equal(await hands.value("When it happened"), "2026-11-17");
  };
  await hands.visit("/reflections/new");
  await hands.saysNot("What bothers me");
  await hands.fill("Your reflection", typed["Your reflection"]);
  await hands.unfold(MORE);
  await hands.fill("A title, if you want one", title);
  await hands.day("When it happened", "2026-11-17");
  for (const label of ["What bothers me", "What I do not know", "Other ways to explain it", "Tags of your own"]) {
    await hands.fill(label, typed[label]);
  }
  await hands.choose("Questions to think with", "Gibbs");
  await hands.send("Show these questions");
  await hands.says("Which feeling have you not said aloud to anyone yet?", "Answer all of them, some, or none. Nobody checks.");
  await stands();
  await hands.send("Preview");
  assert.equal(await hands.page.locator(".app-preview em").innerText(), "with a plan");
  await stands();
  await hands.send("Save");

  await hands.reads(title);
  assert.equal(await hands.page.locator("main em").innerText(), "with a plan");
  await hands.says("I went in with a plan and left it in the car.", "About what happened on 17 November 2026", typed["What bothers me"]);
  await hands.says(...typed["What I do not know"].split("\n"), ...typed["Other ways to explain it"].split("\n"));
  await hands.saysNot("not saved");
  await hands.go("Change it");
  await stands();
  await hands.says("Which feeling have you not said aloud to anyone yet?");
}

async function takesNeutralWords({ open }) {
  const hands = await open(TOM, { viewport: NARROW });
  await hands.visit("/reflections/new");
  await hands.fill("Your reflection", "I said nothing, and I wonder why.");
  await hands.send("Save");
  await hands.saysNot(GUARD);

  await hands.visit("/reflections/new");
  await hands.fill("Your reflection", "I rang Jade Miller’s mother on 07700 900123, and drove to LS6 4AB.");
  await hands.send("Save");
  await hands.says("I rang Jade Miller’s mother on 07700 900123, and drove to LS6 4AB.", GUARD);
  await hands.unfold(GUARD);
  await hands.says("“07700 900123”: say “[phone number]” instead", "“LS6 4AB”: say “[postcode]” instead", "Jade Miller");
  // What is certain is ticked already: one press takes it. A name is for its writer to judge.
  await hands.send("Reword the ticked ones");
  await hands.says("I rang Jade Miller’s mother on [phone number], and drove to [postcode].", GUARD);
  await hands.unfold(GUARD);
  await hands.tick(/Jade Miller/);
  await hands.send("Reword the ticked ones");
  await hands.saysNot("Jade", GUARD);
  await hands.says("mother on [phone number], and drove to [postcode].");
  const { pathname } = new URL(hands.page.url());
  await hands.visit(`${pathname}/revisions/1`);
  await hands.says("I rang Jade Miller’s mother on 07700 900123, and drove to LS6 4AB.");
}

async function findsAgain({ open, service, scripts }) {
  const [tag, words] = [`finding ${way(scripts)}`, scripts ? "wisteria" : "hollyhock"];
  const [wanted, other] = [`The garden, ${way(scripts)}`, `The kitchen, ${way(scripts)}`];
  await writes(service, TOM, { title: wanted, body: `We stood under the ${words}.`, tags: [tag], occurred_on: "2026-03-02" });
  await writes(service, TOM, { title: other, body: "We sat at the table.", tags: [tag] });
  const hands = await open(TOM);
  await hands.visit("/");
  await hands.follow("My reflections");
  await hands.says(wanted, other, "The school run");
  await hands.fill("Words to look for", words.toUpperCase());
  await hands.send("Search");
  await hands.says(wanted);
  await hands.saysNot(other, "The school run");
  await hands.follow(tag);
  await hands.says(wanted, other);
  await hands.saysNot("The school run");
  assert.equal(await hands.value("Tag"), tag);
  await hands.day("From this day", "2026-03-01");
  await hands.day("Up to this day", "2026-03-31");
  await hands.send("Search");
  await hands.says(wanted);
  await hands.saysNot(other);
  await hands.fill("Words to look for", "zeppelin");
  await hands.send("Search");
  await hands.says("Nothing was found.");
  await hands.follow("Show all");
  await hands.follow(wanted);
  await hands.reads(wanted);
}

async function changesIt({ open, service, scripts }) {
  const title = `The doorstep, ${way(scripts)}`;
  await writes(service, TOM, { title, body: "I was careful with him." });
  const hands = await open(TOM);
  await hands.visit("/reflections");
  await hands.follow(title);
  await hands.saysNot("How it read before");
  await hands.go("Change it");
  await hands.fill("Your reflection", "I was angry with him.");
  await hands.send("Save");
  await hands.says("I was angry with him.");
  await hands.follow("How it read before");
  await hands.follow(/\d{4}, /);
  const changed = async (element) => (await hands.page.locator(`main ${element}`).innerText()).replaceAll(/\s+/g, " ");
  assert.match(await changed("del"), /taken out careful \(end\)/);
  assert.match(await changed("ins"), /put in angry \(end\)/);
  await hands.follow(/\d{4}, /);
  await hands.says("I was careful with him.");
  assert.equal(await hands.page.locator("main ins, main del").count(), 0, "before the first text there was none");
}

async function sharesAndTakesBack({ open, service, scripts }) {
  const [title, day] = [`The hallway, ${way(scripts)}`, inDays(30)];
  const id = await writes(service, AMINA, { title, body: "He stood between us." });
  const hands = await open(AMINA, { viewport: NARROW });
  await hands.visit(`/reflections/${id}`);
  const readers = hands.page.locator("section", { has: hands.page.locator("#audience") });
  assert.ok(!(await readers.innerText()).includes("Ruth Okafor"), "nobody else reads it yet");
  await hands.go("Share it");
  await hands.choose("With whom", "Ruth Okafor");
  await hands.day("Up to and including", day);
  await hands.fill("A word to go with it", "Could we look at the hallway together?");
  await hands.send("Share it");
  await hands.reads("Shared with Ruth Okafor");
  await hands.says(`Ruth Okafor can read this until ${worded(day)}.`, "Could we look at the hallway together?", "He stood between us.");
  await hands.follow("Share a reflection");
  await hands.follow("Back to the reflection");
  assert.ok((await readers.innerText()).includes(`You shared a snapshot with Ruth Okafor until ${worded(day)}.`));

  const ruth = await open(RUTH, { viewport: NARROW });
  await ruth.visit("/");
  if (scripts) {
    await ruth.reach(ruth.page.getByRole("button", { name: "Menu" }));
    await ruth.press("Enter");
  }
  await ruth.follow("Shared with me");
  await ruth.follow(`Amina Yusuf: ${title}`);
  await ruth.says("He stood between us.", "Could we look at the hallway together?", `You can read it until ${worded(day)}`);

  await hands.go("Share it");
  await hands.follow("Ruth Okafor");
  await hands.says("Ruth Okafor stops seeing it at once.");
  await hands.send("Take it back");
  await hands.saysNot("Shared with");
  assert.ok(!(await readers.innerText()).includes("Ruth Okafor"), "nobody else reads it any more");
  await ruth.visit(new URL(ruth.page.url()).pathname, { answers: 404 });
  await ruth.visit("/shared-with-me");
  await ruth.saysNot(title);
}

async function returnsToIt({ open, service, scripts }) {
  const title = `The waiting room, ${way(scripts)}`;
  const id = await writes(service, TOM, { title, body: "We waited, and nobody spoke." });
  const hands = await open(TOM);
  await hands.visit(`/reflections/${id}`);
  await hands.send("Return to this");
  await hands.follow("Home");
  await hands.says("What to return to");
  await hands.follow(title);
  await hands.send("No need to return");
  await hands.follow("Home");
  await hands.saysNot(title);
}

async function deletesIt({ open, service, scripts }) {
  const title = `The car park, ${way(scripts)}`;
  const id = await writes(service, AMINA, { title, body: "I sat in the car for a while." });
  const share = await shares(service, AMINA, id, RUTH);
  const [hands, ruth] = [await open(AMINA), await open(RUTH)];
  await ruth.visit(`/shared-with-me/${share}`);
  await hands.visit("/reflections");
  await hands.follow(title);
  await hands.follow("Delete it");
  await hands.says(title, "Nobody can bring it back.", "These people can read it now, and will not any more: Ruth Okafor.");
  await hands.follow("Keep it");
  await hands.says("I sat in the car for a while.");
  await hands.follow("Delete it");
  await hands.send("Delete it for good");
  await hands.reads("My reflections");
  await hands.saysNot(title);
  await hands.visit(`/reflections/${id}`, { answers: 404 });
  await hands.saysNot(title);
  await ruth.visit(`/shared-with-me/${share}`, { answers: 404 });
}

async function writesBack({ open, service, scripts }) {
  const [title, answer] = [`The phone call, ${way(scripts)}`, `What would *she* say, ${way(scripts)}?`];
  const id = await writes(service, AMINA, { title, body: "I hung up first." });
  const share = await shares(service, AMINA, id, TOM);
  const hands = await open(TOM);
  await hands.visit("/shared-with-me");
  await hands.follow(`Amina Yusuf: ${title}`);
  await hands.says("I hung up first.");
  await hands.send("Send", { answers: 422 });
  await hands.saysNot("What you wrote back");
  await hands.jump("Write something here.");
  await hands.type(answer);
  await hands.send("Send");
  await hands.says("What you wrote back", answer.replaceAll("*", ""));
  const [amina, ruth] = [await open(AMINA), await open(RUTH)];
  await amina.visit(`/reflections/${id}/shares`);
  await amina.follow("Tom Pritchard");
  await amina.says("What they wrote back", answer.replaceAll("*", ""));
  await ruth.visit(`/shared-with-me/${share}`, { answers: 404 });
}

export default {
  title: "A practitioner",
  service: "demonstration",
  tasks: [
    both("signs in and saves a reflection with few presses beside the text", signsInAndSaves),
    both("comes to the sheet from any page with one click, types, and saves with another", writesFromAnywhere),
    both("writes with a title, a day, questions and all the rest, and reads it back as it was typed", writesEverything),
    both("is told of words that might say who somebody is, and takes neutral ones with one press", takesNeutralWords),
    both("finds a reflection again by words, tag and day", findsAgain),
    both("changes a reflection, and sees what was changed", changesIt),
    both("shares a reflection until a day, sees who can read it, and takes it back", sharesAndTakesBack),
    both("marks a reflection to return to, and returns to it from the start page", returnsToIt),
    both("deletes a reflection for good", deletesIt),
    both("reads what a colleague shared, and writes back", writesBack),
  ],
};
