// What people write is text wherever it stands: every field is given markup that would do something if a page let it (B7). The
// policy would stop most of it; here it must not come so far, so a report of the policy is a fault as well.

import assert from "node:assert/strict";

import { ALL, MAIL, UNTYPED, WAYS, packed } from "../corpus.mjs";
import { WHOLE, every, inPromptSets, inReflections, inShares, inSupervision, inTheLibrary, inWhatIsBegun, soon } from "../fields.mjs";
import { PEOPLE } from "../shelf.mjs";
import { LOOKED, beside, given } from "../strange.mjs";
import { scripted } from "../tally.mjs";

const { AMINA, RUTH, DANIEL, PRIYA } = PEOPLE;

/** What only an administrator's own session may do. */
function asked(eyes, { url }) {
  return async (method, path, data) => {
    const answer = await eyes.page.context().request.fetch(`${url}/api/v1${path}`, { method, data, headers: { origin: url } });
    assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
}

/** The corpus is live, and what looks for it finds it: in a page of nobody's that puts it in as it is. */
async function theControl(world) {
  const careless = (text) => text.replace(/!?\[([^\]]*)\]\(<?(.*?\)?)>?\)/gs, '<a href="$2">$1</a>');
  await beside(world, async (bare) => {
    let [ran, noticed] = [0, 0];
    for (const payload of ALL) {
      const { did, found } = await bare.shows(`<!doctype html><main><p title="${payload}"></p><p title='${payload}'></p>${careless(payload)}</main>`);
      const stood = found.filter((one) => !/^\d+ of /.test(one));
      ran += did.length > 0 ? 1 : 0;
      noticed += did.length + stood.length > 0 ? 1 : 0;
    }
    world.say(`of ${ALL.length} payloads, ${ran} run where they are put in as they are, and ${noticed} are noticed`);
    assert.ok(ran > 100 && noticed > 180, "the corpus is live, and what looks for it finds it");
  });
}

async function inNamesOfPrograms(world) {
  const { service, shelf } = world;
  const clients = `/administration/${shelf.northmoor}/service-clients`;
  await beside(world, async (bare, as) => {
    const [priya, amina] = [await as(PRIYA), await as(AMINA)];
    for (const name of every("name of a token", 100)) {
      await asked(amina, service)("POST", "/tokens", { name, scopes: ["account:read"], expires_at: soon(30) });
    }
    await amina.look("/account/tokens");
    let last;
    for (const name of every("name of a service client", 100)) {
      last = await asked(priya, service)("POST", `/organisations/${shelf.northmoor}/service-clients`, { name, scopes: ["library:read"] });
    }
    await priya.lookOn(clients);
    await priya.look(`${clients}/${last.id}/revocation`);
  });
}

async function inNamesOfPeople(world) {
  const { service, shelf } = world;
  await beside(world, async (bare, as) => {
    const [priya, amina, ruth] = [await as(PRIYA), await as(AMINA), await as(RUTH)];
    const ask = asked(priya, service);
    const invitations = [];
    given("address of e-mail", MAIL.length);
    for (const [number, name] of every("name of a person", 200).entries()) {
      const email = MAIL[number] ?? `somebody${number}@northmoor.example`;
      invitations.push(await ask("POST", `/organisations/${shelf.northmoor}/invitations`, { name, email, roles: ["practitioner"] }));
    }
    await priya.lookOn(`/administration/${shelf.northmoor}/invitations`);
    await theyJoin(world, invitations.slice(0, MAIL.length), { priya, amina, ruth, ask });
  });
}

async function inNamesOfOrganisations(world) {
  await beside(world, async (bare, as) => {
    const priya = await as(PRIYA);
    for (const name of every("name of an organisation", 200)) {
      await asked(priya, world.service)("POST", "/organisations", { name, kind: "local_authority" });
    }
    await priya.look("/administration");
    await priya.look("/account");
  });
}

/** Somebody with such a name belongs, and stands wherever people are named. */
async function theyJoin({ service, shelf }, invitations, { priya, amina, ruth, ask }) {
  const administered = `/administration/${shelf.northmoor}`;
  for (const { secret, link } of invitations) {
    const key = secret ?? new URL(link).pathname.split("/").at(-1);
    const joined = await ask("PUT", `/invitations/${key}/acceptance`, { password: "a walk along the river" });
    const person_id = joined.person_id;
    await priya.look(`${administered}/members/${person_id}`);
    await priya.look(`${administered}/members/${person_id}/end`);
    const own = await service.as(AMINA).post("/reflections", { body: "It was an ordinary day." });
    const share = await service.as(AMINA).post(`/reflections/${own.id}/shares`, { person_id });
    const proposal = { organisation_id: shelf.northmoor, supervisor_id: shelf.ruth, worker_id: person_id };
    const agreement = await service.as(RUTH).post("/supervision/agreements", proposal);
    await amina.look(`/reflections/${own.id}`);
    await amina.look(`/reflections/${own.id}/shares`);
    await amina.look(`/reflections/${own.id}/shares/${share.id}`);
    await ruth.look(`/supervision/agreements/${agreement.id}`);
  }
  await priya.lookOn(`${administered}/members`);
  await ruth.look("/supervision");
  await ruth.look("/supervision/agreements/new");
}

