import { describe, expect, it } from "vitest";

import type { Visited } from "@script-manager/client";

import { written } from "../src/form/values/written";
import { answersRead, personOf } from "../src/state/readable";

const VISITED: Visited = {
  step: "t1", key: "ask", name: null, at: "2026-12-01T10:00:00Z", by: null, channel: "bot", back: { allowed: true, reason: null },
  answers: { topic: "tv", sum: 100050, agreed: true, note: "" },
  told: [
    { key: "topic", label: "Тема", label_en: "Topic", kind: "select", chosen: ["ТВ"], chosen_en: ["TV"] },
    { key: "sum", label: "Сумма", kind: "money" },
  ],
};

describe("answersRead", () => {
  it("are those of the server where they were given elsewhere", () => {
    const texts = (language: "ru" | "en") => answersRead(VISITED, undefined, language).map(({ label, text }) => `${label}: ${text}`);
    expect(texts("ru")).toEqual(["Тема: ТВ", "Сумма: 1\u00a0000,50 ₽", "agreed: ✓", "note: "]);
    expect(texts("en")).toEqual(["Topic: TV", "Сумма: 1,000.50 ₽", "agreed: ✓", "note: "]);
  });

  it("are those of this screen where they were given here", () => {
    const [topic] = answersRead(VISITED, { topic: { label: "Предмет", text: "Телевидение" } }, "ru");
    expect(topic).toEqual({ key: "topic", label: "Предмет", text: "Телевидение" });
  });
});

describe("written", () => {
  it.each<[unknown, string]>([
    [null, ""],
    [[], ""],
    [["a", 1], "a, 1"],
    [true, "✓"],
    [{ a: 1 }, '{"a":1}'],
    [1000000, "1000000"],
  ])("%j", (value, text) => {
    expect(written(value, "", "ru")).toBe(text);
  });
});

describe("personOf", () => {
  it.each([["operator:a.petrova", "a.petrova"], ["key:crm", "crm"], ["a:b", "a:b"], [null, ""]])("%s", (principal, person) => {
    expect(personOf(principal)).toBe(person);
  });
});
