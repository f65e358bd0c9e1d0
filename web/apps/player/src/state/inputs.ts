/** What was typed and not submitted, kept at this workplace until it is submitted or a day has passed. */

import type { Answers, Step } from "@script-manager/client";

import type { Keep } from "./keep";

const LONGEST = 24 * 60 * 60 * 1000;

interface KeptInput {
  readonly answers: Answers;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export class Inputs {
  constructor(
    private readonly keep: Keep,
    private readonly now: () => number = Date.now,
  ) {}

  save(session: string, step: string, answers: Answers): void {
    this.keep.set(nameOf(session, step), { answers, at: this.now() } satisfies KeptInput);
  }

  /** What a step is opened with: its data, over it the later one of what is kept here and at the server. */
  opened(session: string, step: Step): Answers {
    const here = this.keep.get<KeptInput>(nameOf(session, step.id));
    const there = step.input ?? null;
    const isHereLater = here && (!there || here.at >= Date.parse(there.saved_at));
    return { ...step.data, ...(isHereLater ? here.answers : there?.answers) };
  }

  forget(session: string, step = ""): void {
    for (const name of this.keep.names(nameOf(session, step))) this.keep.remove(name);
  }

  /** Remove what nobody came back for. */
  purge(): void {
    for (const name of this.keep.names("input:")) {
      const kept = this.keep.get<KeptInput>(name);
      if (!kept || this.now() - kept.at > LONGEST) this.keep.remove(name);
    }
  }
}

function nameOf(session: string, step: string): string {
  return `input:${session}:${step}`;
}
