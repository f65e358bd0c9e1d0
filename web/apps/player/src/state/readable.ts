import type { Voice } from "../locale/voice";

const CHANNELS = { crm: "channel_crm", chat: "channel_chat", bot: "channel_bot", ivr: "channel_ivr", self_service: "channel_self_service" } as const;

/** A channel as people call it, where it is one of the usual ones. */
export function channelName(channel: string, say: Voice["say"]): string {
  return channel in CHANNELS ? say(CHANNELS[channel as keyof typeof CHANNELS]) : channel;
}

/** An answer in a few words. */
export function readable(value: unknown, nothing: string): string {
  if (value === null || value === undefined || value === "") return nothing;
  if (Array.isArray(value)) return value.map((one) => readable(one, nothing)).join(", ") || nothing;
  if (typeof value === "boolean") return value ? "✓" : "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number);
}

/** Whom a principal's name means: without the kind of its credential. */
export function personOf(principal: string | null | undefined): string {
  return (principal ?? "").replace(/^(key|operator|user):/, "");
}
