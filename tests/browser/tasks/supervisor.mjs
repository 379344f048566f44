// What a supervisor and a worker do together: agree, plan, prepare, move, cancel, end. Two people, two windows.

import assert from "node:assert/strict";

import { NARROW } from "../looks.mjs";
import { PEOPLE } from "../shelf.mjs";
import { both } from "../tally.mjs";

const { AMINA, TOM, RUTH, HELEN, DANIEL, GEORGE } = PEOPLE;
/** Between two people there is one agreement at a time: each way has a worker of its own. */
const PROPOSED = { true: [AMINA, "Amina Yusuf"], false: [TOM, "Tom Pritchard"] };
const CHANGED = { true: [RUTH, "Ruth Okafor"], false: [GEORGE, "George Bell"] };
const ENDED = { true: [HELEN, "Helen Marsh"], false: [DANIEL, "Daniel Reeve"] };

const way = (scripts) => (scripts ? "with scripts" : "without scripts");
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const worded = (day) =>
  new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" }).format(new Date(day)).replace(",", "");

/** An agreement that both have accepted. */
async function agreed(service, supervisor, worker) {
  const [proposes, accepts] = [service.as(supervisor), service.as(worker)];
  const sides = { supervisor_id: await proposes.id(), worker_id: await accepts.id() };
  const terms = { organisation_id: service.organisation(supervisor), purpose: "To think.", ...sides };
  const { id } = await proposes.post("/supervision/agreements", terms);
  for (const one of [proposes, accepts]) {
    await one.change("PUT", `/supervision/agreements/${id}/acceptance`, undefined, `/supervision/agreements/${id}`);
  }
  return id;
}

/** The agreement of the demonstration between Ruth and Amina. */
async function theirs(service) {
  const amina = await service.as(AMINA).id();
  return (await service.as(RUTH).items("/supervision/agreements")).find((one) => one.worker_id === amina && one.state === "in_force").id;
}

/** A session that is planned already. */
async function planned(service, supervisor, agreement, day, more = {}) {
  const session = { agreement_id: agreement, starts_at: `${day}T10:00:00Z`, minutes: 60, ...more };
  return (await service.as(supervisor).post("/supervision/sessions", session)).id;
}

async function proposesAndAgrees({ open, scripts }) {
  const [who, name] = PROPOSED[scripts];
  const [helen, worker] = [await open(HELEN), await open(who)];
  await worker.visit("/supervision");
  await worker.saysNot("Helen Marsh");
  await helen.visit("/supervision");
  await helen.go("Propose an agreement");
  await helen.choose("With whom?", name);
  await helen.pick("I supervise them");
  await helen.fill("What supervision is for", "To think about families together.");
  await helen.fill("How often you meet", "Every four weeks.\n\nAnd when something weighs on you.");
  await helen.send("Propose");
  await helen.reads("Supervision agreement");
  await helen.says(`You supervise ${name}`, "Waits for you to accept", "And when something weighs on you.");
  assert.equal(await helen.page.getByRole("button", { name: "Plan a session" }).count(), 0, "nothing is planned under a proposal");
  await helen.send("Accept");
  await helen.says(`Waits for ${name} to accept`);

  await worker.visit("/supervision");
  await worker.says("Waits for you to accept");
  await worker.follow("Helen Marsh supervises you");
  await worker.says("To think about families together.", "Every four weeks.", "By accepting you agree to what it says now.");
  await worker.send("Accept");
  await worker.says("In force");
  await worker.saysNot("Waits for", "Not yet");
  await helen.visit("/supervision");
  await helen.follow(`You supervise ${name}`);
  await helen.says("In force", "Yes, as it reads now (version 1)");
  await helen.go("Plan a session");
  await helen.says(`With ${name}.`);
}

async function changesAndAgreesAnew({ open, service, scripts }) {
  const [who, name] = CHANGED[scripts];
  const id = await agreed(service, HELEN, who);
  const [helen, worker] = [await open(HELEN), await open(who)];
  await worker.visit(`/supervision/agreements/${id}`);
  await worker.follow("Change what the agreement says");
  assert.equal(await worker.value("What supervision is for"), "To think.");
  await worker.fill("What cannot stay between the two of you", "A risk to somebody.");
  await worker.send("Save the change");
  await worker.says("A risk to somebody.", "To think.", "In force. A change waits for you to accept");
  await worker.send("Accept");
  await worker.says("In force. A change waits for Helen Marsh to accept");
  await helen.visit(`/supervision/agreements/${id}`);
  await helen.says("A risk to somebody.", "In force. A change waits for you to accept", "Version 1, which has changed since");
  await helen.send("Accept");
  await helen.saysNot("A change waits", "Version 1");
  await helen.says(`Accepted by ${name}`, "Yes, as it reads now (version 2)");
}

