/** What pages may rely on; described in docs/player.md. Another major version is another contract. */

import type { Answers, Session } from "@script-manager/client";

export const VERSION = "1.0";
export const TAG = "script-player";

export const ATTRIBUTES = [
  "api",
  "token",
  "operator",
  "team",
  "channel",
  "script",
  "session",
  "customer",
  "external-id",
  "locale",
  "theme",
] as const;
export type AttributeName = (typeof ATTRIBUTES)[number];

/** What a page knows before a script starts. */
export interface StartOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly customer?: string;
  readonly externalId?: string;
}

/** How a session of the page's is told about; nothing a customer said but the outcome that the script declares. */
export interface SessionFacts {
  readonly session: string;
  readonly script: string;
  readonly release: number;
  readonly state: Session["state"];
  readonly customer: string | null;
  readonly externalId: string | null;
}

/** Events by name after `script-player:`; each bubbles and is composed. */
export interface PlayerEvents {
  ready: { readonly version: string };
  "session-started": SessionFacts;
  "session-opened": SessionFacts;
  "session-parked": SessionFacts;
  "step-changed": SessionFacts & { readonly step: string; readonly stepKey: string; readonly stepName: string | null };
  "state-changed": SessionFacts;
  "session-ended": SessionFacts & { readonly end: string | null; readonly result: Answers; readonly notes: string };
  "handed-off": SessionFacts & { readonly channel: string; readonly team: string | null };
  "token-expired": { readonly reason: "missing" | "refused"; readonly renew: (token: string) => void };
  problem: { readonly kind: string; readonly title: string; readonly session: string | null };
}
export type EventName = keyof PlayerEvents;
export type Tell = <E extends EventName>(name: E, detail: PlayerEvents[E]) => void;
