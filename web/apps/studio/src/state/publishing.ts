/** One publication as it goes on: its stages, what came of it, and a way to stop it. */

import {
  type AuthoringApi,
  type Finding,
  type NewRelease,
  Problem,
  type Progress,
  type PublishedDraft,
  type Report,
} from "@script-manager/client";
import { computed, ref, shallowRef } from "vue";

export const STAGES = ["check", "test", "deploy", "switch"] as const;
type Stage = (typeof STAGES)[number];

export type Publishing = ReturnType<typeof publishing>;

export function publishing(api: AuthoringApi, script: string) {
  const stage = ref<Stage | null>(null);
  const cases = ref<{ done: number; of: number } | null>(null);
  const isRunning = ref(false);
  const wasStopped = ref(false);
  const published = shallowRef<PublishedDraft | null>(null);
  const error = shallowRef<unknown>(null);
  let control: AbortController | null = null;

  async function start(body: NewRelease): Promise<void> {
    if (isRunning.value) return;
    control = new AbortController();
    isRunning.value = true;
    wasStopped.value = false;
    stage.value = "check";
    cases.value = null;
    error.value = null;
    try {
      published.value = await api.publish(script, body, follow, control.signal);
    } catch (failure) {
      if (control.signal.aborted) wasStopped.value = true;
      else error.value = failure;
    } finally {
      isRunning.value = false;
    }
  }

  function follow(progress: Progress): void {
    stage.value = progress.stage;
    if (progress.of !== undefined) cases.value = { done: progress.done ?? 0, of: progress.of };
  }

  const member = <T>(kind: string, name: string): T | null =>
    error.value instanceof Problem && error.value.kind === kind ? ((error.value.members[name] as T | undefined) ?? null) : null;

  return {
    stage,
    cases,
    isRunning,
    wasStopped,
    published,
    error,
    hasBegun: computed(() => stage.value !== null),
    /** Why it was refused. */
    findings: computed(() => member<readonly Finding[]>("release-refused", "findings") ?? []),
    /** Of test cases that failed. */
    report: computed(() => member<Report>("cases-failed", "report")),
    start,
    stop: () => control?.abort(),
  };
}

export function stateOf(run: Pick<Publishing, "stage" | "published" | "error" | "wasStopped">, stage: Stage) {
  if (run.published.value) return "done";
  const now = STAGES.indexOf(run.stage.value ?? "check");
  const at = STAGES.indexOf(stage);
  if (at < now) return "done";
  if (at > now) return "waits";
  return run.error.value ? "failed" : run.wasStopped.value ? "waits" : "now";
}
