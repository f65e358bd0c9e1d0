/** The rules of a rollout as rows that can be typed in. */

import type { NewRollout, Rule } from "@script-manager/client";

export interface RuleRow {
  channel: string;
  tenant: string;
  team: string;
  release: number;
  /** A release, or 0 for no canary. */
  canary: number;
  percent: number;
  /** Separated by commas. */
  teams: string;
  guard: NonNullable<Rule["canary"]>["guard"];
}

export function asRows(rules: readonly Rule[]): RuleRow[] {
  return rules.map(({ channel, tenant, team, release, canary }) => ({
    channel: channel ?? "",
    tenant: tenant ?? "",
    team: team ?? "",
    release,
    canary: canary?.release ?? 0,
    percent: canary?.percent ?? 10,
    teams: canary?.teams.join(", ") ?? "",
    guard: canary?.guard ?? null,
  }));
}

export function newRow(release: number): RuleRow {
  return { channel: "", tenant: "", team: "", release, canary: 0, percent: 10, teams: "", guard: null };
}

export function asBody(rows: readonly RuleRow[]): NewRollout {
  return { rules: rows.map(asRule) };
}

function asRule({ channel, tenant, team, release, canary, percent, teams, guard }: RuleRow): Rule {
  const named = teams.split(",").map((name) => name.trim()).filter(Boolean);
  return {
    channel: channel || null,
    tenant: tenant || null,
    team: team || null,
    release,
    canary: canary ? { release: canary, percent, teams: named, guard: guard ?? null } : null,
  };
}
