// Every form that the service's pages can be sent, as somebody would send it who may: by its address, the page that it stands
// on, and what is typed into it. In this order each does its work, also after those before it have done theirs.

import { Authenticator } from "./authenticator.mjs";
import { kindOf } from "./addresses.mjs";
import { PASSWORD } from "./service.mjs";
import { PEOPLE } from "./shelf.mjs";

const { AMINA, TOM, RUTH, DANIEL, PRIYA, MEI } = PEOPLE;
const CHANGED = "a walk along the canal";
const WORDS = "words that were typed";

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const slot = { day: day(20), time: "10:00", minutes: "45", place: WORDS };
const reflection = (page) => (shelf) => `/reflections/${shelf.reflection}${page}`;
const agreement = (page) => (shelf) => `/supervision/agreements/${shelf.agreement}${page}`;
const session = (page) => (shelf) => `/supervision/sessions/${shelf.session}${page}`;
const share = (page) => (shelf) => `/reflections/${shelf.reflection}/shares/${shelf.share}${page}`;
const draft = (page) => (shelf) => `/drafts/${shelf.draft}${page}`;
const administered = (page) => (shelf) => `/administration/${shelf.northmoor}/${page}`;

/** `to`: where it is sent, if that is not where a form of the page goes. `unseen`: no list tells what it has changed. */
export const POSTS = [
  { at: "/sign-in", on: () => "/sign-in", typed: { email: AMINA, password: PASSWORD } },
  { at: "/setup/{link}", empty: true, on: (shelf) => shelf.setup, typed: { organisation: "Forged", kind: "health", name: "F", email: "f@elsewhere.example", password: CHANGED } },
  { at: "/invitations/{link}", on: (shelf) => shelf.invitation, typed: { name: "Forged", password: CHANGED } },

  { at: "/reflections/new", who: AMINA, on: () => "/reflections/new", typed: { body: WORDS } },
  { at: "/reflections/begun", who: AMINA, on: () => "/reflections/new", to: () => "/reflections/begun", typed: { body: WORDS } },
  { at: "/reflections/{reflection}/working-copy", who: AMINA, on: reflection("/text"), to: reflection("/working-copy"), typed: { body: WORDS } },
  { at: "/reflections/{reflection}/working-copy/removal", who: AMINA, on: reflection(""), typed: {} },
  { at: "/reflections/{reflection}/wording", who: AMINA, on: reflection(""), typed: {} },
  { at: "/reflections/{reflection}/text", who: AMINA, on: reflection("/text"), typed: { body: WORDS } },
  { at: "/reflections/{reflection}/mark", who: AMINA, on: reflection(""), typed: {} },
  { at: "/reflections/{reflection}/shares", who: AMINA, on: reflection("/shares"), typed: (shelf) => ({ person_id: shelf.helen, note: WORDS }) },
  { at: "/reflections/{reflection}/shares/{share}", who: AMINA, on: share(""), typed: { note: WORDS } },
  { at: "/shared-with-me/{share}", who: RUTH, on: (shelf) => `/shared-with-me/${shelf.share}`, typed: { body: WORDS } },
  { at: "/reflections/{reflection}/shares/{share}/withdrawal", who: AMINA, on: share(""), typed: {} },

  { at: "/supervision/agreements/new", who: RUTH, on: () => "/supervision/agreements/new", typed: (shelf) => ({ person_id: shelf.helen, side: "supervisor", purpose: WORDS }) },
  { at: "/supervision/agreements/{agreement}/acceptance", who: AMINA, on: (shelf) => `/supervision/agreements/${shelf.proposed}`, typed: {} },
  { at: "/supervision/agreements/{agreement}/sessions/new", who: RUTH, on: agreement("/sessions/new"), typed: slot },
  { at: "/supervision/sessions/{session}/time", who: RUTH, on: session("/time"), typed: { ...slot, reason: WORDS } },
  { at: "/supervision/sessions/{session}/agenda", who: AMINA, on: session(""), typed: { text: WORDS } },
  { at: "/supervision/sessions/{session}/agenda/{item}/removal", who: AMINA, on: session(""), typed: {} },
  { at: "/supervision/sessions/{session}/cancellation", who: RUTH, on: session("/cancellation"), typed: { reason: WORDS } },
  { at: "/supervision/agreements/{agreement}/terms", who: RUTH, on: agreement("/terms"), typed: { purpose: WORDS } },
  { at: "/supervision/agreements/{agreement}/end", who: RUTH, on: agreement("/end"), typed: {} },

  { at: "/drafts/new", who: DANIEL, on: () => "/drafts/new", typed: { title: WORDS, summary: WORDS } },
  { at: "/drafts/{example}", who: DANIEL, on: draft(""), typed: { title: WORDS } },
  { at: "/drafts/{example}/publication", who: DANIEL, on: draft("/publication"), typed: {} },
  { at: "/drafts/{example}/withdrawal", who: DANIEL, on: (shelf) => `/drafts/${shelf.example}/withdrawal`, typed: { reason: WORDS } },

  { at: "/account/password", who: TOM, on: () => "/account/password", typed: { present: PASSWORD, new: CHANGED } },
  { at: "/administration/organisations", who: PRIYA, on: () => "/administration/organisations", typed: { name: WORDS, kind: "health" } },
  { at: "/administration/backups", who: PRIYA, on: () => "/administration/health", typed: {} },
  { at: "/administration/{organisation}/name", who: PRIYA, on: administered("name"), typed: { name: WORDS } },
  { at: "/administration/{organisation}/invitations", who: PRIYA, on: administered("invitations"), typed: { name: WORDS, email: "f@elsewhere.example", roles: "editor" } },
  { at: "/administration/{organisation}/invitations/{invitation}/withdrawal", who: PRIYA, on: administered("invitations"), typed: {} },
  { at: "/administration/{organisation}/service-clients", who: PRIYA, on: administered("service-clients"), typed: { name: WORDS, scopes: "library:read" } },
  { at: "/administration/{organisation}/service-clients/{client}/revocation", who: PRIYA, on: (shelf) => administered(`service-clients/${shelf.client}/revocation`)(shelf), typed: {} },
  { at: "/administration/{organisation}/members/{person}", who: PRIYA, on: (shelf) => administered(`members/${shelf.tom}`)(shelf), typed: { roles: "editor" } },
  { at: "/administration/{organisation}/members/{person}/end", who: PRIYA, on: (shelf) => administered(`members/${shelf.tom}/end`)(shelf), typed: {} },

  { at: "/account/tokens", who: AMINA, on: () => "/account/tokens", typed: { name: WORDS, scopes: "account:read" } },
  { at: "/account/tokens/{token}/revocation", who: AMINA, on: (shelf) => `/account/tokens/${shelf.spare}/revocation`, typed: {} },
  { at: "/account/sessions/{session}/end", who: AMINA, on: () => "/account/sessions", typed: {} },
  { at: "/account/codes/confirmation", unseen: true, who: MEI, on: () => "/account/codes", to: () => "/account/codes/confirmation", typed: (shelf) => ({ code: shelf.offered.next() }) },
  { at: "/account/codes/recovery", unseen: true, who: MEI, on: () => "/account/codes/recovery", typed: {} },
  { at: "/account/codes/removal", unseen: true, who: MEI, on: () => "/account/codes/removal", typed: {} },
  { at: "/account/codes", unseen: true, who: MEI, on: () => "/account/codes", typed: {} },
  { at: "/reflections/{reflection}/deletion", who: AMINA, on: reflection("/deletion"), typed: {} },
  { at: "/sign-out", who: AMINA, on: () => "/account", typed: {} },
];

