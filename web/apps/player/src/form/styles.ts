/** The style sheets of forms, added to a player when its first form is shown. */

import standard from "@bpmn-io/form-js-viewer/dist/assets/form-js.css?inline";

import own from "./form.css?inline";

let made: CSSStyleSheet[] | null = null;

export function adoptFormSheets(root: ShadowRoot): void {
  made ??= [standard, own].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  const missing = made.filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
  if (missing.length) root.adoptedStyleSheets.push(...missing);
}
