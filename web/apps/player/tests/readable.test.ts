import { describe, expect, it } from "vitest";

import { personOf, readable } from "../src/state/readable";

describe("readable", () => {
  it.each<[unknown, string]>([
    [null, "—"],
    ["", "—"],
    [[], "—"],
    [["a", 1], "a, 1"],
    [true, "✓"],
    [{ a: 1 }, '{"a":1}'],
    [0, "0"],
  ])("%j", (value, text) => {
    expect(readable(value, "—")).toBe(text);
  });
});

describe("personOf", () => {
  it.each([["operator:a.petrova", "a.petrova"], ["key:crm", "crm"], ["a:b", "a:b"], [null, ""]])("%s", (principal, person) => {
    expect(personOf(principal)).toBe(person);
  });
});
