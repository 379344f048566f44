// Says in good time that a session is about to end, lets its owner stay, and says when it has ended (WCAG 2.2, 2.2.1).

const WARN_BEFORE = 2 * 60_000;
const LOOK = 10_000;

export function warn(notice) {
  const lasts = Number(notice.dataset.idleMinutes) * 60_000;
  const [said, stay] = [notice.querySelector("p"), notice.querySelector("button")];
  let last = Date.now();

  const contact = () => {
    last = Date.now();
    notice.hidden = true;
  };
  const ended = () => {
    said.textContent = notice.dataset.ended;
    stay.remove();
    notice.hidden = false;
    clearInterval(looking);
  };
  const looking = setInterval(() => {
    const rested = Date.now() - last;
    if (rested >= lasts) {
      ended();
    } else {
      notice.hidden = rested < lasts - WARN_BEFORE;
    }
  }, LOOK);

  document.addEventListener("contact", contact);
  stay.addEventListener("click", async () => {
    // Where there is no connection the notice stays.
    const answer = await fetch("/account", { method: "HEAD", redirect: "manual" }).catch(() => undefined);
    if (answer?.ok) {
      contact();
    } else if (answer) {
      ended();
    }
  });
}
