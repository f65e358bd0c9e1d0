/** Tells the page what happens in a session. */

import { watch } from "vue";

import type { Tell } from "../contract";
import { factsOf } from "./facts";
import type { Walk } from "./walk";

export function announce(walk: Walk, tell: Tell): void {
  watch(
    () => walk.step.value?.id,
    () => {
      const step = walk.step.value;
      if (step) tell("step-changed", { ...factsOf(walk.session.value), step: step.id, stepKey: step.key, stepName: step.name });
    },
    { immediate: true },
  );
  watch(
    () => walk.session.value.state,
    () => {
      const session = walk.session.value;
      tell("state-changed", factsOf(session));
      if (walk.stage.value !== "over") return;
      const { end = null, variables = {} } = session.result ?? {};
      tell("session-ended", { ...factsOf(session), end, result: variables, notes: walk.notes.text.value });
    },
  );
  watch(
    () => walk.session.value.handoff,
    (handoff) => {
      if (handoff) tell("handed-off", { ...factsOf(walk.session.value), channel: handoff.channel, team: handoff.team });
    },
  );
  watch(walk.notice, (notice) => {
    if (notice?.kind !== "problem") return;
    tell("problem", { kind: notice.problem.kind, title: notice.problem.title, session: walk.id });
  });
}
