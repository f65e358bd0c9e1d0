import { describe, expect, it } from "vitest";

import { Inputs } from "../src/state/inputs";
import { createKeep } from "../src/state/keep";
import { Workplace } from "../src/state/workplace";
import { sessionAt, stepNamed } from "./sessions";

const HOUR = 60 * 60 * 1000;

describe("createKeep", () => {
  it("keeps people who share a computer apart", () => {
    const [anna, boris] = [createKeep("anna", localStorage), createKeep("boris", localStorage)];
    anna.set("name", 1);
    expect([anna.get("name"), boris.get("name")]).toEqual([1, null]);
    anna.remove("name");
    expect(anna.names("")).toEqual([]);
  });

  it("remembers in memory where the page's storage is closed", () => {
    const closed = new Proxy({} as Storage, {
      get: () => {
        throw new DOMException("denied", "SecurityError");
      },
    });
    const keep = createKeep("anna", closed);
    keep.set("name", { a: 1 });
    expect(keep.get("name")).toEqual({ a: 1 });
    expect(keep.names("na")).toEqual(["name"]);
  });
});

describe("Inputs", () => {
  const there = (at: string) => stepNamed("first", { data: { city: "Казань" }, input: { answers: { account: "there" }, saved_by: "b", saved_at: at } });

  it.each([
    ["2026-11-26T05:00:01Z", "there"],
    ["2026-11-26T04:59:59Z", "here"],
  ])("opens a step with the later input (%s)", (at, account) => {
    const inputs = new Inputs(createKeep("anna", null), () => Date.parse("2026-11-26T05:00:00Z"));
    inputs.save("s", "first", { account: "here" });
    expect(inputs.opened("s", there(at))).toEqual({ city: "Казань", account });
  });

  it("forgets what nobody came back for in a day", () => {
    let now = 0;
    const keep = createKeep("anna", null);
    const inputs = new Inputs(keep, () => now);
    inputs.save("old", "first", {});
    now = 23 * HOUR;
    inputs.save("new", "first", {});
    now = 25 * HOUR;
    inputs.purge();
    expect(keep.names("input:")).toEqual(["input:new:first"]);
  });

  it("forgets all steps of a session", () => {
    const keep = createKeep("anna", null);
    const inputs = new Inputs(keep);
    for (const step of ["one", "two"]) inputs.save("s", step, {});
    inputs.forget("s");
    expect(keep.names("input:")).toEqual([]);
  });
});

describe("Workplace", () => {
  it("finds open sessions again, the latest first", () => {
    let now = 0;
    const workplace = new Workplace(createKeep("anna", null), () => now++);
    for (const id of ["one", "two", "three"]) workplace.add(sessionAt(null, { id }));
    workplace.remove("two");
    expect(workplace.list().map(({ id }) => id)).toEqual(["three", "one"]);
  });
});
