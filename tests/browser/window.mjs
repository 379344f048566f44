// Chromium, and windows of it: each with cookies of its own, with scripts or without, and watched.

import { chromium } from "playwright-core";
import { Hands } from "./hands.mjs";
import { PASSWORD } from "./service.mjs";
import { Watch } from "./watch.mjs";

export const WIDE = { width: 1280, height: 900 };
const PATIENCE = 20_000;

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // In a container Chromium cannot have a sandbox of its own, and root may have none.
    // Nor is there anything to draw on but the processor, or anybody out there to ask for updates.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-GB"],
  });
}

/** Opens a window; somebody may be signed in there already. */
export async function open(browser, seen, service, { who, scripts = true, viewport = WIDE } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: scripts, locale: "en-GB", timezoneId: "Europe/London", viewport });
  context.setDefaultTimeout(PATIENCE);
  const watch = new Watch(seen, service.url);
  await watch.over(context, scripts);
  if (who) {
    await signIn(context, service, who);
  }
  return new Hands(await context.newPage(), watch);
}

/** Signs somebody in without the page for it, where signing in is not what is looked at. */
export async function signIn(context, service, email, password = PASSWORD) {
  const answer = await context.request.post(`${service.url}/api/v1/sessions`, { data: { email, password } });
  if (!answer.ok()) {
    throw new Error(`${email} is not let in: ${answer.status()} ${await answer.text()}`);
  }
}
