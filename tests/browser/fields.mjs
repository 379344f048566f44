// The fields that people write into, each given the whole corpus, and the pages on which they and others read it.

import assert from "node:assert/strict";

import { ALL, PLACES, WAYS, packed } from "./corpus.mjs";
import { PEOPLE } from "./shelf.mjs";
import { beside, given } from "./strange.mjs";

const { AMINA, RUTH, HELEN, DANIEL } = PEOPLE;
const DAY = 86_400_000;
/** What lasts until its own end, whatever comes between. */
const OPENS = /^(<[!?]|<(script|style|textarea|pre|xmp)|```|~~~)/i;
export const WHOLE = ALL.join("\n\n");

export const soon = (days) => new Date(Date.now() + days * DAY).toISOString();
export const at = (list, number) => list[number % list.length];

/** The corpus in texts for a field of some length. */
export function every(field, most, payloads = ALL) {
  const texts = packed(payloads, most);
  given(field, texts.reduce((sum, { inside }) => sum + inside, 0));
  return texts.map(({ text }) => text);
}

function whole(...fields) {
  fields.forEach((field) => given(field, ALL.length));
  return WHOLE;
}

/** A field of Markdown is given the corpus way by way: what one text leaves open does not hide the next. */
function byWay(...fields) {
  whole(...fields);
  return Object.values(WAYS).map((payloads) => payloads.join("\n\n"));
}

export async function inReflections(world) {
  const amina = world.service.as(AMINA);
  const [bodies, titles, tags] = [byWay("reflection", "unease", "unknowns", "hypotheses"), every("title", 300), every("tag", 60)];
  const ways = Object.values(WAYS);
  await beside(world, async (bare, as) => {
    const eyes = await as(AMINA);
    for (const [number, title] of titles.entries()) {
      const parts = { title, unease: at(bodies, number), unknowns: at(ways, number), hypotheses: at(ways, number) };
      const { id } = await amina.post("/reflections", { body: at(bodies, number), tags: tags.slice(number * 5, number * 5 + 5), ...parts });
      await eyes.look(`/reflections/${id}`);
    }
    assert.ok(titles.length * 5 >= tags.length && titles.length >= bodies.length, "all of it was there");
    await eyes.lookOn("/reflections");
  });
}

export async function inWhatIsBegun(world) {
  const amina = world.service.as(AMINA);
  await beside(world, async (bare, as) => {
    const eyes = await as(AMINA);
    const parts = { title: every("title", 300)[0], tags: ALL.filter((one) => one.length <= 60).slice(0, 50), unease: WHOLE, unknowns: ALL.slice(0, 50), hypotheses: ALL.slice(-50) };
    const { id } = await amina.post("/reflections", { body: "Before.", ...parts });
    await amina.change("PATCH", `/reflections/${id}`, { body: whole("text of a revision") });
    await amina.do("PUT", `/me/returning/${id}`);
    await amina.do("PUT", `/reflections/${id}/working-copy`, { body: whole("working copy"), based_on: 2 }, { "if-none-match": "*" });
    const begun = (await amina.post("/working-copies", { body: whole("what is begun"), based_on: 0, ...parts })).id;
    for (const page of ["", "/text", "/revisions/2", "/shares", "/deletion"]) {
      await eyes.look(`/reflections/${id}${page}`);
    }
    for (const page of [`/reflections/new?begun=${begun}`, "/reflections?q=press", "/"]) {
      await eyes.look(page);
    }
    for (const text of byWay("preview of a reflection")) {
      await eyes.sends("/reflections/new", text, { answers: 200, button: '[name="do"][value="preview"]' });
    }
  });
}

export async function inShares(world) {
  const { service, shelf } = world;
  const [amina, ruth] = [service.as(AMINA), service.as(RUTH)];
  await beside(world, async (bare, as) => {
    const [author, reader] = [await as(AMINA), await as(RUTH)];
    const share = `/reflections/${shelf.reflection}/shares/${shelf.share}`;
    await amina.change("PATCH", `/reflections/${shelf.reflection}`, { body: whole("what was shared"), title: every("title of what was shared", 300)[0] });
    for (const note of every("note of a share", 5000)) {
      await amina.change("PATCH", share, { note, push: true });
      await author.look(share);
      await reader.look(`/shared-with-me/${shelf.share}`);
    }
    // Alone as well, what would take in everything that stands behind it.
    for (const body of [...byWay("response"), ...ALL.filter((payload) => OPENS.test(payload))]) {
      await ruth.post(`/shared-with-me/${shelf.share}/responses`, { body });
    }
    await author.look(share);
    await reader.look(`/shared-with-me/${shelf.share}`);
    await reader.look("/shared-with-me");
    await reader.look("/");
  });
}

export async function inSupervision(world) {
  const { service, shelf } = world;
  const [amina, ruth, helen] = [service.as(AMINA), service.as(RUTH), service.as(HELEN)];
  await beside(world, async (bare, as) => {
    const [worker, other] = [await as(AMINA), await as(HELEN)];
    const parts = ["purpose", "frequency", "recording", "limits_of_confidentiality", "how_we_disagree"];
    await helen.change("PATCH", `/supervision/agreements/${shelf.proposed}`, Object.fromEntries(parts.map((part) => [part, whole(part)])));
    await worker.look(`/supervision/agreements/${shelf.proposed}`);
    await other.look(`/supervision/agreements/${shelf.proposed}/terms`);
    const plans = (place, day) => ruth.post("/supervision/sessions", { agreement_id: shelf.agreement, starts_at: soon(day), minutes: 30, place });
    const reasons = every("reason for calling off", 1000);
    for (const [number, place] of every("place", 300).entries()) {
      const { id } = await plans(place, 2 + number);
      if (number < reasons.length) {
        await ruth.change("PUT", `/supervision/sessions/${id}/cancellation`, { reason: reasons[number] }, `/supervision/sessions/${id}`);
        await worker.look(`/supervision/sessions/${id}`);
      }
    }
    await worker.look("/supervision");
    const session = `/supervision/sessions/${(await plans("Room 3", 1)).id}`;
    for (const [number, reason] of every("reason for moving", 1000).entries()) {
      await ruth.change("PATCH", session, { starts_at: soon(1 + number / 48), minutes: 30, place: "Room 3", reason });
    }
    for (const text of every("agenda", 5000)) {
      await amina.post(`${session}/agenda`, { text });
    }
    for (const page of [session, `${session}/time`, `${session}/cancellation`, "/"]) {
      await worker.look(page);
    }
  });
}

export async function inTheLibrary(world) {
  const { service, shelf } = world;
  const daniel = service.as(DANIEL);
  const narratives = ["childs_experience", "context", "what_we_did", "difference_made", "what_did_not_work", "what_it_took", "reached"];
  const ways = byWay(...narratives);
  const short = { title: 300, summary: 2000, summarises: 300, licence: 200, contact: 500 };
  const texts = Object.fromEntries(Object.entries(short).map(([name, most]) => [name, every(name, most)]));
  const evidence = every("evidence", 20_000).map((text) => ({ kind: "research", text }));
  evidence.push(...every("source of evidence", 500).map((source) => ({ kind: "family_feedback", text: source, source })));
  const sources = every("title of a source", 500).map((title, number) => ({ title, url: at(PLACES, number) }));
  given("address of a source", PLACES.length);
  const reasons = every("reason for withdrawing", 1000);
  await beside(world, async (bare, as) => {
    const [reader, editor] = [await as(undefined), await as(DANIEL)];
    const longest = Math.max(ways.length, ...Object.values(texts).map((list) => list.length));
    for (let number = 0; number < longest; number += 1) {
      const content = Object.fromEntries(Object.entries(texts).map(([name, list]) => [name, at(list, number)]));
      const told = Object.fromEntries(narratives.map((part) => [part, ways[number]]));
      const example = { ...content, ...told, ...(number === 0 ? { evidence, sources } : {}) };
      const { id } = await daniel.post(`/organisations/${shelf.northmoor}/practice-examples`, example);
      if (number === 0) {
        await editor.look(`/drafts/${id}`);
        await editor.look(`/drafts/${id}/publication`);
      }
      await daniel.change("PUT", `/practice-examples/${id}/publication`, undefined, `/practice-examples/${id}?view=draft`);
      await reader.look(`/practice-examples/${id}`);
      if (number === 0) {
        for (const page of [`/practice-examples/${id}/versions`, `/practice-examples/${id}/versions/1`, `/drafts/${id}/withdrawal`]) {
          await editor.look(page);
        }
      }
      if (number >= longest - reasons.length) {
        const reason = reasons[number - longest + reasons.length];
        await daniel.change("DELETE", `/practice-examples/${id}/publication?${new URLSearchParams({ reason })}`, undefined, `/practice-examples/${id}?view=draft`);
        await reader.look(`/practice-examples/${id}`, 410);
      }
    }
    await editor.lookOn("/drafts");
    for (const list of ["/practice-examples", "/practice-examples?q=press", "/practice-examples?q=img+onerror+script"]) {
      await reader.lookOn(list);
    }
    const titled = () => document.querySelectorAll("#title, #summary").forEach((field) => (field.value = "A preview"));
    for (const text of ways) {
      const only = ["childs_experience", "context", "what_we_did", "reached"].map((name) => `[name="${name}"]`).join(", ");
      await editor.sends("/drafts/new", text, { answers: 200, button: '[name="preview"]', change: titled, only });
    }
  });
}

export async function inPromptSets(world) {
  const amina = world.service.as(AMINA);
  const [titles, summaries, questions] = [every("title of a prompt set", 200), every("summary of a prompt set", 1000), every("question", 1000)];
  const steps = every("title of a step", 200);
  await beside(world, async (bare, as) => {
    const eyes = await as(AMINA);
    for (const [number, title] of titles.entries()) {
      const own = steps.slice(number * 30, number * 30 + 30).map((step, place) => ({ title: step, questions: place === 0 ? questions.slice(0, 20) : ["Why?"] }));
      const further = own.length > 0 ? own : [{ title: "A step", questions: ["Why?"] }];
      const { slug } = await amina.post("/prompt-sets", { title, summary: at(summaries, number), steps: further });
      if (number < summaries.length) {
        await eyes.look(`/reflections/new?prompt_set=${slug}`);
      }
    }
    await eyes.look("/reflections/new");
  });
}
