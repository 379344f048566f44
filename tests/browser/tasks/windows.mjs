// Nothing that somebody types is lost between two windows, or by turning away and coming back.

import assert from "node:assert/strict";

import { PEOPLE } from "../shelf.mjs";
import { both, scripted } from "../tally.mjs";
import { ELSEWHERE, KEPT, NEW, SHEET, adds, begins, begun, hears, isKept, isSavedOnce, onSheet, prose } from "../writing.mjs";

const { AMINA } = PEOPLE;

async function twoWindowsChangeOne({ open, service, say, scripts }) {
  const amina = service.as(AMINA);
  for (const first of ["the first to type saves last", "the first to type saves first"]) {
    const [before, one, two] = [prose(), prose(200), prose(200)];
    const { id } = await amina.post("/reflections", { body: before });
    const [early, late] = [await open(AMINA), await open(AMINA)];
    for (const hands of [early, late]) {
      await hands.visit(`/reflections/${id}/text`);
    }
    await adds(early, one);
    if (scripts) {
      await hears(early, KEPT);
    }
    await adds(late, two);
    if (scripts) {
      late.watch.expect(428);
      await hears(late, ELSEWHERE);
    }
    const [winner, loser] = first.endsWith("first") ? [early, late] : [late, early];
    const [won, lost] = first.endsWith("first") ? [one, two] : [two, one];
    await winner.send("Save");
    await loser.send("Save", { answers: 412 });
    await loser.says("There is another text", won.trim());
    await onSheet(loser, before + lost, first);
    await loser.send("Save");
    const revisions = (await amina.items(`/reflections/${id}/revisions`)).map(({ body }) => body);
    assert.deepEqual(new Set(revisions), new Set([before, before + won, before + lost]), first);
    assert.equal((await amina.get(`/reflections/${id}`)).body, before + lost, "the last to save is the present text");
    const left = (await amina.ask("GET", `/reflections/${id}/working-copy`)).json.body;
    assert.ok(left === undefined || left === before + one, "no working copy of anything else");
    say(`${first}: both texts are revisions`);
  }
}

async function twoWindowsGoOnWithOne({ open, service, say }) {
  const [before, one, two] = [prose(), prose(200), prose(200)];
  const early = await open(AMINA);
  await begins(early, before);
  const { id } = await isKept(service, before);
  const late = await open(AMINA);
  await late.visit(`${NEW}?begun=${id}`);
  await adds(late, two);
  await isKept(service, before + two);
  early.watch.expect(412);
  await early.type(one);
  await hears(early, ELSEWHERE);
  await early.send("Save", { answers: 412 });
  await early.says("There is another text", two.trim());
  await onSheet(early, before + one, "the one");
  await early.send("Save");
  await isSavedOnce(service, before + one, "the one");
  // The other window still has its text, and is told.
  late.watch.expect(409);
  await late.send("Save", { answers: 409 });
  await onSheet(late, before + two, "the other");
  await late.send("Save");
  await isSavedOnce(service, before + two, "the other");
  say("both are saved, each as a reflection");
}

async function twoWindowsBegin({ open, service, say, scripts }) {
  const both = [];
  for (const text of [prose(), prose()]) {
    const hands = await open(AMINA);
    await begins(hands, text);
    both.push([hands, text]);
  }
  for (const [hands, text] of both) {
    if (scripts) {
      await isKept(service, text);
    }
    await hands.send("Save");
    await isSavedOnce(service, text, "each");
  }
  say("two reflections");
}

async function somebodyTurnsAway({ open, service, say, scripts }) {
  const hands = await open(AMINA);
  let text = prose();
  const backAgain = async (how) => {
    if (scripts) {
      await isKept(service, text);
    }
    await hands.page.goBack();
    say(`${how}: ${await onSheet(hands, text, how)}`);
    await adds(hands, " And");
    text += " And";
    if (scripts) {
      await isKept(service, text);
    }
  };
  await begins(hands, text);
  await hands.follow("My reflections");
  await backAgain("back from a link");
  await hands.visit("/account");
  await backAgain("back from another address");
  await hands.page.goForward();
  await backAgain("forward and back");
  if (scripts) {
    // Without scripts Chromium empties a sheet that is loaded again, as it does every form.
    await hands.page.reload();
    say(`loaded again: ${await onSheet(hands, text, "reload")}`);
    await hands.page.close({ runBeforeUnload: true });
    const later = await open(AMINA);
    await later.visit("/reflections");
    const { id } = (await begun(service, text))[0];
    await later.reach(later.page.locator(`a[href$="begun=${id}"]`));
    await Promise.all([later.page.waitForEvent("load"), later.press("Enter")]);
    say(`taken up again from the list: ${await onSheet(later, text, "the list")}`);
    return later.send("Save");
  }
  await hands.send("Save");
  return isSavedOnce(service, text, "turned away and back");
}

