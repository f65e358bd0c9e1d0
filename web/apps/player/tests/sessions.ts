/** Sessions as the facade shows them, for tests. */

import { Problem, type ScriptApi, type Session, type Step } from "@script-manager/client";

export function stepNamed(id: string, more: Partial<Step> = {}): Step {
  return {
    id,
    key: id,
    name: id,
    hint: null,
    name_en: null,
    hint_en: null,
    said: [],
    form: { type: "default", components: [] },
    data: {},
    stale: [],
    visited: [],
    actions: ["next", "back", "cancel"],
    ...more,
  };
}

export function sessionAt(step: Step | null, more: Partial<Session> = {}): Session {
  return {
    id: "s",
    script: "promised_payment",
    release: 1,
    channel: "crm",
    tenant: "main",
    team: null,
    locale: "ru",
    customer: null,
    external_id: null,
    state: step ? "active" : "working",
    step,
    steps: step ? [step] : [],
    waiting: [],
    progress: null,
    actions: ["next", "cancel"],
    holder: null,
    handoff: null,
    idle_until: null,
    result: null,
    created: "2026-11-26T05:00:00Z",
    ended: null,
    ...more,
  };
}

/** An API of which only what a test names may be called. */
export function apiOf(calls: Partial<Record<keyof ScriptApi, (...given: never[]) => unknown>>): ScriptApi {
  return new Proxy({} as ScriptApi, {
    get: (_, name: string) => {
      const call = calls[name as keyof ScriptApi] as ((...given: unknown[]) => unknown) | undefined;
      return (...given: unknown[]) => (call ? Promise.resolve(call(...given)) : Promise.reject(new Problem("not-found", 404, name)));
    },
  });
}
