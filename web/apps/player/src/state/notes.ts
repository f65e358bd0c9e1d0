/** Notes about one session: kept here as they are typed, on the server after a moment of silence. */

import { Problem, type Session } from "@script-manager/client";
import { type Ref, ref } from "vue";

import type { Keep } from "./keep";

export interface NotesParts {
  readonly keep: Keep;
  save(text: string): Promise<void>;
  /** Milliseconds of silence after which notes go to the server. */
  readonly saveAfter?: number;
}

export class Notes {
  readonly text: Ref<string>;
  private readonly name: string;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  constructor(
    private readonly parts: NotesParts,
    session: Session,
  ) {
    this.name = `notes:${session.id}`;
    this.text = ref(this.unsaved ?? session.notes?.text ?? "");
    if (this.unsaved !== null) this.soon(0);
  }

  /** What the server doesn't have yet. */
  private get unsaved(): string | null {
    return this.parts.keep.get<string>(this.name);
  }

  write(text: string): void {
    this.text.value = text;
    this.parts.keep.set(this.name, text);
    this.soon(this.parts.saveAfter ?? 800);
  }

  /** Another workplace may have written since. */
  seen({ notes }: Session): void {
    if (notes && this.unsaved === null) this.text.value = notes.text;
  }

  /** Hand them to the server now. */
  async save(): Promise<void> {
    clearTimeout(this.timer);
    const text = this.unsaved;
    if (text === null) return;
    try {
      await this.parts.save(text);
      if (this.unsaved === text) this.parts.keep.remove(this.name);
    } catch (error) {
      // Who may not write keeps what it has; anything else passes.
      if (!this.isClosed && (!(error instanceof Problem) || error.isPassing)) this.soon(5_000);
    }
  }

  private soon(after: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), after);
  }

  close(): void {
    this.isClosed = true;
    void this.save();
  }
}
