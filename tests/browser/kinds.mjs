// Every kind of page that the service has, as a list: each address, and each state of it that looks different. That no address
// is forgotten is held against the sources (`tasks/looks.mjs`).

import { PASSWORD } from "./service.mjs";
import { Authenticator } from "./authenticator.mjs";
import { PEOPLE } from "./shelf.mjs";

const { AMINA, TOM, RUTH, HELEN, DANIEL, PRIYA, GEORGE, MEI } = PEOPLE;

const of = (shelf, page) => `/administration/${shelf.northmoor}/${page}`;

/** Sends a form as it stands, with a secret that is no longer that of the session. */
async function sendsLate(hands, button) {
  await hands.page.evaluate(() => {
    for (const field of document.querySelectorAll('main [name="form_token"]')) {
      field.value = "of another session";
    }
  });
  await hands.send(button, { answers: 403 });
}

async function beginsCodes(hands) {
  await hands.visit("/account/codes");
  await hands.send("Set up an authenticator app");
  return new Authenticator(await hands.page.locator("#secret").textContent());
}

async function turnsCodesOn(hands) {
  await hands.visit("/account/codes");
  if ((await hands.page.getByText("Recovery codes left").count()) === 0) {
    const app = await beginsCodes(hands);
    await hands.fill("Code", app.next());
    await hands.send("Confirm the app");
  }
}

/**
 * The kinds. `who` is signed in, `path` leads there from what was furnished (without it, the address does), `then` does what is
 * needed to see it, and `answers` is the status where it is not 200. `once`: it cannot be done a second time.
 */
