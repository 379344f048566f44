// Says in good time that a session is about to end, and lets its owner stay (WCAG 2.2, 2.2.1).

const WARN_BEFORE = 2 * 60_000;

export function warn(notice) {
  const minutes = Number(notice.dataset.idleMinutes);
  let last = Date.now();

  const contact = () => {
    last = Date.now();
    notice.hidden = true;
  };
  document.addEventListener("contact", contact);
  notice.querySelector("button").addEventListener("click", async () => {
    // Where there is no connection the notice stays.
    const answer = await fetch("/account", { method: "HEAD", redirect: "manual" }).catch(() => undefined);
    if (answer?.ok) {
      contact();
    }
  });
  setInterval(() => {
    notice.hidden = Date.now() - last < minutes * 60_000 - WARN_BEFORE;
  }, 10_000);
}
