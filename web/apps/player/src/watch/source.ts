/** Where news come from: the stream of events, or, where that can't be had, reads that wait for a change. */

import { type Handoff, Problem, readEvents, type ScriptApi } from "@script-manager/client";

import type { Wanted } from "./seat";

const TYPES = ["session", "handoffs", "problem"] as const;
export type NewsType = (typeof TYPES)[number];

export interface News {
  readonly type: NewsType;
  /** JSON. */
  readonly data: string;
  readonly etag: string | null;
}

/** Milliseconds without a sign of life after which a stream is taken for dead; the facade sends one every 15 s. */
const SILENCE = 40_000;
const WAIT = 20;

function isNews(type: string): type is NewsType {
  return (TYPES as readonly string[]).includes(type);
}

/** Read the stream until it ends or breaks. */
export async function stream(api: ScriptApi, wanted: Wanted, tell: (news: News) => void, signal: AbortSignal): Promise<void> {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  const dead = () => {
    silence.abort(new Error("silence"));
  };
  let timer = setTimeout(dead, SILENCE);
  try {
    for await (const event of readEvents(await api.events(wanted.sessions, wanted.teams, either))) {
      clearTimeout(timer);
      timer = setTimeout(dead, SILENCE);
      if (isNews(event.type)) tell({ type: event.type, data: event.data, etag: event.id });
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Ask one session after the other, waiting at the first for a change; the queue of handoffs each round. */
export class Asking {
  private readonly tags = new Map<string, string | null>();

  constructor(private readonly api: ScriptApi) {}

  async round(wanted: Wanted, tell: (news: News) => void, signal: AbortSignal): Promise<void> {
    const [first, ...others] = wanted.sessions;
    for (const id of others) await this.ask(id, 0, tell, signal);
    for (const team of wanted.teams) await this.askHandoffs(team, tell);
    if (first) await this.ask(first, WAIT, tell, signal);
  }

  private async ask(id: string, wait: number, tell: (news: News) => void, signal: AbortSignal): Promise<void> {
    try {
      const reading = await this.api.read(id, { wait, etag: this.tags.get(id) ?? null, signal });
      if (!reading) return;
      this.tags.set(id, reading.etag);
      tell({ type: "session", data: JSON.stringify(reading.session), etag: reading.etag });
    } catch (error) {
      if (!(error instanceof Problem) || error.isPassing) throw error;
    }
  }

  private async askHandoffs(team: string, tell: (news: News) => void): Promise<void> {
    try {
      const handoffs: Handoff[] = await this.api.handoffs(team);
      tell({ type: "handoffs", data: JSON.stringify({ team, handoffs }), etag: null });
    } catch (error) {
      if (!(error instanceof Problem) || error.isPassing) throw error;
    }
  }
}
