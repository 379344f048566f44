// What no page may do, noticed on every page that anybody opens: write an error to the console, break the policy, ask another
// origin for anything, open a dialogue. What the browser itself says of a refusal counts unless the refusal was expected.

import { kindOf } from "./addresses.mjs";

const REFUSED = /^Failed to load resource: the server responded with a status of (\d+)/;
const UNREACHED = /^Failed to load resource: net::(\w+)/;
/** It says so when somebody comes to a place within a page, who is not led away from there. */
const NOT_FOCUSED = "Autofocus processing was blocked because a document's URL has a fragment";
const POLICY = "policy broken: ";

/** What was seen in the whole run. */
export class Seen {
  constructor() {
    this.pages = { true: 0, false: 0 };
    this.kinds = new Set();
    this.faults = { console: 0, policy: 0, elsewhere: 0, dialogue: 0, server: 0 };
    this.requests = 0;
  }
}

export class Watch {
  constructor(seen, origin) {
    Object.assign(this, { seen, origin, faults: [], refusals: [], expected: [], met: [], pages: [] });
  }

  /** Watches a window and everything that opens in it. */
  async over(context, scripts) {
    context.on("page", (page) => this.pages.push(page));
    context.on("console", (message) => this.#heard(message.text(), message.location()?.url ?? "", message.type()));
    context.on("weberror", (error) => this.fault("console", error.error().stack ?? String(error.error())));
    context.on("request", (request) => this.#asked(request.url()));
    context.on("response", (response) => this.#answered(response, scripts));
    context.on("dialog", (dialog) => this.#asks(dialog));
    await context.addInitScript((start) => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`${start}${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
      });
    }, POLICY);
  }

  /** From now on, a refusal with this status, or a failure of the network by this name, is what the task is about. */
  expect(...what) {
    this.expected.push(...what);
  }

  fault(kind, text) {
    this.faults.push({ kind, text });
  }

  #heard(text, url, type) {
    const refused = REFUSED.exec(text)?.[1] ?? UNREACHED.exec(text)?.[1];
    if (refused) {
      this.refusals.push({ what: refused, text: `${text} ${url}` });
    } else if (text.startsWith(POLICY) || text.includes("Content Security Policy")) {
      this.fault("policy", text);
    } else if (type !== "verbose" && !text.startsWith(NOT_FOCUSED)) {
      // Our pages write nothing there at all, so whatever stands there is somebody's complaint.
      this.fault("console", `${type}: ${text} ${url}`);
    }
  }

  #asked(url) {
    this.seen.requests += 1;
    if (/^https?:|^wss?:/.test(url) && new URL(url).origin !== this.origin) {
      this.fault("elsewhere", url);
    }
  }

  #answered(response, scripts) {
    if (response.status() >= 500) {
      this.fault("server", `${response.status()} ${response.url()}`);
    }
    if (response.status() >= 400) {
      this.met.push(String(response.status()));
    }
    const html = (response.headers()["content-type"] ?? "").startsWith("text/html");
    if (html && response.request().isNavigationRequest() && response.url().startsWith(this.origin)) {
      this.seen.pages[scripts] += 1;
      this.seen.kinds.add(kindOf(new URL(response.url()).pathname));
    }
  }

  async #asks(dialog) {
    // The browser's own question before what was typed is left behind is the page's doing, and right.
    if (dialog.type() !== "beforeunload") {
      this.fault("dialogue", `${dialog.type()}: ${dialog.message()}`);
    }
    await dialog.accept().catch(() => {});
  }

  /** Everything that was wrong, once the task is over. */
  close() {
    const expected = this.expected.map(String);
    for (const refusal of this.refusals.filter(({ what }) => !expected.includes(what))) {
      this.fault("console", refusal.text);
    }
    const met = [...this.met, ...this.refusals.map(({ what }) => what)];
    const missing = expected.filter((what) => !met.includes(what));
    for (const { kind } of this.faults) {
      this.seen.faults[kind] += 1;
    }
    return [...this.faults.map(({ kind, text }) => `${kind}: ${text}`), ...missing.map((what) => `expected ${what}, and it never came`)];
  }
}
