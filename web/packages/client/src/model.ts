/** The API's words as types. Everything comes from the OpenAPI document. */

import type { components } from "../generated/schema";

type Schemas = components["schemas"];

export type Answers = Record<string, unknown>;
export type Action = Schemas["Action"];
/** A session in a team's queue. */
export type Handoff = Schemas["WaitingSession"];
export type HandoffRequest = Schemas["HandoffRequest"];
export type HistoryEvent = Schemas["HistoryEvent"];
export type Input = Schemas["Input"];
export type Option = Schemas["Option"];
export type Script = Schemas["Script"];
export type Session = Schemas["Session"];
export type StartRequest = Schemas["StartRequest"];
export type SessionSummary = Schemas["SessionSummary"];
export type Step = Schemas["Step"];
export type Visited = Schemas["Visited"];
export type WaitingFunction = Schemas["WaitingFunction"];

/** A session with the tag of what was read. */
export interface Reading {
  readonly session: Session;
  readonly etag: string | null;
}
