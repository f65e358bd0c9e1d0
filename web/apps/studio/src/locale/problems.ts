/** Errors as sentences. */

import { Problem, Unreachable } from "@script-manager/client";

import { language, t, type Word } from "./language";

const BY_KIND: Readonly<Record<string, Word>> = {
  "nothing-to-roll-back": "problem_nothing_to_roll_back",
  "draft-exists": "problem_draft_exists",
  "release-retired": "problem_release_retired",
  "rollout-refused": "problem_rollout_refused",
  "release-refused": "refused",
};
const BY_STATUS: Readonly<Record<number, Word>> = {
  401: "problem_401",
  404: "problem_404",
  409: "problem_409",
  412: "problem_412",
  413: "problem_413",
  422: "problem_422",
  429: "problem_429",
  502: "problem_503",
  503: "problem_503",
  504: "problem_503",
};

/** What happened, in the reader's language. `role` is what the refused request would have needed. */
export function sentence(error: unknown, role: "author" | "publisher" = "author"): string {
  if (error instanceof Unreachable) return t("problem_unreachable");
  if (!(error instanceof Problem)) return t("problem_500");
  if (error.status === 403) return t("problem_403", { role: t(`role_${role}`) });
  return t(BY_KIND[error.kind] ?? BY_STATUS[error.status] ?? "problem_500");
}

/** What is wrong in particular, in the reader's language as far as the server speaks it. */
export function details(error: unknown): readonly string[] {
  const findings = error instanceof Problem ? error.members["findings"] : null;
  return Array.isArray(findings) ? findings.map(worded).filter((text) => text !== null) : [];
}

/** What the server says in English alone, for who wants to know. */
export function inEnglish(error: unknown): string | null {
  const isPlain = error instanceof Problem && ![401, 403, 429].includes(error.status);
  return isPlain ? error.detail : null;
}

function worded(finding: unknown): string | null {
  if (typeof finding === "string") return finding;
  const sentence = (finding as { sentence?: Record<string, string> } | null)?.sentence;
  return sentence?.[language.value] ?? null;
}
