/** One session at this workplace: where it stands, what is being done with it, what the operator may do. */

import {
  type Action,
  type Answers,
  type HandoffRequest,
  Problem,
  type Reading,
  type ScriptApi,
  type Session,
  type Step,
  Unreachable,
} from "@script-manager/client";
import { computed, type ComputedRef, type Ref, ref, shallowReactive, type ShallowRef, shallowRef } from "vue";

import type { Told } from "../form/shown";
import type { Inputs } from "./inputs";
import type { Keep } from "./keep";
import { Notes } from "./notes";
import { branchesOf } from "./branches";
import { type Stage, stageOf } from "./stage";
import type { Delivery, Outbox } from "./outbox";

export type Saved = "nothing" | "local" | "saving" | "saved";
export type Busy = Action | "claim";

/** Something to tell above the step. */
export type Notice =
  | { readonly kind: "changed" }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "unreachable" };

/** Going back gives up what waits on parallel branches. */
export interface BackQuestion {
  readonly to: string | null;
  readonly branches: readonly string[];
}

export interface WalkParts {
  readonly api: ScriptApi;
  readonly inputs: Inputs;
  readonly outbox: Outbox;
  readonly keep: Keep;
  /** Milliseconds of silence after which input goes to the server. */
  readonly saveAfter?: number;
}

export class Walk {
  readonly session: ShallowRef<Session>;
  readonly stage: ComputedRef<Stage>;
  readonly step: ComputedRef<Step | null>;
  readonly chosen: Ref<string | null> = ref(null);
  readonly busy: Ref<Busy | null> = ref(null);
  readonly saved: Ref<Saved> = ref("nothing");
  readonly errors: ShallowRef<Readonly<Record<string, readonly string[]>>> = shallowRef({});
  readonly question: ShallowRef<BackQuestion | null> = shallowRef(null);
  /** How many fields have to be corrected. */
  readonly wrong: Ref<number> = ref(0);
  readonly notice: ShallowRef<Notice | null> = shallowRef(null);
  /** The server has no such session, or its step has a form that it can't show. */
  readonly refused: ShallowRef<Problem | null> = shallowRef(null);
  /** Answers given here in the words of their forms, by step. */
  readonly told: Map<string, Told>;
  readonly notes: Notes;
  etag: string | null;
  /** Counts what was shown, so that a late answer doesn't hide a newer one. */
  private shown = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private unsaved: { readonly step: string; readonly answers: Answers } | null = null;
  private isClosed = false;

  constructor(
    private readonly parts: WalkParts,
    reading: Reading,
  ) {
    this.session = shallowRef(reading.session);
    const { keep, api, saveAfter = 800 } = parts;
    this.notes = new Notes({ keep, saveAfter, save: (text) => api.saveNotes(this.id, text) }, reading.session);
    this.told = shallowReactive(new Map(keep.get<[string, Told][]>(`told:${reading.session.id}`) ?? []));
    this.etag = reading.etag;
    this.stage = computed(() => stageOf(this.session.value, this.refused.value));
    this.step = computed(() => {
      const { steps, step } = this.session.value;
      return steps.find(({ id }) => id === this.chosen.value) ?? step;
    });
  }

  get id(): string {
    return this.session.value.id;
  }

  can(action: Action): boolean {
    const { step, session } = { step: this.step.value, session: this.session.value };
    if (step && (action === "next" || action === "back")) return step.actions.includes(action);
    return session.actions.includes(action) || (step?.actions.includes(action) ?? false);
  }

  /** What the form of the current step is opened with. */
  opened(step: Step): Answers {
    const sending = this.parts.outbox.waiting(this.id);
    return { ...this.parts.inputs.opened(this.id, step), ...(sending?.step === step.id ? sending.answers : {}) };
  }

  show({ session, etag }: Reading): void {
    this.shown += 1;
    const before = this.session.value;
    if (before.step && session.step?.id !== before.step.id && !this.busy.value) this.leave(session);
    this.session.value = session;
    this.etag = etag;
    this.refused.value = null;
    this.notes.seen(session);
  }

  private leave(session: Session): void {
    this.errors.value = {};
    this.saved.value = "nothing";
    const isNoticed = this.unsaved !== null || this.notice.value?.kind === "changed";
    this.notice.value = session.step && isNoticed ? { kind: "changed" } : null;
    this.unsaved = null;
  }

  /** Go to another of several steps that wait at once. */
  choose(step: string): void {
    this.chosen.value = step;
    this.errors.value = {};
    this.saved.value = "nothing";
  }

