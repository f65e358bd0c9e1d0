import type { Rule } from "@script-manager/client";
import { describe, expect, it } from "vitest";

import { asBody, asRows, newRow } from "../src/state/rules";

const GUARD = { min_sessions: 50, errors: 5, cancellations: null, handling_time: null };

describe("rules as rows", () => {
  it.each<[string, Rule]>([
    ["for everyone", { channel: null, tenant: null, team: null, release: 3, canary: null }],
    ["for a team of a channel", { channel: "bot", tenant: null, team: "night", release: 2, canary: null }],
    [
      "with a canary and its guard",
      { channel: null, tenant: "north", team: null, release: 3, canary: { release: 4, percent: 10, teams: ["pilot", "second"], guard: GUARD } },
    ],
  ])("come back as they were: %s", (_, rule) => {
    expect(asBody(asRows([rule]))).toEqual({ rules: [rule] });
  });

  it("have teams between commas", () => {
    const row = { ...newRow(1), canary: 2, percent: 0, teams: " pilot, ,second ," };
    expect(asBody([row]).rules[0]?.canary).toEqual({ release: 2, percent: 0, teams: ["pilot", "second"], guard: null });
  });
});