/** What stands in an address is shown again: in fields, on error pages, in links that go on from there. */
async function inAddresses(world) {
  const measure = (text) => Math.max(encodeURIComponent(text).length, [...text].length * 3);
  const texts = packed([...ALL, ...UNTYPED], 900, { measure });
  await beside(world, async (bare, as) => {
    const [eyes, stranger] = [await as(AMINA), await as(undefined)];
    // Where it is not shown again, a few show that.
    const fields = [
      [eyes, "/reflections", ["q", "tag", "from", "to"], 422, texts],
      [stranger, "/practice-examples", ["q", "theme"], 200, texts],
      [eyes, "/reflections", ["q", "tag"], 200, texts.slice(0, 4)],
      [stranger, "/practice-examples", ["organisation", "maturity"], 422, texts.slice(0, 4)],
      [eyes, "/reflections/new", ["prompt_set"], 200, texts.slice(0, 4)],
      [eyes, "/reflections/new", ["begun"], 404, texts.slice(0, 4)],
      [stranger, "/sign-in", ["to"], 200, texts.slice(0, 4)],
    ];
    for (const [who, path, names, answers, some] of fields) {
      for (const { text, inside } of some) {
        await who.look(`${path}?${new URLSearchParams(names.map((name) => [name, text]))}`, answers);
        names.forEach((name) => given(`${path}?${name}=`, inside));
      }
    }
    for (const { text, inside } of texts.slice(0, 8)) {
      await eyes.look(`/reflections/${encodeURIComponent(text)}`, 404);
      given("an address where nothing is", inside);
    }
  });
}

/** What could not be used is shown again, whatever it is. */
async function inWhatIsShownAgain(world) {
  const { shelf } = world;
  const everything = [WHOLE, ...UNTYPED].join("\n");
  const long = `${everything}\n${everything}`;
  await beside(world, async (bare, as) => {
    const [amina, ruth, daniel, priya, stranger] = [await as(AMINA), await as(RUTH), await as(DANIEL), await as(PRIYA), await as(undefined)];
    const administered = `/administration/${shelf.northmoor}`;
    const forms = [
      [amina, "/reflections/new"],
      [amina, `/reflections/${shelf.reflection}/text`],
      [amina, `/reflections/${shelf.reflection}/shares`],
      [amina, `/reflections/${shelf.reflection}/shares/${shelf.share}`],
      [amina, `/supervision/agreements/${shelf.agreement}/terms`],
      [amina, "/supervision/agreements/new"],
      [amina, "/account/tokens"],
      [ruth, `/shared-with-me/${shelf.share}`],
      [ruth, `/supervision/agreements/${shelf.agreement}/sessions/new`],
      [ruth, `/supervision/sessions/${shelf.session}/time`],
      [ruth, `/supervision/sessions/${shelf.session}/cancellation`],
      [daniel, "/drafts/new"],
      [daniel, `/drafts/${shelf.draft}`],
      [daniel, `/drafts/${shelf.example}/withdrawal`],
      [priya, "/administration/organisations"],
      [priya, `${administered}/name`],
      [priya, `${administered}/invitations`],
      [priya, `${administered}/service-clients`],
      [stranger, "/sign-in"],
    ];
    for (const [eyes, path] of forms) {
      await eyes.sends(path, path.startsWith("/drafts/") && !path.endsWith("withdrawal") ? everything : long);
      given(`shown again: ${path.replace(/[0-9a-f-]{36}/g, "…")}`, ALL.length + UNTYPED.length);
    }
    // A form of another session, and one of somebody else: held until its sender is known.
    const late = () => document.querySelectorAll('[name="form_token"]').forEach((field) => (field.value = "of another session"));
    const foreign = () => document.querySelectorAll('[name="form_token"], [name="form_whose"]').forEach((field) => (field.value = "of somebody else"));
    for (const [change, answers] of [[late, 403], [foreign, 401]]) {
      await amina.sends("/reflections/new", everything, { answers, change });
    }
    given("held until its sender is known", 2 * (ALL.length + UNTYPED.length));
  });
}

async function theSum(world) {
  const payloads = [...LOOKED.fields.values()].reduce((sum, one) => sum + one, 0);
  world.say(`${ALL.length} payloads (${Object.keys(WAYS).length} ways) in ${LOOKED.fields.size} fields: ${payloads}; ${LOOKED.pages} pages looked into, 0 executions`);
  assert.ok(LOOKED.pages > 250 && payloads > 10_000, "everything was looked into");
}

export default {
  title: "Foreign markup",
  service: "furnished",
  tasks: [
    scripted("does what it can where nobody stops it", theControl),
    scripted("is text in a reflection", inReflections),
    scripted("is text in what is begun, revised and previewed", inWhatIsBegun),
    scripted("is text in a share and in a response", inShares),
    scripted("is text in agreements, sessions and agendas", inSupervision),
    scripted("is text in the library", inTheLibrary),
    scripted("is text in a prompt set", inPromptSets),
    scripted("is text in an address", inAddresses),
    scripted("is text in a form that is shown again", inWhatIsShownAgain),
    scripted("is text in the name of a program", inNamesOfPrograms),
    scripted("is text in the name of a person", inNamesOfPeople),
    scripted("is text in the name of an organisation", inNamesOfOrganisations),
    scripted("is text everywhere", theSum),
  ],
};
