/** Which screen a session gets. */

import type { Problem, Session } from "@script-manager/client";

export type Stage = "active" | "working" | "failed" | "over" | "taken" | "handed_off" | "unshowable" | "lost";

export function stageOf(session: Session, refused: Problem | null): Stage {
  if (refused) return refused.kind === "form-unsupported" ? "unshowable" : "lost";
  if (["ended", "cancelled", "abandoned"].includes(session.state)) return "over";
  if (session.handoff) return "handed_off";
  if (session.holder && !session.holder.mine) return "taken";
  if (session.step) return "active";
  return session.state === "failed" ? "failed" : "working";
}
