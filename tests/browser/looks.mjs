// What every page must be, whoever reads it and however: nothing for axe to find, nothing that runs off a narrow screen, no
// navigation on paper, every control within reach of the Tab key.

import { AxeBuilder } from "@axe-core/playwright";
import { WIDE } from "./window.mjs";

export const NARROW = { width: 320, height: 640 };
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What a window's width can change. */
export const OF_WIDTH = ["target-size", "scrollable-region-focusable", "aria-hidden-focus", "button-name", "link-in-text-block"];
const MANY = 120;

/** What axe finds; in a narrow window, of what the width changes. */
export async function axe(page, { without = [], only } = {}) {
  const whole = new AxeBuilder({ page }).setLegacyMode();
  const builder = without.reduce((all, one) => all.exclude(one), only ? whole.withRules(only) : whole.withTags(RULES));
  const { violations } = await builder.analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `axe ${id}: ${help}; ${target.join(" ")}; ${failureSummary.split("\n").slice(1, 3).join(" ").trim()}`));
}

/** What stands out of a window of 320 points, also when that is a window of 1280 at four times its size. */
export async function narrow(page) {
  const faults = [];
  await page.setViewportSize(NARROW);
  faults.push(...(await wide(page, "at 320 px")));
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setDeviceMetricsOverride", { width: 320, height: 256, deviceScaleFactor: 4, mobile: false });
  faults.push(...(await wide(page, "at 400 %")));
  await session.send("Emulation.clearDeviceMetricsOverride");
  await session.detach();
  await page.setViewportSize(WIDE);
  return faults;
}

async function wide(page, when) {
  const [width, culprits] = await page.evaluate(() => {
    const least = (element) => {
      for (let one = element.parentElement; one; one = one.parentElement) {
        if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(one).overflowX) && one !== document.body && one !== document.documentElement) {
          return false;
        }
      }
      return element.getBoundingClientRect().right > innerWidth + 1;
    };
    const all = [...document.body.querySelectorAll("*")].filter(least);
    const named = (one) => `${one.localName}${one.id ? `#${one.id}` : ""}${one.classList.length ? `.${[...one.classList].join(".")}` : ""}`;
    return [document.documentElement.scrollWidth, all.slice(0, 5).map(named)];
  });
  return width > 320 ? [`${when} the page is ${width} points wide: ${culprits.join(", ")}`] : [];
}

/** What of the way through the service would be printed. */
export async function printed(page) {
  await page.emulateMedia({ media: "print" });
  const found = await page.evaluate(() => {
    const ways = "nav, [role=navigation], [role=search], header form, footer, button, .govuk-button, .govuk-skip-link, .govuk-back-link, markdown-toolbar, .app-session";
    const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().height > 0;
    const shown = [...document.querySelectorAll(ways)].filter(seen).map((one) => `${one.localName}.${one.className} “${one.innerText.slice(0, 30)}”`);
    return { shown, heading: [...document.querySelectorAll("main h1")].some(seen) };
  });
  await page.emulateMedia({ media: null });
  const faults = found.shown.length > 0 ? [`printed: ${found.shown.slice(0, 5).join(", ")}`] : [];
  return found.heading ? faults : [...faults, "printed: no heading"];
}

/** Whether Tab comes to every control, shows where it is, and goes on. */
export async function tabbed(page) {
  const wanted = await page.evaluate((many) => {
    document.activeElement?.blur();
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    const reachable = all.filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0 && one.type !== "hidden");
    // Of a group of buttons, one is come to; the arrows lead to the others.
    const groups = new Map(reachable.map((one) => [one.type === "radio" ? `radio ${one.name}` : one, one]));
    window.wanted = new Set([...groups.values()].map((one) => (one.type === "radio" ? `radio ${one.name}` : one)));
    window.unseen = [];
    return window.wanted.size > many ? 0 : window.wanted.size;
  }, MANY);
  for (let steps = 0; steps < wanted * 2 + 20; steps += 1) {
    await page.keyboard.press("Tab");
    const left = await page.evaluate(() => {
      const at = document.activeElement;
      const style = getComputedStyle(at);
      const shown = style.outlineStyle !== "none" || style.boxShadow !== "none" || at.matches("[type=radio], [type=checkbox]");
      // The button for the calendar inside a field for days has a ring of the browser's own.
      if (!shown && at !== document.body && at.matches(":focus")) {
        window.unseen.push(`${at.localName}.${at.className}`);
      }
      window.wanted.delete(at.type === "radio" ? `radio ${at.name}` : at);
      // A toolbar hands the focus to the first of its buttons.
      window.wanted.delete(at.closest("[role=toolbar]"));
      return window.wanted.size;
    });
    if (left === 0) {
      break;
    }
  }
  return page.evaluate((any) => {
    const missed = any ? [...window.wanted].map((one) => `Tab does not come to ${one.outerHTML?.slice(0, 120) ?? one}`) : [];
    return [...missed, ...window.unseen.map((one) => `no sign of where the focus is: ${one}`)];
  }, wanted > 0);
}
