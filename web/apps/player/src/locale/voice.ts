/** The language of a player, changed at run time. */

import { computed, type ComputedRef, type InjectionKey, inject, type Ref } from "vue";

import { en } from "./en";
import { moments, numbers } from "./formats";
import { ru } from "./ru";
import { type Facts, phrase, type SentenceName, type Sentences } from "./sentences";

export type Language = "ru" | "en";
export const LANGUAGES: readonly Language[] = ["ru", "en"];
const SENTENCES: Readonly<Record<Language, Sentences>> = { ru, en };

export interface Voice {
  readonly language: ComputedRef<Language>;
  say(name: SentenceName, facts?: Facts): string;
  /** A moment, as short as it can be understood. */
  moment(iso: string, now?: Date): string;
  /** Whole seconds, minutes or hours. */
  duration(seconds: number): string;
}

/** Russian, or English where the locale begins with `en`. */
export function languageOf(locale: string | null | undefined): Language {
  return locale?.toLowerCase().startsWith("en") ? "en" : "ru";
}

export function createVoice(locale: Ref<string>): Voice {
  const language = computed(() => languageOf(locale.value));
  return {
    language,
    say: (name, facts = {}) => phrase(SENTENCES[language.value][name], facts, language.value),
    moment: (iso, now = new Date()) => {
      const at = new Date(iso);
      const isToday = at.toDateString() === now.toDateString();
      const shown: Intl.DateTimeFormatOptions = isToday
        ? { hour: "2-digit", minute: "2-digit" }
        : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
      return moments(language.value, shown).format(at);
    },
    duration: (seconds) => {
      const [value, unit] =
        seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
      return numbers(language.value, { style: "unit", unit, unitDisplay: "short" }).format(Math.floor(value));
    },
  };
}

export const VOICE: InjectionKey<Voice> = Symbol("voice");

export function useVoice(): Voice {
  const voice = inject(VOICE);
  if (!voice) throw new Error("a component outside the player");
  return voice;
}
