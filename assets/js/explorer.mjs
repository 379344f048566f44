// The contract to try out, with Swagger UI, whose own script has run before this one.
//
// It would put descriptions into the page as HTML, which our policy refuses (require-trusted-types-for). They are put there
// as text instead, so that this page needs no exception from the policy of all the others.

const asText =
  (_, { React }) =>
  ({ source }) =>
    source ? React.createElement("div", { className: "markdown" }, React.createElement("p", null, source)) : null;

// What it says of the contract as a whole, our page says; and our page has its heading already.
const nothing = () => () => null;

// A page has one main part (WAI-ARIA 1.2, main).
function complete() {
  document.querySelector("#explorer main")?.setAttribute("role", "group");
}

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#explorer",
  plugins: [() => ({ wrapComponents: { InfoContainer: nothing, Markdown: asText } })],
  onComplete: complete,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  syntaxHighlight: { activated: false },
  // Tokens stay in this page and are gone with it: devices are shared.
  persistAuthorization: false,
  // Nobody else is asked whether the contract is valid.
  validatorUrl: null,
});
