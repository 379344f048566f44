// Something of everything, put into a demonstration: so that every kind of page has something to show.

const AMINA = "worker1@northmoor.example";
const TOM = "worker2@northmoor.example";
const RUTH = "supervisor@northmoor.example";
const HELEN = "psw@northmoor.example";
const DANIEL = "editor@northmoor.example";
const PRIYA = "admin@northmoor.example";
const GEORGE = "governance@northmoor.example";
const MEI = "worker@eastvale.example";

export const PEOPLE = { AMINA, TOM, RUTH, HELEN, DANIEL, PRIYA, GEORGE, MEI };

const parts = {
  title: "The stairs",
  occurred_on: "2026-11-17",
  unease: "How quiet it was upstairs.",
  unknowns: ["Who was upstairs?", "Whose coat was it?"],
  hypotheses: ["She is frightened.", "She is tired."],
  tags: ["home visits", "listening"],
  prompt_set: "gibbs",
};

const example = {
  title: "Two social workers on every first visit",
  summary: "Children were seen alone more often, and workers were less frightened.",
  childs_experience: "Children told us that *one of the two* always had time to sit on the floor.",
  context: "A town team of nine.\n\n| Year | Visits |\n|---|---|\n| 2025 | 40 |\n| 2026 | 44 |",
  what_we_did: "1. We went in pairs.\n2. We talked in the car.\n\n> Nobody went alone.",
  difference_made: "Children were seen alone 29 times in 40.",
  what_did_not_work: "Diaries. `09:00` was never free for two.",
  what_it_took: "- Two diaries\n- One car",
  reached: "Families on a first visit.",
  evidence: [{ kind: "family_feedback", text: "Seven of nine parents would choose it again.", source: "Telephone calls" }],
  themes: ["early-help", "supervision"],
  maturity: "being_tried",
  sources: [{ title: "Northmoor (2026) Two by two", url: "https://example.org/two-by-two" }],
  contact: "practice@northmoor.example",
  licence: "CC BY 4.0",
  review_by: "2027-11-30",
};

/** Puts something of everything into a demonstration; answers where it is. */
export async function furnish(service) {
  const [amina, tom, ruth, daniel] = [AMINA, TOM, RUTH, DANIEL].map((email) => service.as(email));
  const northmoor = service.organisation(AMINA);
  const shelf = { northmoor, ruth: await ruth.id(), tom: await tom.id(), amina: await amina.id() };

  const guarded = "I rang Jade Miller’s mother on 07700 900123 after the visit to 14 Hill Street.\n\n**Why** did I say nothing?";
  shelf.reflection = (await amina.post("/reflections", { body: guarded, ...parts })).id;
  await amina.change("PATCH", `/reflections/${shelf.reflection}`, { body: `${guarded}\n\nI know now.` });
  const until = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
  const share = { person_id: shelf.ruth, until, note: "Could we look at the stairs together?" };
  shelf.share = (await amina.post(`/reflections/${shelf.reflection}/shares`, share)).id;
  await ruth.post(`/shared-with-me/${shelf.share}/responses`, { body: "What would *she* say?" });
  await amina.change("PATCH", `/reflections/${shelf.reflection}`, { body: `${guarded}\n\nI know more now.` });
  await amina.do("PUT", `/me/returning/${shelf.reflection}`);
  await amina.do("PUT", `/reflections/${shelf.reflection}/working-copy`, { body: "I know most now.", based_on: 3 }, { "if-none-match": "*" });
  shelf.begun = (await amina.post("/working-copies", { body: "I went", based_on: 0 })).id;
  shelf.plain = (await tom.post("/reflections", { body: "It was an ordinary day." })).id;

  const agreements = await ruth.items("/supervision/agreements");
  shelf.agreement = agreements.find((one) => one.worker_id === shelf.amina).id;
  const helen = await service.as(HELEN).id();
  const proposal = { organisation_id: northmoor, supervisor_id: helen, worker_id: shelf.amina, purpose: "To begin with." };
  shelf.proposed = (await service.as(HELEN).post("/supervision/agreements", proposal)).id;
  const soon = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  shelf.session = (await ruth.post("/supervision/sessions", { agreement_id: shelf.agreement, starts_at: soon(9), minutes: 60, place: "Room 3" })).id;
  await ruth.change("PATCH", `/supervision/sessions/${shelf.session}`, { starts_at: soon(10), minutes: 60, place: "Room 4", reason: "Court." });
  await amina.post(`/supervision/sessions/${shelf.session}/agenda`, { text: "The stairs.", share_id: shelf.share });
  shelf.cancelled = (await ruth.post("/supervision/sessions", { agreement_id: shelf.agreement, starts_at: soon(12), minutes: 60 })).id;
  await ruth.change("PUT", `/supervision/sessions/${shelf.cancelled}/cancellation`, { reason: "Illness." }, `/supervision/sessions/${shelf.cancelled}`);

  shelf.token = (await amina.items("/tokens"))[0].id;

  const write = async (title) => (await daniel.post(`/organisations/${northmoor}/practice-examples`, { ...example, title })).id;
  const publish = (id) => daniel.change("PUT", `/practice-examples/${id}/publication`, undefined, `/practice-examples/${id}?view=draft`);
  shelf.draft = await write("A draft");
  shelf.example = await write(example.title);
  await publish(shelf.example);
  await daniel.change("PATCH", `/practice-examples/${shelf.example}`, { summary: "Children were seen alone more often." }, `/practice-examples/${shelf.example}?view=draft`);
  await publish(shelf.example);
  shelf.withdrawn = await write("One that was withdrawn");
  await publish(shelf.withdrawn);
  await daniel.change("DELETE", `/practice-examples/${shelf.withdrawn}/publication?reason=It%20was%20wrong.`, undefined, `/practice-examples/${shelf.withdrawn}?view=draft`);

  return shelf;
}
