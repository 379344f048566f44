// Keeps what is typed on a sheet, on the server, every few seconds and whenever its writer turns away. Nothing of it stays
// in this browser: council devices are shared. What it says to its writer is on the page already, in their language.

const PAUSE = 3000;
const AGAIN = 5000;
// A browser sends no more than this once a page is being left.
const LAST_WORDS = 60_000;

export function keep(form) {
  const said = form.querySelector(".app-kept");
  let typed = false;
  let leaving = false;
  let stopped = false;
  let timer;
  let sending;

  const say = (what, time = "") => {
    said.textContent = (said.dataset[what] ?? "").replace("{time}", time);
  };

  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  };

  async function send() {
    clearTimeout(timer);
    if (!typed || stopped || sending) {
      return sending;
    }
    typed = false;
    sending = post().finally(() => {
      sending = undefined;
      if (typed && !stopped) {
        later(PAUSE);
      }
    });
    return sending;
  }

  async function post() {
    const body = new URLSearchParams(new FormData(form));
    const begun = form.elements.begun.value;
    const address = begun ? `/reflections/${begun}/working-copy` : form.dataset.keep;
    let answer;
    try {
      answer = await fetch(address, {
        method: "POST",
        body,
        headers: { accept: "application/json" },
        keepalive: body.toString().length < LAST_WORDS,
      });
    } catch {
      typed = true;
      say("offline");
      later(AGAIN);
      return;
    }
    if (answer.ok) {
      const { begun: id, copy, at } = await answer.json();
      form.elements.copy.value = copy;
      if (!form.elements.revision.value && !begun) {
        form.elements.begun.value = id;
        // Whoever reloads this page, or comes back to it, finds what they typed.
        history.replaceState(null, "", `/reflections/new?begun=${id}`);
      }
      form.dispatchEvent(new CustomEvent("contact", { bubbles: true }));
      say("kept", at);
      return;
    }
    typed = true;
    if (answer.status === 401 || answer.status === 403) {
      stopped = true;
      say("signedOut");
    } else if (answer.status === 412 || answer.status === 428 || answer.status === 404) {
      stopped = true;
      say("elsewhere");
    } else {
      say("offline");
      later(AGAIN);
    }
  }

  form.addEventListener("input", () => {
    typed = true;
    if (!timer || !sending) {
      later(PAUSE);
    }
  });
  form.addEventListener("focusout", () => send());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
  window.addEventListener("online", () => send());

  // What is on its way arrives first: otherwise the page would take its own last words for another window's.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    leaving = true;
    if (sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      await sending;
      clearTimeout(timer);
      stopped = true;
      form.requestSubmit(submitter);
    }
    stopped = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (typed && !leaving) {
      event.preventDefault();
    }
  });
  // Back on the page from the browser's memory: it is being written on again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      leaving = false;
      stopped = false;
    }
  });
}