async function plansAndPrepares({ open, service, scripts }) {
  const [day, title] = [inDays(scripts ? 20 : 21), `What I bring, ${way(scripts)}`];
  const [asks, wants] = [`How are you, ${way(scripts)}?`, `The stairs, ${way(scripts)}.`];
  const amina = service.as(AMINA);
  const reflection = await amina.post("/reflections", { title, body: `I stood on the stairs, ${way(scripts)}.` });
  await amina.post(`/reflections/${reflection.id}/shares`, { person_id: await service.as(RUTH).id() });
  const [ruth, worker] = [await open(RUTH, { viewport: NARROW }), await open(AMINA, { viewport: NARROW })];
  await ruth.visit("/supervision");
  await ruth.follow("You supervise Amina Yusuf");
  await ruth.go("Plan a session");
  await ruth.day("Day", day);
  await ruth.time("Time", "14:05");
  await ruth.fill("How many minutes?", "45");
  await ruth.fill("Where?", `Room ${way(scripts)}`);
  await ruth.send("Plan the session");
  const when = `${worded(day)}, 2:05pm`;
  await ruth.says(`${when}, for 45 minutes`, `Room ${way(scripts)}`, "Nothing is on the agenda yet.");
  assert.equal(await ruth.page.getByLabel("Bring a reflection").count(), 0, "only the worker brings their writing");
  await ruth.fill("What do you want to talk about?", asks);
  await ruth.send("Add to the agenda");
  await ruth.says(asks, "Added by you");

  await worker.visit("/supervision");
  await worker.follow(`${when}, with Ruth Okafor`);
  await worker.says(asks, "Added by Ruth Okafor");
  await worker.fill("What do you want to talk about?", wants);
  await worker.choose("Bring a reflection", title);
  await worker.send("Add to the agenda");
  await worker.says(asks, wants, title);
  await worker.fill("What do you want to talk about?", "Nothing after all.");
  await worker.send("Add to the agenda");
  await worker.says("Nothing after all.");
  await worker.send("Take item 3 off");
  await worker.saysNot("Nothing after all.");

  await ruth.visit(new URL(ruth.page.url()).pathname);
  await ruth.says(asks, wants, "Added by Amina Yusuf");
  await ruth.saysNot(title, "Nothing after all.");
  assert.equal(await ruth.page.getByRole("button", { name: "Take item 2 off" }).count(), 0, "what the worker put there is theirs");
  await ruth.follow(/^Reflection shared with you on/);
  await ruth.says(title, `I stood on the stairs, ${way(scripts)}.`);
}

async function movesAndCancels({ open, service, scripts }) {
  const agreement = await theirs(service);
  const [moved, cancelled] = scripts ? [inDays(40), inDays(41)] : [inDays(42), inDays(43)];
  const to = inDays(scripts ? 44 : 45);
  const [court, ill] = [`Court, ${way(scripts)}.`, `Illness, ${way(scripts)}.`];
  const first = await planned(service, RUTH, agreement, moved, { place: "Room 3" });
  const second = await planned(service, RUTH, agreement, cancelled);
  await service.as(AMINA).post(`/supervision/sessions/${first}/agenda`, { text: "The stairs." });
  const [ruth, amina] = [await open(RUTH), await open(AMINA)];
  await ruth.visit(`/supervision/sessions/${first}`);
  await ruth.go("Move this session");
  await ruth.says(`It is planned for ${worded(moved)}`);
  await ruth.day("Day", to);
  await ruth.time("Time", "15:30");
  await ruth.fill("Where?", "Room 4");
  await ruth.fill("Why is it moved?", court);
  await ruth.send("Move the session");
  await ruth.says(`${worded(to)}, 3:30pm, for 60 minutes`, "Room 4", `From ${worded(moved)}`, "by you", court, "The stairs.");

  await amina.visit("/supervision");
  await amina.follow(`${worded(to)}, 3:30pm, with Ruth Okafor`);
  await amina.says("Room 4", `From ${worded(moved)}`, "by Ruth Okafor", court, "The stairs.");

  await amina.visit(`/supervision/sessions/${second}`);
  await amina.saysNot("This session was cancelled.");
  await amina.follow("Cancel this session");
  await amina.says("Both of you can still read what is on its agenda.", "This cannot be undone.");
  await amina.fill("Why is it cancelled?", ill);
  await amina.send("Cancel the session");
  await amina.says("This session was cancelled.", ill);
  await ruth.visit("/supervision");
  const listed = ruth.page.getByRole("listitem").filter({ hasText: worded(cancelled) });
  assert.match(await listed.innerText(), /Cancelled/);
  await ruth.follow(new RegExp(`^${worded(cancelled)}`));
  await ruth.says("This session was cancelled.", ill);
  await ruth.saysNot("Move this session", "Put something on the agenda");
}

