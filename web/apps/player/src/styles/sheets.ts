/** Style sheets made from text: a strict policy (`style-src 'self'`) lets them pass, and all players of a page share them. */

import base from "./base.css?inline";
import shell from "./shell.css?inline";

let made: CSSStyleSheet[] | null = null;

export function sheets(): CSSStyleSheet[] {
  made ??= [base, shell].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  return [...made];
}
