import type { Visited } from "@script-manager/client";

import type { Told } from "../form/shown";
import { written } from "../form/values/written";
import type { Language, Voice } from "../locale/voice";

const CHANNELS = { crm: "channel_crm", chat: "channel_chat", bot: "channel_bot", ivr: "channel_ivr", self_service: "channel_self_service" } as const;

/** A channel as people call it, where it is one of the usual ones. */
export function channelName(channel: string, say: Voice["say"]): string {
  return channel in CHANNELS ? say(CHANNELS[channel as keyof typeof CHANNELS]) : channel;
}

/** A field that was answered: its label and the answer, as people read them; `text` is empty where nothing was given. */
export interface ReadAnswer {
  readonly key: string;
  readonly label: string;
  readonly text: string;
}

/** The answers of a step: as they were on this screen, or else as the server remembers them. */
export function answersRead({ answers, told }: Visited, here: Told | undefined, language: Language): ReadAnswer[] {
  return Object.entries(answers).map(([key, value]) => {
    const seen = here?.[key];
    if (seen) return { key, ...seen };
    const kept = told.find((one) => one.key === key);
    const chosen = (language === "en" && kept?.chosen_en) || kept?.chosen;
    return {
      key,
      label: (language === "en" && kept?.label_en) || (kept?.label ?? key),
      text: chosen?.join(", ") ?? written(value, kept?.kind ?? "", language),
    };
  });
}

/** Whom a principal's name means: without the kind of its credential. */
export function personOf(principal: string | null | undefined): string {
  return (principal ?? "").replace(/^(key|operator|user):/, "");
}
