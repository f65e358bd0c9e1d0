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

export type AuthoredScript = Schemas["AuthoredScript"];
export type CaseReport = Schemas["CaseReport"];
export type Diff = Schemas["Diff"];
export type Draft = Schemas["Draft"];
export type DraftFile = Schemas["DraftFile"];
export type Finding = Schemas["Finding"];
export type Findings = Schemas["Findings"];
export type NewRelease = Schemas["NewRelease"];
export type NewRollout = Schemas["NewRollout"];
export type PublishedDraft = Schemas["PublishedDraft"];
export type Release = Schemas["Release"];
export type Report = Schemas["Report"];
export type Rollout = Schemas["Rollout"];
export type Rule = NewRollout["rules"][number];
/** An element template, as bpmn-js-element-templates takes it. */
export type Template = Record<string, unknown>;

/** How far a publication has come; sent in its stream. */
export interface Progress {
  readonly stage: "check" | "test" | "deploy" | "switch";
  readonly done?: number;
  readonly of?: number;
}

/** A session with the tag of what was read. */
export interface Reading {
  readonly session: Session;
  readonly etag: string | null;
}
