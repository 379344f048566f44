// Nothing that somebody types is lost, whatever ends first: the server, the connection, the session.

import assert from "node:assert/strict";

import { PASSWORD } from "../service.mjs";
import { PEOPLE } from "../shelf.mjs";
import { both, scripted } from "../tally.mjs";
import { KEPT, NEW, OFFLINE, SHEET, SIGNED_OUT, adds, begins, failed, halves, hears, isKept, isSavedOnce } from "../writing.mjs";
import { onSheet, prose, same, savesInVain, signsInAgain, until, writings } from "../writing.mjs";

const { AMINA, TOM } = PEOPLE;
const isKeeping = (message) => /\/(begun|working-copy)$/.test(new URL(message.url()).pathname);

let own;
/** A service that may be killed: one for all who do. */
const killable = (start) => (own ??= start("demonstration", "killed"));

const MOMENTS = {
  "before the first words": async (service, hands, half) => {
    await service.kill();
    await hands.type(half);
  },
  "after the first words": async (service, hands, half) => {
    await hands.type(half);
    await isKept(service, half);
    await service.kill();
  },
  "while the first words": async (service, hands, half) => {
    const sent = hands.page.waitForRequest(isKeeping);
    await hands.type(half);
    await sent;
    await service.kill();
  },
};

const theServerIsKilled = (when) => async ({ start, open, say }) => {
  const service = await killable(start);
  const hands = await open(AMINA, { service });
  const text = prose();
  const [half, rest] = halves(text);
  await begins(hands);
  await MOMENTS[when](service, hands, half);
  await hands.type(rest);
  await hears(hands, OFFLINE);
  await onSheet(hands, text, when);
  await service.startAgain();
  await hears(hands, KEPT);
  await isKept(service, text);
  await hands.page.reload();
  say(await onSheet(hands, text, when));
  await hands.send("Save");
  await isSavedOnce(service, text, when);
  failed(hands);
};

async function whatWasSaidToBeKeptIsThere({ start, open, say }) {
  const service = await killable(start);
  const [hands, text] = [await open(AMINA, { service }), prose()];
  await begins(hands, text);
  await hears(hands, KEPT);
  const { id } = await isKept(service, text);
  await service.kill();
  await service.startAgain();
  const another = await open(AMINA, { service });
  await another.visit(`${NEW}?begun=${id}`);
  say(await onSheet(another, text, "in another window"));
}

/** With scripts the sheet stays, and is kept as soon as somebody answers. */
async function savesAndStays(service, hands, text, where) {
  await hands.reach(hands.page.getByRole("button", { name: "Save", exact: true }));
  await hands.press("Enter");
  await hears(hands, OFFLINE);
  await onSheet(hands, text, where);
  await service.startAgain();
  await hears(hands, KEPT);
  await onSheet(hands, text, where);
  await hands.send("Save");
}

/** Without them the browser shows its own page, and there is a way back, or on. */
async function savesInVainAnd(goesOn, service, hands, text, where) {
  await savesInVain(hands);
  await service.startAgain();
  if (goesOn === "back") {
    await hands.page.goBack();
    await onSheet(hands, text, where);
    return hands.send("Save");
  }
  return hands.page.reload();
}

const WAYS = {
  true: { "nothing kept before": savesAndStays, "part of it kept before": savesAndStays },
  false: { "the way back": savesInVainAnd.bind(undefined, "back"), "sent again by the browser": savesInVainAnd.bind(undefined, "again") },
};

async function somebodySavesWhileItIsDown({ start, open, say, scripts }) {
  const service = await killable(start);
  const hands = await open(AMINA, { service });
  for (const [where, saves] of Object.entries(WAYS[scripts])) {
    const text = prose();
    const [half, rest] = halves(text);
    await begins(hands, half);
    if (where.startsWith("part")) {
      await isKept(service, half);
    }
    await service.kill();
    await hands.type(rest);
    await saves(service, hands, text, where);
    say(`${where}: ${same((await isSavedOnce(service, text, where)).body, text, where)}`);
  }
  failed(hands);
}

