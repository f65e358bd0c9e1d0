/**
 * form-js's style sheet made fit for a shadow root in a page of any kind: lengths that don't hang on the page's root
 * element, widths that are the player's and not the window's, and nothing of the calendar that the player replaces.
 */

import type { AtRule, Plugin, Rule } from "postcss";

const REM = /(\d*\.?\d+)rem\b/g;
const WIDTH = /\((min|max)-width:\s*([^)]+)\)/g;

export function formCss(): Plugin {
  return {
    postcssPlugin: "script-player-form-css",
    Once(root) {
      if (!root.source?.input.file?.includes("form-js")) return;
      root.walkRules((rule) => {
        dropUnused(rule);
      });
      root.walkDecls((declaration) => {
        declaration.value = inPixels(declaration.value);
      });
      root.walkAtRules("media", (rule) => {
        toContainer(rule);
      });
      root.walkAtRules((rule) => {
        if (rule.nodes?.length === 0) rule.remove();
      });
    },
  };
}

function dropUnused(rule: Rule): void {
  const kept = rule.selectors.filter((selector) => !/flatpickr|fjs-taglist|fjs-(input-group|select|dropdown)/.test(selector));
  if (kept.length) rule.selectors = kept;
  else rule.remove();
}

function inPixels(text: string): string {
  return text.replace(REM, (_, number: string) => `${String(Number(number) * 16)}px`);
}

function toContainer(rule: AtRule): void {
  if (!/(min|max)-width/.test(rule.params)) return;
  rule.name = "container";
  rule.params = `player ${inPixels(rule.params.replace(/^screen and /, "").replace(WIDTH, "($1-width: $2)"))}`;
}
