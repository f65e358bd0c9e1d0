/** The language that the studio speaks: the reader's own, until another one is chosen. */

import { ref, watchEffect } from "vue";

import { en } from "./en";
import { ru } from "./ru";

export type Language = "ru" | "en";
export type Said = Readonly<Record<Language, string>>;
export type Word = keyof typeof ru;

const KEPT = "studio:language";
const tables: Readonly<Record<Language, Readonly<Record<Word, string>>>> = { ru, en };

export const language = ref<Language>(first());

watchEffect(() => {
  document.documentElement.lang = language.value;
}, { flush: "sync" });

export function choose(chosen: Language): void {
  localStorage.setItem(KEPT, chosen);
  language.value = chosen;
}

/** A sentence with `{name}` filled in. */
export function t(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return tables[language.value][word].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** What the server says in both languages. */
export function said(sentence: Said): string {
  return sentence[language.value];
}

/** The right one of two titles; that in English may be missing. */
export function titled(script: { readonly title?: string | null; readonly title_en?: string | null }, key: string): string {
  return (language.value === "en" ? (script.title_en ?? script.title) : script.title) ?? key;
}

export function moment(at: string): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "ru" || kept === "en") return kept;
  return navigator.language.startsWith("ru") ? "ru" : "en";
}
