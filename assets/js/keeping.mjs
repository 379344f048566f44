// Keeps what is typed on a sheet, on the server, every few seconds and whenever its writer turns away. Nothing of it stays
// in this browser: council devices are shared. What it says to its writer is on the page already, in their language.

const PAUSE = 3000;
const AGAIN = 5000;
// An answer that takes longer does not come any more.
const LONGEST = 30_000;
// A browser sends no more than this once a page is being left.
const LAST_WORDS = 60_000;
// So many texts are remembered of which it is not known whether they arrived.
const UNANSWERED = 20;
const PARTS = ["body", "title", "occurred_on", "prompt_set", "tags", "unease", "unknowns", "hypotheses"];

/** What a part says, as a form or the interface holds it: the lines with something in them, and a title on one. */
const lines = (part) => [part ?? ""].flat().join("\n").split("\n").map((line) => line.trim()).filter(Boolean).join("\n");

const same = (part, kept, sent) => {
  const [one, other] = [lines(kept), lines(sent)];
  return part === "title" ? one === other.replaceAll("\n", " ") : one === other;
};

export function keep(form) {
  const said = form.querySelector(".app-kept");
  let typed = false;
  let leaving = false;
  let stopped = false;
  let tried = false;
  let outlives = true;
  let unanswered = [];
  let timer;
  let sending;

  const say = (what, time = "") => {
    const text = (said.dataset[what] ?? said.dataset.offline).replace("{time}", time);
    // What stands there already is not read out again.
    if (said.textContent !== text) {
      said.textContent = text;
    }
  };

  // Whoever types without a pause does not put it off.
  const later = (pause) => {
    timer ??= setTimeout(send, pause);
  };

  const forget = () => {
    clearTimeout(timer);
    timer = undefined;
  };

  async function send() {
    forget();
    if (!typed || stopped || leaving || sending) {
      return sending;
    }
    typed = false;
    sending = post().then((pause) => {
      sending = undefined;
      if (typed && pause && !stopped && !leaving) {
        later(pause);
      }
    });
    return sending;
  }

  /** Sends what the sheet says; answers after which pause to send again, if there is more by then. */
  async function post() {
    const body = new URLSearchParams(new FormData(form));
    const begun = form.elements.begun.value;
    const begins = !begun && !form.elements.revision.value;
    const address = begun ? `/reflections/${begun}/working-copy` : form.dataset.keep;
    outlives = body.toString().length < LAST_WORDS;
    try {
      const answer = await fetch(address, {
        method: "POST",
        body,
        headers: { accept: "application/json" },
        keepalive: outlives,
        signal: AbortSignal.timeout(LONGEST),
      });
      if (answer.ok) {
        return isKept(await answer.json(), begins);
      }
      typed = true;
      if ((answer.status === 412 || answer.status === 428) && (await isOwn(address))) {
        return PAUSE;
      }
      return isRefused(answer.status);
    } catch {
      typed = true;
      unanswered = [...unanswered, body].slice(-UNANSWERED);
      say("offline");
      return AGAIN;
    }
  }

  function isKept({ begun, copy, at }, begins) {
    form.elements.copy.value = copy;
    if (begins) {
      form.elements.begun.value = begun;
      // Whoever reloads this page, or comes back to it, finds what they typed.
      history.replaceState(null, "", `/reflections/new?begun=${begun}`);
    }
    form.dispatchEvent(new CustomEvent("contact", { bubbles: true }));
    // A sheet begins once: had it begun when an answer was lost, what is kept is what it said then.
    if (begins && unanswered.length > 0) {
      typed = true;
    } else {
      say("kept", at);
    }
    unanswered = [];
    return PAUSE;
  }

  /** Whether what is kept is what this sheet sent when no answer came: then it is no other window's. */
  async function isOwn(address) {
    if (unanswered.length === 0) {
      return false;
    }
    const answer = await fetch(`/api/v1${address}`, { headers: { accept: "application/json" } });
    if (!answer.ok) {
      return false;
    }
    const copy = await answer.json();
    const own = unanswered.some((body) => PARTS.every((part) => same(part, copy[part], body.get(part))));
    if (own) {
      form.elements.copy.value = copy.revision;
      unanswered = [];
    }
    return own;
  }

  function isRefused(status) {
    if (status === 401 || status === 403) {
      stopped = true;
      say("signedOut");
    } else if (status === 412 || status === 428 || status === 404) {
      stopped = true;
      say("elsewhere");
    } else if (status === 413 || status === 422) {
      // It is tried again when something was changed, not before.
      say("tooLong");
      return 0;
    } else {
      say("offline");
    }
    return AGAIN;
  }

  form.addEventListener("input", () => {
    typed = true;
    // Whoever types again has not left, whatever they pressed.
    leaving = false;
    later(PAUSE);
  });
  form.addEventListener("focusout", () => send());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
  window.addEventListener("online", () => send());

  // What was typed arrives first, whichever form of the page is sent: otherwise the page would take its own last words for
  // another window's, or they would come after their writer has signed out. Where nothing arrives, the page is not left.
  document.addEventListener(
    "submit",
    async (event) => {
      if (tried || stopped || !(typed || sending)) {
        tried = false;
        leaving = event.target === form;
        forget();
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const { target, submitter } = event;
      await sending;
      await send();
      if (unanswered.length === 0) {
        tried = true;
        target.requestSubmit(submitter);
      }
    },
    true,
  );
  window.addEventListener("beforeunload", (event) => {
    if ((typed || (sending && !outlives)) && !leaving) {
      event.preventDefault();
    }
  });
  // Back on the page: it is being written on again, and the browser may have put back what was never kept.
  window.addEventListener("pageshow", () => {
    leaving = false;
    stopped = false;
    const fields = [...form.elements].filter((field) => "defaultValue" in field && field.type !== "hidden");
    if (fields.some((field) => field.value !== field.defaultValue)) {
      typed = true;
      later(PAUSE);
    }
  });
}
