// Somebody who has a keyboard and no mouse: Tab, Enter, Space, arrows, letters. Every press is counted, letters apart.

import assert from "node:assert/strict";

const FARTHEST = 400;

export class Hands {
  constructor(page, watch) {
    Object.assign(this, { page, watch, presses: 0, letters: 0, skipped: "" });
  }

  /** Goes to an address, as one types it into the browser. */
  async visit(path, { answers } = {}) {
    this.#expect(answers);
    this.answer = await this.page.goto(new URL(path, this.watch.origin).href);
    await this.#arrived(answers);
    return this;
  }

  /** Whether the page has this heading. */
  async reads(heading) {
    const found = await this.page.locator("h1").allInnerTexts();
    assert.deepEqual(found, [heading]);
  }

  /** The text of the page's own part. */
  async main() {
    return this.page.locator("main").innerText();
  }

  async says(...words) {
    const main = await this.main();
    for (const said of words) {
      assert.ok(main.includes(said), `the page says “${said}”: ${main}`);
    }
  }

  async saysNot(...words) {
    const main = await this.main();
    for (const said of words) {
      assert.ok(!main.includes(said), `the page does not say “${said}”: ${main}`);
    }
  }

  async press(key) {
    this.presses += 1;
    await this.page.keyboard.press(key);
  }

  async type(text) {
    this.letters += [...text].length;
    await this.page.keyboard.type(text);
  }

  /** Tabs until a control has the focus. Whoever starts at the top of a page skips past its navigation. */
  async reach(control) {
    const target = await control.elementHandle({ timeout: 10_000 });
    for (let steps = 0; steps < FARTHEST; steps += 1) {
      const where = await target.evaluate((wanted) => {
        const at = document.activeElement;
        if (at === wanted) {
          return "here";
        }
        if (!at || at === document.body) {
          return wanted.closest("main") ? "top" : "before";
        }
        return at.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING ? "after" : "before";
      });
      if (where === "here") {
        return target;
      }
      if (where === "top" && this.skipped !== (await this.#document())) {
        this.skipped = await this.#document();
        await this.press("Tab");
        // Where a form was sent after skipping, the address still says so, and Tab begins behind the navigation.
        if (await this.page.evaluate(() => document.activeElement?.matches(".govuk-skip-link"))) {
          await this.press("Enter");
        }
      } else {
        await this.press(where === "after" ? "Shift+Tab" : "Tab");
      }
    }
    throw new Error(`${control} is not reached with ${FARTHEST} presses of Tab`);
  }

  async #document() {
    return this.page.evaluate(() => `${performance.timeOrigin}`);
  }

