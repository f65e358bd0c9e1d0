/** A session that is about to be: asked for under one idempotency key until the server has decided. */

import { Problem, type Reading, type ScriptApi, type StartRequest, Unreachable } from "@script-manager/client";
import { type ShallowRef, shallowRef } from "vue";

import type { Reach } from "./reach";

export interface Starting {
  readonly script: string;
  readonly problem: Problem | null;
}

export class Starter {
  readonly now: ShallowRef<Starting | null> = shallowRef(null);
  private turn = 0;

  constructor(
    private readonly api: ScriptApi,
    private readonly reach: Reach,
    private readonly newKey: () => string,
  ) {}

  /** `show` puts on the screen what was started. Null where it was given up or refused; what was refused stays in `now`. */
  async start(request: StartRequest, show: (reading: Reading) => void): Promise<Reading | null> {
    const turn = ++this.turn;
    const key = this.newKey();
    this.now.value = { script: request.script, problem: null };
    for (let attempt = 1; turn === this.turn; attempt++) {
      try {
        const reading = await this.api.start(request, key);
        show(reading);
        if (turn === this.turn) this.now.value = null;
        return reading;
      } catch (error) {
        if (error instanceof Problem && !error.isPassing) {
          this.now.value = { script: request.script, problem: error };
          return null;
        }
        if (!(error instanceof Problem || error instanceof Unreachable)) throw error;
        await this.reach.pause(attempt, error instanceof Problem ? error.retryAfter : null);
      }
    }
    return null;
  }

  giveUp(): void {
    this.turn += 1;
    this.now.value = null;
  }
}
