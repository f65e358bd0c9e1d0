/** Sentences by name and language, with plural forms. */

import { numbers, plurals } from "./formats";
import type { ru } from "./ru";

export type SentenceName = keyof typeof ru;
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };
export type Sentence = string | Forms;
export type Sentences = Readonly<Record<SentenceName, Sentence>>;
export type Facts = Readonly<Record<string, string | number>>;

/** Put facts into a sentence; `count` chooses among its plural forms and is written as the language writes numbers. */
export function phrase(sentence: Sentence, facts: Facts, language: string): string {
  const template = typeof sentence === "string" ? sentence : formFor(sentence, facts["count"], language);
  return template.replace(/\{(\w+)\}/g, (place, name: string) => {
    const fact = facts[name];
    return fact === undefined ? place : typeof fact === "number" ? written(fact, language) : fact;
  });
}

/** Most numbers are small, and a format takes long to be made. */
function written(fact: number, language: string): string {
  return Number.isInteger(fact) && fact >= 0 && fact < 1000 ? String(fact) : numbers(language).format(fact);
}

function formFor(forms: Forms, count: string | number | undefined, language: string): string {
  return forms[plurals(language).select(Number(count))] ?? forms.other;
}