/** Who sends them: somebody, and for what is done before that, nobody. */
export const WHO = [...new Set(POSTS.map(({ who }) => who))];

/** A form as it stands on its page, filled in: where it goes, and everything that it would send. */
export async function filledIn(post, hands, shelf) {
  await hands.visit(post.on(shelf));
  const { forms, boxes } = await hands.page.evaluate(() => ({
    forms: [...document.querySelectorAll("form[method=post]")].map((form) => ({ path: new URL(form.getAttribute("action") ?? "", location).pathname, fields: [...new FormData(form)] })),
    boxes: [...document.querySelectorAll('[name="which"]')].map((box) => box.value),
  }));
  const goes = (form) => kindOf(form.path) === post.at;
  const found = forms.findLast(goes) ?? forms.at(-1);
  const typed = typeof post.typed === "function" ? post.typed(shelf) : post.typed;
  const fields = found.fields.filter(([name]) => !(name in typed)).concat(Object.entries(typed));
  if (boxes.length > 0 && post.at.endsWith("/wording")) {
    fields.push(["which", boxes[0]]);
  }
  const path = post.to?.(shelf) ?? found.path;
  if (kindOf(path) !== post.at) {
    throw new Error(`${post.on(shelf)} has no form that goes to ${post.at}`);
  }
  return { post, path, fields, said: Object.values(typed).includes(WORDS) ? WORDS : "" };
}

