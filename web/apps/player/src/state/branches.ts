/** What going back would give up, as the server names it. */

import type { Problem } from "@script-manager/client";

export function branchesOf(problem: Problem): string[] {
  const { branches } = problem.members;
  return Array.isArray(branches) ? branches.map(nameOf) : [];
}

function nameOf(branch: unknown): string {
  if (typeof branch !== "object" || branch === null) return String(branch);
  const { name, key } = branch as { name?: unknown; key?: unknown };
  return typeof name === "string" ? name : String(key);
}
