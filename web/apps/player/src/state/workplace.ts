/** Which sessions are open at this workplace, so that a reload finds them again. */

import type { Session } from "@script-manager/client";

import type { Keep } from "./keep";

export interface OpenSession {
  readonly id: string;
  readonly script: string;
  readonly externalId: string | null;
  readonly customer: string | null;
  /** Milliseconds since 1970: when it was last looked at. */
  readonly at: number;
}

const LONGEST = 24 * 60 * 60 * 1000;

export class Workplace {
  constructor(
    private readonly keep: Keep,
    private readonly now: () => number = Date.now,
  ) {}

  /** The latest one first. */
  list(): OpenSession[] {
    const found = this.keep.names("open:").map((name) => this.keep.get<OpenSession>(name));
    return found
      .filter((open): open is OpenSession => open !== null && this.now() - open.at < LONGEST)
      .sort((one, other) => other.at - one.at);
  }

  add({ id, script, external_id, customer }: Session): void {
    this.keep.set(`open:${id}`, { id, script, externalId: external_id, customer, at: this.now() } satisfies OpenSession);
  }

  remove(id: string): void {
    this.keep.remove(`open:${id}`);
  }
}
