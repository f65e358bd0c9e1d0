/** News of all sessions of this workplace, over one stream a browser. */

import { type Handoff, Problem, type Reading, type ScriptApi, type Session } from "@script-manager/client";

import type { Reach } from "../state/reach";
import { type Message, type Seat, takeSeat, unionOf, type Wanted } from "./seat";
import { Asking, type News, stream } from "./source";

export interface WatchParts {
  readonly api: ScriptApi;
  readonly reach: Reach;
  /** The same for all tabs that may hear each other's news. */
  readonly name: string;
  readonly tab: string;
  onSession(reading: Reading): void;
  onHandoffs(team: string, handoffs: readonly Handoff[]): void;
  /** Some session can't be seen for the moment; the facade doesn't say which. */
  onProblem(): void;
}

export class Watch {
  private readonly seat: Seat;
  private readonly wants = new Map<string, Wanted>();
  private wanted: Wanted = { sessions: [], teams: [] };
  private round = new AbortController();
  private isStreamed = true;

  constructor(private readonly parts: WatchParts) {
    this.seat = takeSeat(parts.name, (message) => {
      this.hear(message);
    });
    this.seat.take((signal) => this.lead(signal));
  }

  /** Say what this tab wants to hear about, the most important session first. */
  want(wanted: Wanted): void {
    this.wanted = wanted;
    this.seat.post({ kind: "want", tab: this.parts.tab, wanted });
    this.note(this.parts.tab, wanted);
  }

  stop(): void {
    this.seat.post({ kind: "bye", tab: this.parts.tab });
    this.seat.leave();
    this.round.abort();
  }

  private hear(message: Message): void {
    if (message.kind === "who") this.seat.post({ kind: "want", tab: this.parts.tab, wanted: this.wanted });
    else if (message.kind === "want") this.note(message.tab, message.wanted);
    else if (message.kind === "news") this.pass(message);
    else {
      this.wants.delete(message.tab);
      this.round.abort();
    }
  }

  private note(tab: string, wanted: Wanted): void {
    const before = JSON.stringify(unionOf(this.wants.values()));
    this.wants.set(tab, wanted);
    if (JSON.stringify(unionOf(this.wants.values())) !== before) this.round.abort();
  }

  private pass(news: News): void {
    const data: unknown = JSON.parse(news.data);
    if (news.type === "problem") this.parts.onProblem();
    else if (news.type === "session") this.parts.onSession({ session: data as Session, etag: news.etag });
    else {
      const { team, handoffs } = data as { team: string; handoffs: Handoff[] };
      this.parts.onHandoffs(team, handoffs);
    }
  }

  private tell(news: News): void {
    this.seat.post({ kind: "news", ...news });
    this.pass(news);
  }

  private async lead(signal: AbortSignal): Promise<void> {
    const asking = new Asking(this.parts.api);
    this.seat.post({ kind: "who" });
    for (let failures = 0; !signal.aborted; ) {
      this.round = new AbortController();
      const either = AbortSignal.any([signal, this.round.signal]);
      try {
        await this.follow(asking, either);
        failures = 0;
      } catch {
        if (either.aborted) continue;
        failures += 1;
        await this.parts.reach.pause(failures);
      }
    }
  }

  /** One round; it ends when something else is wanted. */
  private async follow(asking: Asking, signal: AbortSignal): Promise<void> {
    const wanted = unionOf(this.wants.values());
    if (!wanted.sessions.length && !wanted.teams.length) {
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve, { once: true });
      });
      return;
    }
    const tell = (news: News) => {
      this.tell(news);
    };
    if (!this.isStreamed) {
      await asking.round({ ...wanted, sessions: this.first(wanted) }, tell, signal);
      if (!wanted.sessions.length) await this.parts.reach.pause(1, 10);
      return;
    }
    try {
      await stream(this.parts.api, wanted, tell, signal);
      await this.parts.reach.pause(1);
    } catch (error) {
      if (!(error instanceof Problem) || error.isPassing) throw error;
      this.isStreamed = false;
    }
  }

  private first(wanted: Wanted): readonly string[] {
    const current = this.wanted.sessions[0];
    return current ? [current, ...wanted.sessions.filter((id) => id !== current)] : wanted.sessions;
  }
}