/** Whether it was saved or not before the server was gone, it is there once in the end. */
async function theServerIsKilledAtThePress({ start, open, say, scripts }) {
  const service = await killable(start);
  const [hands, text] = [await open(AMINA, { service }), prose()];
  await begins(hands, text);
  if (scripts) {
    await isKept(service, text);
    await hears(hands, KEPT);
  }
  const pressed = hands.page.waitForRequest((request) => request.isNavigationRequest() && request.method() === "POST");
  await hands.reach(hands.page.getByRole("button", { name: "Save", exact: true }));
  await Promise.all([pressed.then(() => service.kill()), hands.press("Enter")]);
  await service.startAgain();
  await until("it is saved", async () => {
    await hands.page.reload().catch(() => {});
    return (await writings(service, text))[0];
  });
  say(same((await isSavedOnce(service, text, "at the press")).body, text));
  failed(hands);
}

/** The server keeps what it was sent, and what it says of that never arrives. */
async function anAnswerIsLost({ open, service, say }) {
  const hands = await open(AMINA);
  let losing = false;
  await hands.page.route((url) => isKeeping({ url: () => url }), async (route) => {
    if (!losing) {
      return route.continue();
    }
    losing = false;
    const answer = await route.fetch();
    assert.equal(answer.status(), 200, "it was kept");
    return route.abort("connectionreset");
  });
  let text = "";
  await begins(hands);
  for (const when of ["the first", "a later"]) {
    losing = true;
    for (const [part, heard] of [...halves(prose(200))].map((half, at) => [half, [OFFLINE, KEPT][at]])) {
      text += part;
      await hands.type(part);
      await hears(hands, heard);
    }
    await isKept(service, text);
    say(`${when} answer was lost: ${await onSheet(hands, text, when)}`);
  }
  await hands.send("Save");
  await isSavedOnce(service, text, "what was begun once");
  // The server said that something newer is kept, and the sheet found that it was its own.
  hands.watch.expect(412);
  failed(hands);
}

async function somebodyNeverPauses({ open, service, say }) {
  const hands = await open(AMINA);
  const keeps = [];
  hands.page.on("response", (answer) => isKeeping(answer) && answer.ok() && keeps.push(answer));
  const text = prose(120);
  await begins(hands);
  await hands.page.keyboard.type(text, { delay: 100 });
  assert.ok(keeps.length > 0, "what is typed for twelve seconds without a pause is kept meanwhile");
  await isKept(service, text);
  say(`kept ${keeps.length} times while it was typed`);
}

async function theConnectionGoes({ open, service, say, scripts }) {
  const hands = await open(AMINA);
  const text = prose();
  const [half, rest] = halves(text);
  await begins(hands, half);
  await hands.page.context().setOffline(true);
  await hands.type(rest);
  if (scripts) {
    await hears(hands, OFFLINE);
    await onSheet(hands, text, "offline");
    await hands.page.context().setOffline(false);
    await hears(hands, KEPT);
    await isKept(service, text);
  } else {
    await savesInVain(hands);
    await hands.page.context().setOffline(false);
    await hands.page.goBack();
  }
  await onSheet(hands, text, "online again");
  await hands.send("Save");
  say(same((await isSavedOnce(service, text, "saved")).body, text));
  failed(hands);
}

const MORE = "Title, date, questions and more";
const PARTS = {
  "A title, if you want one": "title",
  "What bothers me": "unease",
  "What I do not know": "unknowns",
  "Tags of your own": "tags",
};

/** Ends the session of one window from another, where one sees where one is signed in. */
async function signsOutElsewhere(hands, { open, service }) {
  const { items } = await (await hands.page.context().request.get(`${service.url}/api/v1/sessions`)).json();
  const other = await open(AMINA);
  await other.visit("/account/sessions");
  await other.reach(other.page.locator(`form[action$="/${items.find(({ current }) => current).id}/end"] button`));
  await Promise.all([other.page.waitForEvent("load"), other.press("Enter")]);
}