async function somebodyGoesBackAfterSaving({ open, service, say, scripts }) {
  const hands = await open(AMINA);
  const text = prose();
  await begins(hands, text);
  if (scripts) {
    await isKept(service, text);
  }
  await hands.send("Save");
  const { id } = await isSavedOnce(service, text, "saved");
  await hands.page.goBack();
  assert.notEqual(await hands.page.locator("h1").innerText(), "Nothing here", "whoever goes back after saving finds what they saved");
  if ((await hands.page.getByLabel(SHEET, { exact: true }).count()) > 0) {
    await onSheet(hands, text, "back after saving");
    await hands.send("Save");
  }
  assert.equal(new URL(hands.page.url()).pathname, `/reflections/${id}`);
  await isSavedOnce(service, text, "after going back");
  say("no second copy");
}

const WHOLE = {
  "A title, if you want one": "The coat",
  "What bothers me": "How quiet it was.",
  "What I do not know": "Whose coat it was.",
  "Other ways to explain it": "She was tired.",
  "Tags of your own": "coats",
};

/** Writes every part of a sheet, each with a mark of its own; answers what must be read where the other text is shown. */
async function writesEveryPart(hands, mark, [day, said]) {
  await hands.unfold("Title, date, questions and more");
  // First, so that it is come to from above: from below, one comes to the year of it.
  await hands.day("When it happened", day);
  const parts = Object.entries(WHOLE).map(([label, words]) => [label, `${words.replace(/\.$/, "")} ${mark}`]);
  for (const [label, words] of parts) {
    await hands.fill(label, words);
  }
  return [...parts.flat(), "When it happened", said];
}

const ONES = ["2026-11-17", "17 November 2026"];
const OTHERS = ["2026-11-18", "18 November 2026"];

/** That all of the other text can be read, and none of what is one's own is among it. */
async function showsTheWholeOther(hands, text, parts, own) {
  const other = await hands.page.locator(".app-other, .govuk-inset-text", { hasText: "There is another text" }).innerText();
  const missing = [text, ...parts].filter((words) => !other.includes(words));
  assert.deepEqual(missing, [], "all of the other text is there");
  assert.ok(!other.includes(own), "and nothing of one's own");
}

async function theOtherTextIsWhole({ open, service, say }) {
  const [before, one, two] = [prose(80), prose(80), prose(80)];
  const { id } = await service.as(AMINA).post("/reflections", { body: before });
  const [early, late] = [await open(AMINA), await open(AMINA)];
  for (const hands of [early, late]) {
    await hands.visit(`/reflections/${id}/text`);
  }
  const parts = await writesEveryPart(early, "juniper", ONES);
  await early.fill(SHEET, one);
  await early.send("Save");
  await writesEveryPart(late, "elder", OTHERS);
  await late.fill(SHEET, two);
  await late.send("Save", { answers: 412 });
  await showsTheWholeOther(late, one, parts, "elder");
  await onSheet(late, two, "one's own");
  say(`${parts.length / 2} parts and the text`);
}

async function theOtherTextIsWholeOfWhatWasBegun({ open, service, say }) {
  const [before, one, two] = [prose(80), prose(80), prose(80)];
  const early = await open(AMINA);
  await begins(early, before);
  const { id } = await isKept(service, before);
  const late = await open(AMINA);
  await late.visit(`${NEW}?begun=${id}`);
  const parts = await writesEveryPart(late, "juniper", ONES);
  await late.fill(SHEET, two);
  await isKept(service, two);
  await hears(late, KEPT);
  early.watch.expect(412);
  await writesEveryPart(early, "elder", OTHERS);
  await early.fill(SHEET, one);
  await hears(early, ELSEWHERE);
  await early.send("Save", { answers: 412 });
  await showsTheWholeOther(early, two, parts, "elder");
  await onSheet(early, one, "one's own");
  say(`${parts.length / 2} parts and the text`);
}

export default {
  title: "Nothing typed is lost",
  service: "furnished",
  tasks: [
    both("when two windows change one reflection", twoWindowsChangeOne),
    scripted("when two windows go on with what was begun", twoWindowsGoOnWithOne),
    both("when two windows change one, and all of the other text is shown", theOtherTextIsWhole),
    scripted("when two windows go on with what was begun, and all of the other text is shown", theOtherTextIsWholeOfWhatWasBegun),
    both("when two windows begin", twoWindowsBegin),
    both("when somebody turns away and comes back", somebodyTurnsAway),
    both("when somebody goes back after saving", somebodyGoesBackAfterSaving),
  ],
};
