// What was done, one line each, and what came of it.

export const both = (sentence, does) => ({ sentence, ways: [true, false], does });
export const scripted = (sentence, does) => ({ sentence, ways: [true], does });
export const plain = (sentence, does) => ({ sentence, ways: [false], does });
/** What is not about one of the two ways: it is done once. */
export const once = (sentence, does) => ({ sentence, ways: [undefined], does });

const WAYS = new Map([[true, "with scripts"], [false, "without scripts"], [undefined, ""]]);

export class Tally {
  constructor() {
    this.done = { true: 0, false: 0, undefined: 0 };
    this.failed = 0;
    this.figures = {};
  }

  /** One sentence, done or not. */
  line(title, sentence, way, { seconds, details = [], faults = [] }) {
    this.done[way] += 1;
    this.failed += faults.length > 0 ? 1 : 0;
    const how = WAYS.get(way);
    console.log(`${faults.length > 0 ? "FAIL" : "ok  "} ${title}: ${sentence}${how ? `, ${how}` : ""} (${seconds.toFixed(1)} s)`);
    for (const detail of details) {
      console.log(`       ${detail}`);
    }
    for (const fault of faults) {
      console.log(`     ! ${fault.replaceAll("\n", "\n       ")}`);
    }
  }

  closing(seen, seconds) {
    const { done, figures } = this;
    const tasks = done.true + done.false + done.undefined;
    const pages = seen.pages.true + seen.pages.false;
    const { console: said, policy, elsewhere, dialogue, server } = seen.faults;
    return [
      `${tasks} tasks (${done.true} with scripts, ${done.false} without, ${done.undefined} of neither), ${this.failed} failed;`,
      `${pages} pages opened (${seen.pages.true} with scripts, ${seen.pages.false} without) of ${figures.kinds ?? 0} kinds;`,
      `key presses from the sign-in page to a saved reflection, beside what is typed: ${figures.presses ?? "not measured"};`,
      `axe: ${figures.axe ?? "not run"} violations; Nu: ${figures.nu ?? "not run"} errors; console: ${said} errors; policy: ${policy} reports;`,
      `${seen.requests} requests, ${elsewhere} to another origin; ${dialogue} dialogues; ${server} server errors; ${seconds.toFixed(0)} s`,
    ].join("\n");
  }
}