async function endsIt({ open, service, scripts }) {
  const [who, name] = ENDED[scripts];
  const [caller, agreement] = [service.as(who), await agreed(service, RUTH, who)];
  const [body, day] = [`It ended there, ${way(scripts)}.`, inDays(scripts ? 60 : 61)];
  const reflection = await caller.post("/reflections", { body });
  const share = (await caller.post(`/reflections/${reflection.id}/shares`, { person_id: await service.as(RUTH).id() })).id;
  const session = await planned(service, RUTH, agreement, day);
  await caller.post(`/supervision/sessions/${session}/agenda`, { text: "How it ends." });
  const [ruth, worker] = [await open(RUTH), await open(who)];
  await ruth.visit(`/shared-with-me/${share}`);
  await ruth.says(body);

  await worker.visit(`/supervision/agreements/${agreement}/end`);
  await worker.says("Everything that you shared with Ruth Okafor under this supervision is deleted", "Your own reflections stay as they are.");
  await ruth.visit(`/supervision/agreements/${agreement}`);
  await ruth.follow("End supervision");
  await ruth.says(`Supervision between you and ${name} ends at once, for both of you.`, "This cannot be undone.");
  await ruth.says(`Everything that ${name} shared with you under this supervision is deleted`, "You cannot read it any more.");
  await ruth.send("End supervision");
  await ruth.says("Ended", "To think.");
  await ruth.saysNot("In force", "Plan a session");

  await ruth.visit(`/shared-with-me/${share}`, { answers: 404 });
  await ruth.visit("/shared-with-me");
  await ruth.saysNot(name);
  await worker.visit(`/supervision/agreements/${agreement}`);
  await worker.says("Ended", "To think.");
  await worker.visit(`/reflections/${reflection.id}`);
  await worker.says(body);
  await worker.visit(`/supervision/sessions/${session}`);
  await worker.says("Supervision has ended, so this session cannot be moved.", "How it ends.");
  await worker.saysNot("Put something on the agenda");
  await worker.follow("Cancel this session");
  await worker.fill("Why is it cancelled?", "Supervision has ended.");
  await worker.send("Cancel the session");
  await worker.says("This session was cancelled.");
}

/** With scripts, the summary has the focus at once; without, the page is read from its top. Its links lead to the fields. */
async function summed(hands, scripts) {
  await hands.says("There is a problem");
  assert.match(await hands.page.title(), /^Error: /);
  const at = await hands.page.evaluate(() => document.activeElement.className);
  assert.equal(at.includes("govuk-error-summary"), scripts === true);
}

async function mendsWhatIsWrong({ open, service, scripts }) {
  const purpose = "To think.\n\nAnd to breathe.";
  const ruth = await open(RUTH);
  await ruth.visit("/supervision/agreements/new");
  await ruth.fill("What supervision is for", purpose);
  await ruth.send("Propose", { answers: 422 });
  await summed(ruth, scripts);
  assert.equal(await ruth.value("What supervision is for"), purpose);
  await ruth.jump("Choose whom you want to agree supervision with.");
  await ruth.choose("With whom?", "Amina Yusuf");
  await ruth.send("Propose", { answers: 409 });
  await ruth.says("There is an agreement between you");
  assert.equal(await ruth.value("What supervision is for"), purpose);

  await ruth.visit(`/supervision/agreements/${await theirs(service)}/sessions/new`);
  await ruth.fill("How many minutes?", "an hour");
  await ruth.fill("Where?", "By the river");
  await ruth.send("Plan the session", { answers: 422 });
  await summed(ruth, scripts);
  assert.equal(await ruth.value("How many minutes?"), "an hour");
  assert.equal(await ruth.value("Where?"), "By the river");
  await ruth.jump("Write a number of minutes, such as 60.");
  await ruth.press("Control+A");
  await ruth.type("50");
  await ruth.jump("Write a time of day in hours and minutes, such as 14:00.");
  await ruth.time("Time", "16:00");
  await ruth.jump(/^Choose a day of the calendar/);
  const day = inDays(scripts ? 80 : 81);
  await ruth.day("Day", day);
  await ruth.send("Plan the session");
  await ruth.says(`${worded(day)}, 4pm, for 50 minutes`, "By the river");

  await ruth.follow("Cancel this session");
  await ruth.send("Cancel the session", { answers: 422 });
  await summed(ruth, scripts);
  await ruth.jump("Write something here.");
  await ruth.type("It was a rehearsal.");
  await ruth.send("Cancel the session");
  await ruth.says("This session was cancelled.", "It was a rehearsal.");
}

export default {
  title: "A supervisor and a worker",
  service: "demonstration",
  tasks: [
    both("agree on supervision, one proposing and the other accepting", proposesAndAgrees),
    both("change what they agreed, and accept it anew", changesAndAgreesAnew),
    both("plan a session, and both put on its agenda what they want to talk about", plansAndPrepares),
    both("move one session and cancel another, with reasons that both can read", movesAndCancels),
    both("end supervision, and see what is no more and what stays", endsIt),
    both("are told what is wrong, are led to the field, and lose nothing that was typed", mendsWhatIsWrong),
  ],
};
