// What another site makes somebody's browser send does nothing, whichever of the service's forms it is (B12). Another site is one
// on another host, one on another port of the same host, and one that hides where it is.

import assert from "node:assert/strict";
import { once as happens } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { declared } from "../addresses.mjs";
import { KINDS } from "../kinds.mjs";
import { POSTS, WHO, everything, filledIn, furnishForms } from "../posts.mjs";
import { once } from "../tally.mjs";

const ENCODINGS = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** Another site: it serves whatever page was last put there. */
class Elsewhere {
  static async open() {
    const site = Object.assign(new Elsewhere(), { html: "" });
    site.server = createServer((request, answer) => {
      const sandbox = request.url.startsWith("/hidden") ? { "content-security-policy": "sandbox allow-forms allow-scripts" } : {};
      answer.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", ...sandbox }).end(site.html);
    });
    site.server.listen(0);
    await happens(site.server, "listening");
    const { port } = site.server.address();
    site.ways = [
      { name: "another host", url: `http://localhost:${port}/`, encodings: ENCODINGS.slice(0, 1) },
      // The same site as far as cookies go: they come along.
      { name: "another port", url: `http://127.0.0.1:${port}/`, encodings: ENCODINGS },
      { name: "a place that hides where it is", url: `http://127.0.0.1:${port}/hidden`, encodings: ENCODINGS.slice(0, 1) },
    ];
    return site;
  }