  #named(role, name) {
    return this.page.getByRole(role, { name, exact: typeof name === "string" }).first();
  }

  #labelled(label) {
    return this.page.getByLabel(label, { exact: typeof label === "string" }).first();
  }

  /** Follows a link. */
  async follow(link, { answers } = {}) {
    await this.reach(this.#named("link", link));
    await this.#leave("Enter", answers);
  }

  /** Follows what looks like a button and leads somewhere. */
  async go(link) {
    await this.reach(this.page.locator("a.govuk-button", { hasText: link }).first());
    await this.#leave("Enter");
  }

  /** Presses a button that sends a form. */
  async send(button, { answers } = {}) {
    await this.reach(this.#named("button", button));
    await this.#leave("Enter", answers);
  }

  /** Sends the form from the field that one is in. */
  async enter({ answers } = {}) {
    await this.#leave("Enter", answers);
  }

  /** Follows a link within the page: the focus is then where it leads. */
  async jump(link) {
    const target = await this.reach(this.#named("link", link));
    const id = await target.evaluate((one) => one.hash.slice(1));
    await this.press("Enter");
    await this.page.locator(`[id="${id}"]:focus`).waitFor();
  }

  async #leave(key, answers) {
    this.#expect(answers);
    // Not what a link within the page does to its address: another page, come to its end.
    const whole = (answer) => answer.request().isNavigationRequest() && (answer.status() < 300 || answer.status() >= 400);
    const [answer] = await Promise.all([this.page.waitForResponse(whole), this.page.waitForEvent("load"), this.press(key)]);
    this.answer = answer;
    await this.#arrived(answers);
  }

  async #arrived(answers = 200) {
    this.skipped = "";
    assert.equal(this.answer.status(), answers, `the status of ${this.answer.url()}`);
    // A page that puts the cursor somewhere does so as soon as it is drawn; a person sees it there before they press anything.
    if ((await this.page.locator("[autofocus]").count()) > 0) {
      await this.page.locator("[autofocus]:focus").waitFor();
    }
  }

  #expect(answers) {
    if (answers >= 400) {
      this.watch.expect(answers);
    }
  }

  /** Types into a field, in the place of what is there. */
  async fill(label, text) {
    const field = await this.reach(this.#labelled(label));
    if (await field.evaluate((one) => one.value !== "" && one.type !== "date" && one.type !== "time")) {
      await this.press("Control+A");
    }
    await this.type(text);
  }

  /** Writes a day into a field for days, part by part. */
  async day(label, day) {
    const [year, month, date] = day.split("-");
    await this.#parts(label, day, [`${date}${month}${year}`, `${month}${date}${year}`]);
  }

  async time(label, time) {
    const [hour, minute] = time.split(":");
    const twelve = String(hour % 12 || 12).padStart(2, "0");
    await this.#parts(label, time, [`${hour}${minute}`, `${twelve}${minute}${hour < 12 ? "a" : "p"}`]);
  }

  /** A browser asks for the parts in the order of its own language, whatever the page's is. Each way ends in the last of three. */
  async #parts(label, wanted, ways) {
    const field = await this.reach(this.#labelled(label));
    for (const typed of ways) {
      await this.type(typed);
      if ((await field.evaluate((one) => one.value)) === wanted) {
        return;
      }
      await this.press("ArrowLeft");
      await this.press("ArrowLeft");
    }
    assert.equal(await field.evaluate((one) => one.value), wanted);
  }

  /** Chooses from a list that folds out. */
  async choose(label, option) {
    const list = await this.reach(this.#labelled(label));
    const [from, to] = await list.evaluate(
      (one, wanted) => [one.selectedIndex, [...one.options].findIndex((each) => each.text.startsWith(wanted))],
      option,
    );
    assert.ok(to >= 0, `${label} offers ${option}`);
    for (let at = from; at !== to; at += Math.sign(to - from)) {
      await this.press(to > from ? "ArrowDown" : "ArrowUp");
    }
    assert.equal(await list.evaluate((one) => one.selectedIndex), to);
  }

  /** Chooses one of a group of buttons. */
  async pick(label) {
    const wanted = await this.#labelled(label).elementHandle();
    const first = await wanted.evaluateHandle((one) => {
      const group = [...one.form.elements].filter((other) => other.name === one.name);
      return group.find((other) => other.checked) ?? group[0];
    });
    await this.reach({ elementHandle: async () => first.asElement(), toString: () => `the buttons of ${label}` });
    if (!(await first.evaluate((one) => one.checked))) {
      await this.press("Space");
    }
    for (let steps = 0; steps < 20 && !(await wanted.evaluate((one) => one.checked)); steps += 1) {
      await this.press("ArrowDown");
    }
    assert.ok(await wanted.evaluate((one) => one.checked), `${label} is chosen`);
  }

  /** Ticks a box, or clears it. */
  async tick(label) {
    await this.reach(this.#labelled(label));
    await this.press("Space");
  }

  /** Opens what is folded away. */
  async unfold(summary) {
    const target = await this.reach(this.page.locator("summary", { hasText: summary }).first());
    if (!(await target.evaluate((one) => one.parentElement.open))) {
      await this.press("Enter");
    }
  }

  async value(label) {
    return this.#labelled(label).inputValue();
  }
}