async function theSessionEnds(world) {
  const { open, service, say, scripts } = world;
  const ends = { "signed out from elsewhere": signsOutElsewhere, "without its cookie": (hands) => hands.page.context().clearCookies() };
  for (const [how, ending] of Object.entries(ends)) {
    const hands = await open(AMINA);
    const text = prose();
    const [half, rest] = halves(text);
    await hands.visit(NEW);
    await hands.unfold(MORE);
    for (const label of Object.keys(PARTS)) {
      await hands.fill(label, `${label} & “so” <on>`);
    }
    await hands.fill(SHEET, half);
    if (scripts) {
      await isKept(service, half);
    }
    await ending(hands, world);
    await hands.type(rest);
    if (scripts) {
      await hears(hands, SIGNED_OUT);
    }
    await onSheet(hands, text, how);
    await hands.send("Save", { answers: 401 });
    await signsInAgain(hands, AMINA, "a walk along the canal", 422);
    await hands.says("The address or the password is wrong.");
    await signsInAgain(hands, TOM, PASSWORD, 422);
    await hands.says("Somebody else was signed in when this was written.");
    const toms = await service.as(TOM).items("/reflections");
    assert.ok(toms.length > 0 && !toms.some(({ body }) => body.includes(text.slice(0, 12))), "Tom has his own, and not this");
    await signsInAgain(hands, AMINA, PASSWORD, 200);
    const saved = await isSavedOnce(service, text, how);
    for (const [label, part] of Object.entries(PARTS)) {
      same([saved[part]].flat().join("\n"), `${label} & “so” <on>`, part);
    }
    say(`${how}: ${same(saved.body, text, how)}, and ${Object.keys(PARTS).length} further parts`);
  }
}

async function theSessionEndsOverAChange({ open, service, say, scripts }) {
  const hands = await open(AMINA);
  const [before, added] = [prose(), prose()];
  const [half, rest] = halves(added);
  const { id } = await service.as(AMINA).post("/reflections", { body: before });
  await hands.visit(`/reflections/${id}/text`);
  await adds(hands, half);
  if (scripts) {
    await hears(hands, KEPT);
  }
  await hands.page.context().clearCookies();
  await hands.type(rest);
  if (scripts) {
    hands.watch.expect(401);
    await hears(hands, SIGNED_OUT);
  }
  await hands.send("Save", { answers: 401 });
  await signsInAgain(hands, AMINA, PASSWORD, 200);
  say(same((await service.as(AMINA).get(`/reflections/${id}`)).body, before + added, "changed"));
}

/** What was typed last arrives before its writer has signed out. */
async function somebodySignsOut({ open, service, say }) {
  const hands = await open(AMINA);
  const text = prose();
  await begins(hands, text);
  await hands.send("Sign out");
  const { working_copy: copy } = await isKept(service, text);
  say(same(copy.body, text));
}

export default {
  title: "Nothing typed is lost",
  service: "furnished",
  tasks: [
    scripted("when the server is killed before the first words are kept", theServerIsKilled("before the first words")),
    scripted("when the server is killed after the first words are kept", theServerIsKilled("after the first words")),
    scripted("when the server is killed while the first words are on their way", theServerIsKilled("while the first words")),
    scripted("when the server is killed after it said that all is kept", whatWasSaidToBeKeptIsThere),
    both("when the server is killed as somebody saves", theServerIsKilledAtThePress),
    both("when somebody saves while the server is down", somebodySavesWhileItIsDown),
    scripted("when an answer is lost", anAnswerIsLost),
    scripted("when somebody types without a pause", somebodyNeverPauses),
    both("when the connection goes", theConnectionGoes),
    both("when the session ends", theSessionEnds),
    both("when the session ends over a change", theSessionEndsOverAChange),
    scripted("when somebody signs out while they write", somebodySignsOut),
  ],
};