export const KINDS = [
  { name: "home", at: "/", who: AMINA },
  { name: "home-empty", at: "/", who: HELEN },

  { name: "sign-in", at: "/sign-in" },
  {
    name: "sign-in-error",
    at: "/sign-in",
    then: async (hands) => {
      await hands.fill("E-mail address", "nobody@northmoor.example");
      await hands.fill("Password", "not a walk");
      await hands.unfold("I have an authenticator app");
      await hands.fill("Code", "123456");
      await hands.send("Sign in", { answers: 422 });
    },
  },
  { name: "setup", at: "/setup/{link}", empty: true, path: (shelf) => shelf.setup },
  {
    name: "setup-error",
    at: "/setup/{link}",
    empty: true,
    path: (shelf) => shelf.setup,
    then: (hands) => hands.send("Set up", { answers: 422 }),
  },
  { name: "invitation", at: "/invitations/{link}", path: (shelf) => shelf.invitation },

  { name: "account", at: "/account", who: AMINA },
  { name: "password", at: "/account/password", who: AMINA },
  {
    name: "password-changed",
    at: "/account/password",
    who: GEORGE,
    once: true,
    then: async (hands) => {
      await hands.fill("Present password", PASSWORD);
      await hands.fill("New password", "a walk along the canal");
      await hands.send("Change password");
    },
  },
  { name: "sessions", at: "/account/sessions", who: AMINA },
  { name: "codes-off", at: "/account/codes", who: AMINA },
  { name: "codes-offer", at: "/account/codes", who: AMINA, then: beginsCodes },
  {
    name: "codes-offer-error",
    at: "/account/codes/confirmation",
    posts: true,
    path: () => "/account/codes",
    who: AMINA,
    then: async (hands) => {
      await beginsCodes(hands);
      await hands.fill("Code", "000000");
      await hands.send("Confirm the app", { answers: 422 });
    },
  },
  { name: "codes-set-up", at: "/account/codes", who: MEI, once: true, then: turnsCodesOn },
  { name: "codes-on", at: "/account/codes", who: MEI },
  { name: "recovery-codes", at: "/account/codes/recovery", who: MEI },
  { name: "codes-removal", at: "/account/codes/removal", who: MEI },
  { name: "recovery-codes-new", at: "/account/codes/recovery", who: MEI, then: (hands) => hands.send("Get new codes") },
  { name: "tokens", at: "/account/tokens", who: AMINA },
  { name: "tokens-error", at: "/account/tokens", who: AMINA, then: (hands) => hands.send("Make the token", { answers: 422 }) },
  {
    name: "token-made",
    at: "/account/tokens",
    who: AMINA,
    then: async (hands) => {
      await hands.fill("Name of the token", "Calendar");
      await hands.tick("See your supervision agreements, sessions and agendas");
      await hands.send("Make the token");
    },
  },
  { name: "token-revocation", at: "/account/tokens/{token}/revocation", who: AMINA, path: (shelf) => `/account/tokens/${shelf.token}/revocation` },

  { name: "reflections", at: "/reflections", who: AMINA },
  { name: "reflections-empty", at: "/reflections", who: HELEN },
  { name: "reflections-none-found", at: "/reflections", who: AMINA, path: () => "/reflections?q=zeppelin&tag=&from=&to=" },
  { name: "reflections-error", at: "/reflections", who: AMINA, path: () => "/reflections?from=yesterday", answers: 422 },
  { name: "write", at: "/reflections/new", who: TOM },
  { name: "write-prompts", at: "/reflections/new", who: TOM, path: () => "/reflections/new?prompt_set=social-ggrraaacceeesss" },
  { name: "write-begun", at: "/reflections/new", who: AMINA, path: (shelf) => `/reflections/new?begun=${shelf.begun}` },
  { name: "write-error", at: "/reflections/new", who: TOM, then: (hands) => hands.send("Save", { answers: 422 }) },
  {
    name: "write-preview",
    at: "/reflections/new",
    who: TOM,
    then: async (hands) => {
      await hands.fill("Your reflection", "## A visit\n\nI went *in*.\n\n- a plan\n- a car\n\n> Why?");
      await hands.send("Preview");
    },
  },
  { name: "reflection", at: "/reflections/{reflection}", who: AMINA, path: (shelf) => `/reflections/${shelf.reflection}` },
  { name: "reflection-plain", at: "/reflections/{reflection}", who: TOM, path: (shelf) => `/reflections/${shelf.plain}` },
  { name: "change", at: "/reflections/{reflection}/text", who: AMINA, path: (shelf) => `/reflections/${shelf.reflection}/text` },
  {
    name: "change-conflict",
    at: "/reflections/{reflection}/text",
    who: AMINA,
    path: (shelf) => `/reflections/${shelf.reflection}/text`,
    then: async (hands) => {
      await hands.page.evaluate(() => (document.querySelector('main [name="revision"]').value = "1"));
      await hands.send("Save", { answers: 412 });
    },
  },
  { name: "revisions", at: "/reflections/{reflection}/revisions", who: AMINA, path: (shelf) => `/reflections/${shelf.reflection}/revisions` },
  {
    name: "revision",
    at: "/reflections/{reflection}/revisions/{number}",
    who: AMINA,
    path: (shelf) => `/reflections/${shelf.reflection}/revisions/2`,
  },
  { name: "shares", at: "/reflections/{reflection}/shares", who: AMINA, path: (shelf) => `/reflections/${shelf.reflection}/shares` },
  {
    name: "shares-error",
    at: "/reflections/{reflection}/shares",
    who: AMINA,
    path: (shelf) => `/reflections/${shelf.reflection}/shares`,
    then: (hands) => hands.send("Share it", { answers: 422 }),
  },
  {
    name: "share",
    at: "/reflections/{reflection}/shares/{share}",
    who: AMINA,
    path: (shelf) => `/reflections/${shelf.reflection}/shares/${shelf.share}`,
  },
  { name: "deletion", at: "/reflections/{reflection}/deletion", who: AMINA, path: (shelf) => `/reflections/${shelf.reflection}/deletion` },

  { name: "shared-with-me", at: "/shared-with-me", who: RUTH },
  { name: "shared-with-me-empty", at: "/shared-with-me", who: HELEN },
  { name: "received", at: "/shared-with-me/{share}", who: RUTH, path: (shelf) => `/shared-with-me/${shelf.share}` },

  { name: "supervision", at: "/supervision", who: AMINA },
  { name: "supervision-empty", at: "/supervision", who: DANIEL },
  { name: "agreement-new", at: "/supervision/agreements/new", who: RUTH },
  {
    name: "agreement-new-error",
    at: "/supervision/agreements/new",
    who: RUTH,
    then: (hands) => hands.send("Propose", { answers: 422 }),
  },
  { name: "agreement", at: "/supervision/agreements/{agreement}", who: AMINA, path: (shelf) => `/supervision/agreements/${shelf.agreement}` },
  {
    name: "agreement-proposed",
    at: "/supervision/agreements/{agreement}",
    who: AMINA,
    path: (shelf) => `/supervision/agreements/${shelf.proposed}`,
  },
  { name: "terms", at: "/supervision/agreements/{agreement}/terms", who: AMINA, path: (shelf) => `/supervision/agreements/${shelf.agreement}/terms` },
  { name: "agreement-end", at: "/supervision/agreements/{agreement}/end", who: AMINA, path: (shelf) => `/supervision/agreements/${shelf.agreement}/end` },
  {
    name: "session-new",
    at: "/supervision/agreements/{agreement}/sessions/new",
    who: RUTH,
    path: (shelf) => `/supervision/agreements/${shelf.agreement}/sessions/new`,
  },
  {
    name: "session-new-error",
    at: "/supervision/agreements/{agreement}/sessions/new",
    who: RUTH,
    path: (shelf) => `/supervision/agreements/${shelf.agreement}/sessions/new`,
    then: (hands) => hands.send("Plan the session", { answers: 422 }),
  },
  { name: "session", at: "/supervision/sessions/{session}", who: AMINA, path: (shelf) => `/supervision/sessions/${shelf.session}` },
  { name: "session-cancelled", at: "/supervision/sessions/{session}", who: AMINA, path: (shelf) => `/supervision/sessions/${shelf.cancelled}` },
  { name: "session-time", at: "/supervision/sessions/{session}/time", who: RUTH, path: (shelf) => `/supervision/sessions/${shelf.session}/time` },
  {
    name: "session-cancellation",
    at: "/supervision/sessions/{session}/cancellation",
    who: RUTH,
    path: (shelf) => `/supervision/sessions/${shelf.session}/cancellation`,
  },

  { name: "library", at: "/practice-examples" },
  { name: "library-found", at: "/practice-examples", path: () => "/practice-examples?q=supervision&theme=&organisation=&maturity=" },
  { name: "library-none-found", at: "/practice-examples", path: () => "/practice-examples?q=zeppelin" },
  { name: "example", at: "/practice-examples/{example}", path: (shelf) => `/practice-examples/${shelf.example}` },
  { name: "example-editor", at: "/practice-examples/{example}", who: DANIEL, path: (shelf) => `/practice-examples/${shelf.example}` },
  { name: "example-withdrawn", at: "/practice-examples/{example}", path: (shelf) => `/practice-examples/${shelf.withdrawn}`, answers: 410 },
  { name: "versions", at: "/practice-examples/{example}/versions", path: (shelf) => `/practice-examples/${shelf.example}/versions` },
  { name: "version", at: "/practice-examples/{example}/versions/{number}", path: (shelf) => `/practice-examples/${shelf.example}/versions/1` },
  { name: "drafts", at: "/drafts", who: DANIEL },
  { name: "draft-new", at: "/drafts/new", who: DANIEL },
  { name: "draft-new-error", at: "/drafts/new", who: DANIEL, then: (hands) => hands.send("Save", { answers: 422 }) },
  { name: "draft", at: "/drafts/{example}", who: DANIEL, path: (shelf) => `/drafts/${shelf.draft}` },
  { name: "draft-preview", at: "/drafts/{example}", who: DANIEL, path: (shelf) => `/drafts/${shelf.draft}`, then: (hands) => hands.send("Preview") },
  { name: "publication", at: "/drafts/{example}/publication", who: DANIEL, path: (shelf) => `/drafts/${shelf.draft}/publication` },
  { name: "publication-nothing-new", at: "/drafts/{example}/publication", who: DANIEL, path: (shelf) => `/drafts/${shelf.example}/publication` },
  { name: "withdrawal", at: "/drafts/{example}/withdrawal", who: DANIEL, path: (shelf) => `/drafts/${shelf.example}/withdrawal` },

  { name: "administration", at: "/administration", who: PRIYA },
  { name: "organisation-new", at: "/administration/organisations", who: PRIYA },
  { name: "health", at: "/administration/health", who: PRIYA },
  {
    name: "backup-made",
    at: "/administration/backups",
    posts: true,
    path: () => "/administration/health",
    who: PRIYA,
    then: (hands) => hands.send("Make a backup"),
  },
  { name: "organisation-name", at: "/administration/{organisation}/name", who: PRIYA, path: (shelf) => of(shelf, "name") },
  { name: "members", at: "/administration/{organisation}/members", who: PRIYA, path: (shelf) => of(shelf, "members") },
  { name: "member", at: "/administration/{organisation}/members/{person}", who: PRIYA, path: (shelf) => of(shelf, `members/${shelf.tom}`) },
  { name: "member-end", at: "/administration/{organisation}/members/{person}/end", who: PRIYA, path: (shelf) => of(shelf, `members/${shelf.tom}/end`) },
  { name: "invitations", at: "/administration/{organisation}/invitations", who: PRIYA, path: (shelf) => of(shelf, "invitations") },
  {
    name: "invitation-made",
    at: "/administration/{organisation}/invitations",
    who: PRIYA,
    path: (shelf) => of(shelf, "invitations"),
    then: async (hands) => {
      await hands.fill("Their name", "Bryn Hughes");
      await hands.fill("Their e-mail address", "bryn@northmoor.example");
      await hands.tick("Practitioner");
      await hands.send("Make the invitation");
    },
  },
  { name: "service-clients", at: "/administration/{organisation}/service-clients", who: PRIYA, path: (shelf) => of(shelf, "service-clients") },
  {
    name: "service-client-made",
    at: "/administration/{organisation}/service-clients",
    who: PRIYA,
    path: (shelf) => of(shelf, "service-clients"),
    then: async (hands) => {
      await hands.fill("Name", "Intranet");
      await hands.tick("Read practice examples, drafts too");
      await hands.send("Add the service client");
    },
  },
  {
    name: "service-client-revocation",
    at: "/administration/{organisation}/service-clients/{client}/revocation",
    who: PRIYA,
    path: (shelf) => of(shelf, `service-clients/${shelf.client}/revocation`),
  },

  { name: "accessibility", at: "/accessibility" },
  { name: "privacy", at: "/privacy" },
  { name: "who-can-see-what", at: "/who-can-see-what" },
  { name: "help-with-writing", at: "/help-with-writing" },
  { name: "interface", at: "/interface" },
  { name: "interface-area", at: "/interface/{area}", path: () => "/interface/reflections" },
  { name: "interface-explorer", at: "/interface/explorer", others: true },

  { name: "nothing-here", at: "(nothing)", path: () => "/no-such-page", answers: 404 },
  { name: "nothing-here-signed-in", at: "/reflections/{reflection}", who: TOM, path: (shelf) => `/reflections/${shelf.reflection}`, answers: 404 },
  { name: "confirm-again", at: "/reflections/new", who: TOM, then: (hands) => sendsLate(hands, "Save") },
  {
    name: "sign-in-again",
    at: "/reflections/new",
    who: TOM,
    then: async (hands) => {
      await hands.page.context().clearCookies();
      await hands.send("Save", { answers: 401 });
    },
  },
];
