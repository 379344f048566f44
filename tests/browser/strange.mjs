// Looks into a page for what somebody else's markup has made of it, and shows the same page to a window without any policy: what
// only the policy stops has got through.

import assert from "node:assert/strict";

import { Seen, Watch } from "./watch.mjs";

/** What every window of these tests tells of a payload that runs. */
function telling() {
  window.__hit = () => console.error("a payload ran");
}

/** In the page: what is not ours to be there, as text; links that would run something are pressed. */
function strange() {
  const FORBIDDEN = "iframe, frame, frameset, object, embed, base, applet, template, noscript, img, picture, audio, video, source, style, math, marquee, dialog";
  const IN_PROSE = ["a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"];
  const ATTRIBUTES = ["style", "srcdoc", "srcset", "formaction", "xlink:href", "background", "poster", "data", "ping", "target", "is", "popover", "autofocus", "shadowrootmode"];
  /** Of those, what pages of ours do have. */
  const OURS = ["textarea#body[autofocus]", "input#email[autofocus]", 'button[formaction^="/reflections/"]'];
  const STAND_INS = ["__hit", "document", "cookie", "location", "getElementById", "querySelector", "currentScript", "elements", "submit"];
  const found = [];
  const said = (one, why) => found.push(`${why}: ${one.outerHTML.slice(0, 200)}`);
  const each = (selector, why, under = document) => under.querySelectorAll(selector).forEach((one) => said(one, why));
  each(FORBIDDEN, "an element that no page of ours has");
  each("body meta, body link, body title, body script", "what belongs into the head");
  each('main svg:not([class^="govuk-"])', "a drawing");
  const scripts = [...document.scripts].filter((one) => !one.getAttribute("src")?.startsWith("/assets/"));
  scripts.forEach((one) => said(one, "a script that is not ours"));
  for (const [name, count] of [["head meta", 3], ["head link", 3], ["script", 1], ["main", 1], ["body", 1]]) {
    if (document.querySelectorAll(name).length !== count) {
      found.push(`${document.querySelectorAll(name).length} of ${name}`);
    }
  }
  for (const one of document.querySelectorAll("*")) {
    const names = one.getAttributeNames();
    if (names.some((name) => name.startsWith("on") || (ATTRIBUTES.includes(name) && !OURS.some((own) => one.matches(own))))) {
      said(one, "an attribute that no page of ours has");
    }
    if (STAND_INS.includes(one.id) || STAND_INS.includes(one.getAttribute("name"))) {
      said(one, "a name that stands in for another");
    }
    if (one.closest(".app-prose") && !one.matches(".app-prose")) {
      const bare = IN_PROSE.includes(one.localName) && names.every((name) => (one.localName === "a" ? ["href", "rel"] : ["start"]).includes(name));
      if (!bare) {
        said(one, "what no text can have");
      }
    }
  }
  const addressOf = (text) => (URL.canParse(text, document.baseURI) ? new URL(text, document.baseURI) : { origin: "nowhere", protocol: "none" });
  for (const form of document.querySelectorAll("form")) {
    const ours = addressOf(form.getAttribute("action") ?? "").origin === location.origin;
    if (!ours || (form.getAttribute("method") !== "get" && form.querySelectorAll('[name="form_token"], [name="again_password"]').length === 0)) {
      said(form, "a form that is not ours");
    }
  }
  for (const link of document.querySelectorAll("a[href]")) {
    const { protocol, origin } = addressOf(link.getAttribute("href"));
    if (!["http:", "https:", "mailto:"].includes(protocol)) {
      said(link, "a link that is no address");
      if (protocol === "javascript:") {
        link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
      }
    } else if (origin !== location.origin && !/\bnofollow\b/.test(link.getAttribute("rel"))) {
      said(link, "a link to elsewhere that is not marked");
    } else if (link.closest(".app-prose") && origin === location.origin) {
      said(link, "a link into the service that somebody's text made");
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => found.push(`two elements are called ${id}`));
  return found;
}

/** A window of nobody's, without a policy and without a way out. */
export class Bare {
  static async open(browser) {
    const [bare, context] = [new Bare(), await browser.newContext()];
    const watch = new Watch(new Seen(), "nowhere");
    await watch.over(context, true);
    await context.addInitScript(telling);
    await context.route("**/*", (route) => route.abort());
    return Object.assign(bare, { context, watch });
  }

  /** Shows some markup, and answers what it did and what it made of the page. */
  async shows(html, { looking = true } = {}) {
    const before = this.watch.faults.length;
    const page = (this.page ??= await this.context.newPage());
    let found = [];
    try {
      await page.setContent(html);
      // Two more pictures of it: what begins with the page has begun.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      found = looking ? await page.evaluate(strange) : [];
    } catch (cause) {
      found.push(`the page is lost: ${cause.message}`);
    }
    // What may be on its way somewhere else is not shown anything more.
    if (found.some((one) => /^(a link that is no address|the page is lost)/.test(one)) || page.url() !== "about:blank") {
      await page.close();
      this.page = undefined;
    }
    return { did: this.watch.faults.slice(before).map(({ kind, text }) => `${kind}: ${text}`), found };
  }
}

/** What all windows of these tests have looked into. */
export const LOOKED = { pages: 0, fields: new Map() };

/** How many payloads a field was given. */
export function given(field, payloads) {
  LOOKED.fields.set(field, (LOOKED.fields.get(field) ?? 0) + payloads);
}

/** Somebody's window, and the bare one that is shown the same. */
export class Eyes {
  static async open(world, bare, who) {
    const eyes = new Eyes();
    eyes.hands = await world.open(who, { scripts: true });
    await eyes.hands.page.context().addInitScript(telling);
    return Object.assign(eyes, { bare, page: eyes.hands.page, world });
  }

  async look(path, answers = 200) {
    await this.hands.visit(path, { answers });
    await this.into();
  }

  /** Looks into the page that is there. */
  async into() {
    LOOKED.pages += 1;
    const here = this.page.url();
    const found = await this.page.evaluate(strange);
    assert.deepEqual(found, [], `what is on ${here}`);
    const alone = await this.bare.shows(await this.page.content(), { looking: false });
    assert.deepEqual(alone, { did: [], found: [] }, `what ${here} does without the policy`);
    assert.equal(this.page.url(), here, "the page stays where it is");
    const said = this.hands.watch.faults.map(({ kind, text }) => `${kind}: ${text.slice(0, 100)} … ${text.slice(-300)}`);
    assert.deepEqual(said, [], `what the browser says of ${here}`);
  }

  /** The page, and those that its list goes on to. */
  async lookOn(path) {
    for (let next = path; next; ) {
      await this.look(next);
      const onwards = this.page.locator(".govuk-pagination__next a");
      next = (await onwards.count()) > 0 ? await onwards.getAttribute("href") : undefined;
    }
  }

  /** Writes the same into every field of the page's form, or into some, and sends it with one of its buttons. */
  async sends(path, text, { answers = 422, button, change, only = "input, textarea" } = {}) {
    await this.hands.visit(path);
    await this.page.evaluate(([typed, some]) => {
      for (const field of document.querySelectorAll(`main form[method=post] :is(${some})`)) {
        if (!["hidden", "checkbox", "radio", "password"].includes(field.type)) {
          if (field.localName === "input") {
            field.type = "text";
          }
          field.value = typed;
        }
      }
    }, [text, only]);
    await (change && this.page.evaluate(change));
    if (answers >= 400) {
      this.hands.watch.expect(answers);
    }
    const whole = (answer) => answer.request().isNavigationRequest() && (answer.status() < 300 || answer.status() >= 400);
    const press = (named) => {
      const form = [...document.querySelectorAll("main form[method=post]")].find((one) => one.querySelector("textarea, input:not([type=hidden])"));
      form.requestSubmit(named ? form.querySelector(named) : undefined);
    };
    const [answer] = await Promise.all([this.page.waitForResponse(whole), this.page.waitForEvent("load"), this.page.evaluate(press, button)]);
    assert.equal(answer.status(), answers, `the status of ${answer.url()}`);
    await this.into();
  }
}

/** Does something with a bare window, which is closed after it. */
export async function beside(world, does) {
  const bare = await Bare.open(world.browser);
  try {
    return await does(bare, (who) => Eyes.open(world, bare, who));
  } finally {
    await bare.context.close();
  }
}
