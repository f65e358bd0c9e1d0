/** Answers on their way: written down under an idempotency key before they are sent, sent until the server has decided. */

import type { Answers, Reading } from "@script-manager/client";
import { Problem, Unreachable } from "@script-manager/client";

import type { Keep } from "./keep";

export interface Sending {
  readonly session: string;
  readonly step: string;
  readonly answers: Answers;
  readonly key: string;
}

/** How it went; `gone` where another tab has sent it. */
export type Delivery =
  | { readonly kind: "taken"; readonly reading: Reading }
  | { readonly kind: "refused"; readonly problem: Problem }
  | { readonly kind: "gone" };

export interface OutboxParts {
  readonly keep: Keep;
  submit(sending: Sending): Promise<Reading>;
  /** Waits before the next try and says so; `attempt` counts from 1. */
  pause(attempt: number, retryAfter: number | null): Promise<void>;
  /** Runs one at a time among all tabs. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
  newKey(): string;
}

export class Outbox {
  constructor(private readonly parts: OutboxParts) {}

  /** Write an answer down. The same answer written twice keeps its key. */
  put(session: string, step: string, answers: Answers): Sending {
    const waiting = this.waiting(session);
    if (waiting && waiting.step === step && JSON.stringify(waiting.answers) === JSON.stringify(answers)) return waiting;
    const sending: Sending = { session, step, answers, key: this.parts.newKey() };
    this.parts.keep.set(nameOf(session), sending);
    return sending;
  }

  waiting(session: string): Sending | null {
    return this.parts.keep.get<Sending>(nameOf(session));
  }

  drop(session: string): void {
    this.parts.keep.remove(nameOf(session));
  }

  /** Send what a session has waiting until it is taken or refused. */
  deliver(session: string): Promise<Delivery> {
    return this.parts.exclusively(nameOf(session), async () => {
      for (let attempt = 1; ; attempt++) {
        const sending = this.waiting(session);
        if (!sending) return { kind: "gone" };
        try {
          const reading = await this.parts.submit(sending);
          this.drop(session);
          return { kind: "taken", reading };
        } catch (error) {
          if (error instanceof Problem && !error.isPassing) {
            this.drop(session);
            return { kind: "refused", problem: error };
          }
          if (!(error instanceof Problem || error instanceof Unreachable)) throw error;
          await this.parts.pause(attempt, error instanceof Problem ? error.retryAfter : null);
        }
      }
    });
  }
}

function nameOf(session: string): string {
  return `outbox:${session}`;
}
