/** What scripts and steps are called in the language of the player. */

import type { Script, Step, Visited } from "@script-manager/client";

import type { Language } from "./voice";

export function nameOf(step: Pick<Step | Visited, "key" | "name" | "name_en">, language: Language): string {
  return (language === "en" && step.name_en) || (step.name ?? step.key);
}

export function hintOf(step: Pick<Step, "hint" | "hint_en">, language: Language): string | null {
  return (language === "en" && step.hint_en) || step.hint;
}

export function titleOf(script: Pick<Script, "title" | "title_en">, language: Language): string {
  return (language === "en" && script.title_en) || script.title;
}