  /** The operator has typed: kept here at once, at the server soon after. */
  typed(answers: Answers): void {
    const step = this.step.value;
    if (!step || this.stage.value !== "active") return;
    this.parts.inputs.save(this.id, step.id, answers);
    this.unsaved = { step: step.id, answers };
    this.wrong.value = 0;
    this.saved.value = "local";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.saveInput(), this.parts.saveAfter ?? 800);
  }

  /** Hand what was typed to the server now. */
  async saveInput(): Promise<void> {
    clearTimeout(this.timer);
    const { unsaved } = this;
    if (!unsaved || this.busy.value === "next") return;
    this.saved.value = "saving";
    try {
      await this.parts.api.saveInput(this.id, unsaved.step, unsaved.answers);
      if (this.unsaved === unsaved) {
        this.unsaved = null;
        this.saved.value = "saved";
      }
    } catch (error) {
      this.saved.value = "local";
      if (error instanceof Problem && ["step-changed", "lease-taken", "session-ended"].includes(error.kind)) {
        await this.refresh();
      } else if (!this.isClosed) {
        this.timer = setTimeout(() => void this.saveInput(), 5_000);
      }
    }
  }

  /** Answer the current step; resolves when the server has decided, however long the network is away. */
  async next(answers: Answers, told: Told = {}): Promise<void> {
    const step = this.step.value;
    if (!step || this.busy.value) return;
    clearTimeout(this.timer);
    this.parts.inputs.save(this.id, step.id, answers);
    this.parts.outbox.put(this.id, step.id, answers);
    this.told.set(step.id, told);
    this.parts.keep.set(`told:${this.id}`, [...this.told]);
    await this.deliver();
  }

  /** Send an answer that was written down before a reload. */
  async resume(): Promise<void> {
    if (this.parts.outbox.waiting(this.id)) await this.deliver();
  }

  private async deliver(): Promise<void> {
    this.busy.value = "next";
    this.errors.value = {};
    this.notice.value = null;
    const step = this.parts.outbox.waiting(this.id)?.step ?? "";
    const { shown } = this;
    try {
      this.settle(step, await this.parts.outbox.deliver(this.id), shown);
    } finally {
      this.busy.value = null;
    }
  }

  private settle(step: string, delivery: Delivery, shown: number): void {
    if (delivery.kind === "gone") {
      void this.refresh();
      return;
    }
    if (delivery.kind === "taken") {
      const isNewer = this.shown === shown;
      this.done(step);
      if (isNewer) this.show(delivery.reading);
      const isKnown = isNewer || (this.etag !== null && this.etag === delivery.reading.etag);
      if (!isKnown || delivery.reading.session.state === "working") void this.refresh();
      return;
    }
    const { problem } = delivery;
    if (problem.kind === "answers-invalid") {
      this.errors.value = problem.errors;
      this.wrong.value = Object.keys(problem.errors).length;
      return;
    }
    this.notice.value = problem.kind === "step-changed" ? { kind: "changed" } : { kind: "problem", problem };
    void this.refresh();
  }

  private done(step: string): void {
    this.parts.inputs.forget(this.id, step);
    this.unsaved = null;
    this.saved.value = "nothing";
    this.chosen.value = null;
    this.wrong.value = 0;
    this.notice.value = null;
    this.errors.value = {};
  }

  /** Go back; where that would give up parallel branches, `question` says which, until it is confirmed. */
  async back(to: string | null = null, isConfirmed = false): Promise<void> {
    const key = `back-${this.step.value?.id ?? ""}-${to ?? ""}-${isConfirmed ? "confirmed" : ""}`;
    this.question.value = null;
    await this.act("back", async () => (await this.parts.api.back(this.id, to, isConfirmed, key)).session);
    const notice = this.notice.value;
    if (notice?.kind !== "problem" || notice.problem.kind !== "back-needs-confirmation") return;
    this.notice.value = null;
    this.question.value = { to, branches: branchesOf(notice.problem) };
  }

  retry(): Promise<void> {
    return this.act("retry", async () => (await this.parts.api.retry(this.id)).session);
  }

  /** Functions that run give way, so that their answers can be entered. */
  manual(): Promise<void> {
    return this.act("manual", async () => (await this.parts.api.manual(this.id)).session);
  }

  cancel(reason: string): Promise<void> {
    return this.act("cancel", async () => (await this.parts.api.cancel(this.id, reason)).session);
  }

  handoff(request: HandoffRequest): Promise<void> {
    return this.act("handoff", () => this.parts.api.handoff(this.id, request));
  }

  claim(isTakeover: boolean, reason?: string): Promise<void> {
    return this.act("claim", async () => {
      await this.parts.api.claim(this.id, isTakeover, reason);
      return (await this.parts.api.read(this.id))?.session ?? this.session.value;
    });
  }

  private async act(name: Busy, request: () => Promise<Session>): Promise<void> {
    if (this.busy.value) return;
    await Promise.all([this.saveInput(), this.notes.save()]);
    this.busy.value = name;
    this.notice.value = null;
    try {
      const session = await request();
      this.done(this.step.value?.id ?? "");
      this.show({ session, etag: null });
    } catch (error) {
      if (error instanceof Problem) this.notice.value = { kind: "problem", problem: error };
      else if (error instanceof Unreachable) this.notice.value = { kind: "unreachable" };
      else throw error;
      void this.refresh();
    } finally {
      this.busy.value = null;
    }
  }

  /** Look where the session stands; a failure is shown by whoever watches the network. */
  async refresh(): Promise<void> {
    const { shown } = this;
    try {
      const reading = await this.parts.api.read(this.id);
      if (this.shown !== shown) await this.refresh();
      else if (reading) this.show(reading);
    } catch (error) {
      if (error instanceof Problem && ["session-not-found", "form-unsupported"].includes(error.kind)) {
        this.refused.value = error;
      }
    }
  }

  close(): void {
    this.isClosed = true;
    this.notes.close();
    void this.saveInput();
    clearTimeout(this.timer);
  }
}
