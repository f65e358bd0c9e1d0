export { createScriptApi, type ReadOptions, type ScriptApi } from "./api";
export { type AuthoringApi, createAuthoringApi, type State } from "./authoring";
export { readEvents, type StreamEvent } from "./events";
export type * from "./model";
export { Problem, Unreachable } from "./problem";
export type { Connection } from "./transport";
