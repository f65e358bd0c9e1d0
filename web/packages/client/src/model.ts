/** The API's words as types. Everything comes from the OpenAPI document. */

import type { components } from "../generated/schema";

type Schemas = components["schemas"];

export type Answers = Record<string, unknown>;
export type Script = Schemas["Script"];
export type WaitingFunction = Schemas["WaitingFunction"];
export type HistoryEvent = Schemas["HistoryEvent"];
export type StartRequest = Schemas["StartRequest"];
export type Input = Schemas["Input"];
export type ShownState = Schemas["ShownState"];
export type Action = "next" | "back" | "retry" | "cancel" | "handoff";

export interface Visited {
  readonly step: string;
  readonly key: string;
  readonly name: string | null;
  readonly answers: Answers;
  readonly at: string;
  readonly by: string | null;
  readonly channel: string | null;
  readonly back: { readonly allowed: boolean; readonly reason: string | null };
}

export type Step = Omit<Schemas["Step"], "actions"> & {
  readonly actions: readonly Action[];
  /** What was answered before and still counts, oldest first; not every facade tells. */
  readonly visited?: readonly Visited[];
};

export interface Holder {
  readonly name: string;
  readonly until: string;
  readonly mine: boolean;
}

export interface WaitingHandoff {
  readonly channel: string;
  readonly team: string | null;
  readonly note: string | null;
  readonly by: string | null;
  readonly at: string;
}

export interface Progress {
  readonly visited: number;
  readonly ahead: number;
}

export type Session = Omit<Schemas["Session"], "step" | "steps" | "actions"> & {
  readonly step: Step | null;
  readonly steps: readonly Step[];
  readonly actions: readonly Action[];
  readonly holder?: Holder | null;
  readonly handoff?: WaitingHandoff | null;
  readonly progress?: Progress | null;
};

/** A session in a team's queue. */
export interface Handoff extends WaitingHandoff {
  readonly session: string;
  readonly script: string;
  readonly title: string;
  readonly customer: string | null;
  readonly external_id: string | null;
}

export interface Option {
  readonly label: string;
  readonly value: string;
}

/** A session with the tag of what was read. */
export interface Reading {
  readonly session: Session;
  readonly etag: string | null;
}
