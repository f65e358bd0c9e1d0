/** Choices by what was typed. */

import type { Choice } from "./search";

export function isSameValue(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === "object" && one !== null && JSON.stringify(one) === JSON.stringify(other));
}

/** Those that have every word of the query, the ones that begin with it first. */
export function narrowed(choices: readonly Choice[], query: string | null): readonly Choice[] {
  const wanted = plain(query ?? "").trim();
  if (!wanted) return choices;
  const words = wanted.split(/\s+/);
  const fitting = choices.filter(({ label }) => words.every((word) => plain(label).includes(word)));
  const rank = ({ label }: Choice) => (plain(label).startsWith(wanted) ? 0 : 1);
  return fitting.sort((one, other) => rank(one) - rank(other));
}

function plain(text: string): string {
  return text.toLocaleLowerCase().replaceAll("ё", "е");
}
