// Improves pages that work without it.

import "@github/markdown-toolbar-element";
import { Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink, createAll } from "govuk-frontend";

import { keep } from "./keeping.mjs";
import { warn } from "./session.mjs";

// What GOV.UK's own template says in an inline script, which our policy refuses. Whatever runs a module is new enough.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
// The address still says where its reader skipped to before they sent the form: it would take the focus from what is wrong.
if (location.hash && document.querySelector(".govuk-error-summary")) {
  history.replaceState(history.state, "", location.pathname + location.search);
}
for (const component of [Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink]) {
  createAll(component);
}
for (const toolbar of document.querySelectorAll("markdown-toolbar")) {
  toolbar.hidden = false;
}
for (const form of document.querySelectorAll("form[data-keep]")) {
  keep(form);
}
for (const notice of document.querySelectorAll(".app-session")) {
  warn(notice);
}