  form(target, fields, { method = "post", encoding = ENCODINGS[0] } = {}) {
    const inputs = fields.map(([name, value]) => `<textarea name="${escaped(name)}">\n${escaped(value)}</textarea>`).join("");
    this.html = `<!doctype html><form method="${method}" enctype="${encoding}" action="${target}">${inputs}</form><script>document.querySelector("form").submit()</script>`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** Counts what became of what was tried. */
class Refusals {
  constructor() {
    Object.assign(this, { tried: 0, ways: new Map(), not: [] });
  }

  note(way, at, status) {
    this.tried += 1;
    this.ways.set(way, (this.ways.get(way) ?? 0) + 1);
    if (status !== 403) {
      this.not.push(`${way}: ${at} is answered with ${status}`);
    }
  }
}

/** What was made ready once for all of it. */
let ready;

/** The window of whoever sends a form, signed in as they were: each is opened when it is needed. */
function windows(world) {
  const opened = new Map();
  return async ({ who, empty }) => {
    const key = empty ? "setup" : who;
    if (!opened.has(key)) {
      const hands = await world.open(undefined, { scripts: true, service: empty ? ready.other : world.service });
      await hands.page.context().addCookies(ready.cookies.get(who));
      opened.set(key, hands);
    }
    return opened.get(key);
  };
}

/** A form that somebody could send now, and where it would be sent. */
async function fill(world, of, post) {
  return { ...(await filledIn(post, await of(post), world.shelf)), url: (post.empty ? ready.other : world.service).url };
}

function backups({ service }) {
  const folder = join(service.folder, "data", "backups");
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What there is, in the store and beside it. */
async function whatThereIs(world) {
  const setup = await fetch(`${ready.other.url}${world.shelf.setup}`, { headers: { accept: "text/html" } });
  const invitation = await fetch(`${world.service.url}${world.shelf.invitation}`, { headers: { accept: "text/html" } });
  return [...(await everything(world.service, world.shelf)), `backups ${backups(world)}`, `setup ${setup.status}`, `invitation ${invitation.status}`];
}

/** A window with somebody's cookies, which nobody watches: it is another site's doing that is looked at. */
async function victim(world, who) {
  const context = await world.browser.newContext();
  await context.route("**/assets/**", (route) => route.abort());
  await context.addCookies(ready.cookies.get(who));
  return context.newPage();
}

async function byForms(page, forged, site, refusals) {
  for (const { post, path, fields, url } of forged) {
    for (const { name, url: from, encodings } of site.ways) {
      for (const encoding of encodings) {
        site.form(url + path, fields, { encoding });
        const sent = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.url() === url + path);
        await Promise.all([sent, page.goto(from, { waitUntil: "commit" }).catch(() => {})]);
        refusals.note(`a form of ${name}`, post.at, (await sent).status());
      }
    }
  }
}

/** By script, whose answer the browser itself keeps from the other site: its status is told beside it. */
async function byScripts(page, forged, site, refusals) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  for (const { name, url: from } of site.ways.slice(0, 2)) {
    site.html = "<!doctype html><title>Elsewhere</title>";
    await page.goto(from);
    for (const { post, path, fields, url } of forged) {
      const answered = statusOf(session, url + path);
      const send = ([to, typed]) => fetch(to, { method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams(typed) }).catch(() => {});
      await page.evaluate(send, [url + path, fields]);
      refusals.note(`a script of ${name}`, post.at, await answered);
    }
  }
}

function statusOf(session, url) {
  return new Promise((done) => {
    const ids = new Set();
    const asked = ({ requestId, request }) => request.url === url && ids.add(requestId);
    const answered = ({ requestId, statusCode }) => {
      if (ids.has(requestId)) {
        session.off("Network.requestWillBeSent", asked).off("Network.responseReceivedExtraInfo", answered);
        done(statusCode);
      }
    };
    session.on("Network.requestWillBeSent", asked).on("Network.responseReceivedExtraInfo", answered);
  });
}

/** As a browser would that does not say, or not rightly, where a request comes from. */
async function byOlderBrowsers(page, forged, site, refusals) {
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  for (const { post, path, fields, url } of forged) {
    const ways = {
      "nowhere at all": {},
      "nowhere that it says": { origin: "null" },
      "elsewhere, says its origin": { origin: new URL(site.ways[0].url).origin },
      "another port, says its origin": { origin: new URL(site.ways[1].url).origin },
      "the same site": { "sec-fetch-site": "same-site", origin: url },
      "across sites": { "sec-fetch-site": "cross-site", origin: url },
    };
    for (const [name, headers] of Object.entries(ways)) {
      const asked = { method: "POST", body: new URLSearchParams(fields), redirect: "manual", headers: { cookie: cookies, accept: "text/html", ...headers } };
      refusals.note(`a request from ${name}`, post.at, (await fetch(url + path, asked)).status);
    }
  }
}

async function everyForm(world) {
  const posts = declared().filter(({ methods }) => methods.includes("POST"));
  assert.deepEqual(new Set(POSTS.map(({ at }) => at)), new Set(posts.map(({ path }) => path)), "every form is among them");
  ready = { ...(await furnishForms(world)), forms: [] };
  const of = windows(world);
  for (const post of POSTS) {
    ready.forms.push(await fill(world, of, post));
  }
  ready.before = await whatThereIs(world);
  assert.deepEqual(await whatThereIs(world), ready.before, "what there is stays as it is when nobody does anything");
  world.say(`${POSTS.length} forms filled in, ${ready.before.length} things watched`);
}

/** Tries every form by one of the ways, as everybody whose browser might be made to. */
const tried = (by) => async (world) => {
  const [site, refusals] = [await Elsewhere.open(), new Refusals()];
  try {
    for (const who of WHO) {
      const page = await victim(world, who);
      await by(page, ready.forms.filter(({ post }) => post.who === who), site, refusals);
      assert.equal((await page.context().cookies()).length, who ? 1 : 0, "nobody is signed in or out");
      await page.context().close();
    }
  } finally {
    site.close();
  }
  assert.deepEqual(refusals.not, []);
  assert.deepEqual(await whatThereIs(world), ready.before, "nothing has changed");
  for (const [way, times] of refusals.ways) {
    world.say(`${way}: ${times} sent, ${times} refused`);
  }
  world.say(`${POSTS.length} forms, ${refusals.ways.size} ways: ${refusals.tried} sent, all refused, nothing changed`);
};

/** What another site may make a browser ask for changes nothing, whatever is in the address. */
async function addresses(world) {
  const site = await Elsewhere.open();
  let looks = 0;
  for (const who of WHO) {
    const page = await victim(world, who);
    const kinds = KINDS.filter((kind) => !kind.empty && kind.who === who);
    const paths = [...new Set(kinds.map((kind) => kind.path?.(world.shelf) ?? kind.at))];
    site.html = `<!doctype html>${paths.map((path) => `<img src="${world.service.url}${path}">`).join("")}`;
    for (const { url } of site.ways.slice(0, 2)) {
      await page.goto(url);
      looks += paths.length;
    }
    for (const { path, fields, url } of ready.forms.filter(({ post }) => post.who === who)) {
      site.form(url + path, fields.filter(([, value]) => value.length < 1000), { method: "get" });
      const sent = page.waitForResponse((answer) => answer.url().startsWith(`${url}${path}?`));
      await Promise.all([sent, page.goto(site.ways[0].url, { waitUntil: "commit" }).catch(() => {})]);
      assert.ok((await sent).status() < 500);
      looks += 1;
    }
    await page.context().close();
  }
  site.close();
  assert.deepEqual(await whatThereIs(world), ready.before, "nothing has changed");
  world.say(`${looks} addresses asked for from elsewhere, nothing changed`);
}

/** From the service's own page, but with no secret, an empty one, that of another session, and as somebody else. */
async function withoutItsSecret(world) {
  const [of, theirs] = [windows(world), POSTS.filter(({ who }) => who)];
  let refused = 0;
  for (const { post, path, fields, said } of ready.forms.filter(({ post: { who } }) => who)) {
    const hands = await of(post);
    if (hands.page.url() === "about:blank") {
      await hands.visit("/accessibility");
      hands.watch.expect(403);
    }
    const rest = fields.filter(([name]) => name !== "form_token");
    const late = ["form_token", ready.secrets.get(post.who)];
    const ways = { missing: rest, empty: [...rest, ["form_token", ""]], "of another session": [...rest, late], "of nobody": [...rest.filter(([name]) => name !== "form_whose"), late] };
    for (const [way, sent] of Object.entries(ways)) {
      const { status, text } = await posts(hands, path, sent);
      assert.equal(status, 403, `${post.at} with a secret that is ${way}`);
      assert.ok(text.includes(said), `what was typed for ${post.at} comes back`);
      refused += 1;
    }
  }
  assert.equal(refused, theirs.length * 4);
  assert.deepEqual(await whatThereIs(world), ready.before, "nothing has changed");
  world.say(`${refused} sent from their own page without the session's secret, all refused; what was typed came back`);
}

function posts(hands, path, fields) {
  return hands.page.evaluate(
    async ([to, sent]) => {
      const answer = await fetch(to, { method: "POST", body: new URLSearchParams(sent), headers: { accept: "text/html" } });
      return { status: answer.status, text: await answer.text() };
    },
    [path, fields],
  );
}

/** The same forms do their work from where they stand: each of them, were it not refused, would change something. */
async function fromTheirOwnPage(world) {
  const of = windows(world);
  let before = await whatThereIs(world);
  for (const post of POSTS) {
    const { path, fields } = await fill(world, of, post);
    const { status, text } = await posts(await of(post), path, fields);
    const said = text.match(/<main[^]*<\/main>/)?.[0].replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    assert.equal(status, 200, `${post.at} from its own page: ${said?.slice(0, 400)}`);
    const after = await whatThereIs(world);
    assert.ok(post.unseen || after.join() !== before.join(), `${post.at} changes something when it is sent from its own page`);
    before = after;
  }
  world.say(`${POSTS.length} forms do their work from their own page`);
}

export default {
  title: "Forgery",
  service: "furnished",
  tasks: [
    once("is tried with every form that there is", everyForm),
    once("does nothing by a form of another site", tried(byForms)),
    once("does nothing by a script of another site", tried(byScripts)),
    once("does nothing from a browser that does not say where a request comes from", tried(byOlderBrowsers)),
    once("does nothing by an address that another site asks for", addresses),
    once("does nothing without the secret of the session", withoutItsSecret),
    once("is none from the service's own page", fromTheirOwnPage),
  ],
};