/** What only somebody's own session can put there, what is theirs to lose, and a service that waits to be set up. */
export async function furnishForms(world) {
  const { service, shelf, start, open } = world;
  const windows = new Map();
  for (const who of WHO) {
    windows.set(who, await open(who, { scripts: true }));
  }
  const asked = async (who, method, path, data) => {
    const answer = await windows.get(who).page.context().request.fetch(`${service.url}/api/v1${path}`, { method, data, headers: { origin: service.url } });
    if (!answer.ok()) {
      throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    }
    return answer.json();
  };
  const here = `/organisations/${shelf.northmoor}`;
  const invited = await asked(PRIYA, "POST", `${here}/invitations`, { email: "new@northmoor.example", name: "Nia Rees", roles: ["practitioner"] });
  shelf.invitation = `/invitations/${invited.secret ?? new URL(invited.link).pathname.split("/").at(-1)}`;
  await asked(PRIYA, "POST", `${here}/invitations`, { email: "other@northmoor.example", name: "Owen Rees", roles: ["practitioner"] });
  shelf.client = (await asked(PRIYA, "POST", `${here}/service-clients`, { name: "Website", scopes: ["library:read"] })).id;
  const spare = { name: "Spare", scopes: ["account:read"], expires_at: new Date(Date.now() + 86_400_000).toISOString() };
  shelf.spare = (await asked(AMINA, "POST", "/tokens", spare)).id;
  shelf.helen = await service.as(PEOPLE.HELEN).id();
  // Mei has codes, and is about to have others.
  const app = new Authenticator((await asked(MEI, "PUT", "/me/codes")).secret);
  await asked(MEI, "PUT", "/me/codes/confirmation", { code: app.next() });
  shelf.offered = new Authenticator((await asked(MEI, "PUT", "/me/codes")).secret);
  const secrets = new Map();
  for (const who of WHO.filter(Boolean)) {
    secrets.set(who, await secretOf(service, who, who === MEI ? app.next() : undefined));
  }
  const other = await start("empty", "empty");
  shelf.setup = new URL(/set up at (\S+)/.exec(other.said)[1]).pathname;
  const cookies = new Map();
  for (const [who, { page }] of windows) {
    cookies.set(who, await page.context().cookies());
  }
  return { secrets, other, cookies };
}

/** The secret that the forms of another session of somebody carry. */
async function secretOf(service, email, code) {
  const body = JSON.stringify({ email, password: PASSWORD, code });
  const signed = await fetch(`${service.url}/api/v1/sessions`, { method: "POST", body, headers: { "content-type": "application/json" } });
  const cookie = signed.headers.get("set-cookie").split(";")[0];
  const page = await fetch(`${service.url}/account`, { headers: { cookie, accept: "text/html" } });
  return /name="form_token" value="(\w+)"/.exec(await page.text())[1];
}

const VOLATILE = ["seen_at", "expires_at", "current"];

/** Everything that the people of the demonstration have, as the interface tells it. */
export async function everything(service, shelf) {
  const told = [];
  const asks = async (who, ...paths) => {
    const answers = await Promise.all(paths.map((path) => service.as(who).ask("GET", path)));
    for (const [at, path] of paths.entries()) {
      const { status, json } = answers[at];
      told.push(`${who} ${path} ${status} ${JSON.stringify(json, (name, value) => (VOLATILE.includes(name) || name === "request_id" ? undefined : value))}`);
    }
  };
  const of = `/reflections/${shelf.reflection}`;
  const session = `/supervision/sessions/${shelf.session}`;
  const mine = ["/me", "/reflections", of, `${of}/revisions`, `${of}/shares`, `${of}/shares/${shelf.share}`, `${of}/working-copy`, "/working-copies", "/me/returning", "/tokens", "/sessions"];
  const ours = ["/supervision/agreements", "/supervision/sessions", session, `${session}/agenda`];
  await asks(AMINA, ...mine, ...ours, `/supervision/agreements/${shelf.proposed}`, `/supervision/agreements/${shelf.agreement}`);
  await asks(RUTH, "/me", "/shared-with-me", `/shared-with-me/${shelf.share}`, ...ours);
  const here = `/organisations/${shelf.northmoor}`;
  await asks(DANIEL, `${here}/practice-examples`, ...["draft", "example"].map((one) => `/practice-examples/${shelf[one]}?view=draft`));
  await asks(PRIYA, "/me", here, `${here}/members`, `${here}/invitations`, `${here}/service-clients`, `/organisations/${shelf.northmoor}/members/${shelf.tom}`);
  await asks(TOM, "/me", "/sessions");
  await asks(MEI, "/me", "/me/codes", "/sessions");
  return told;
}
