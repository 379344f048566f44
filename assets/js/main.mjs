// Improves pages that work without it.

import { Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink, createAll, isSupported } from "govuk-frontend";

document.body.classList.add("js-enabled");
if (isSupported()) {
  document.body.classList.add("govuk-frontend-supported");
}
for (const component of [Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink]) {
  createAll(component);
}
