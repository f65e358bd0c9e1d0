import { describe, expect, it } from "vitest";
import { ref } from "vue";

import { translator } from "../src/form/complaints";
import { isSameValue, narrowed } from "../src/form/fields/choices";
import { unknownFields } from "../src/form/fields";
import { choiceOf } from "../src/form/fields/search";
import { complaintOf } from "../src/form/kinds";
import { localise, localiseData } from "../src/form/localise";
import type { Component, Schema } from "../src/form/schema";
import { tell } from "../src/form/told";
import { createVoice } from "../src/locale/voice";

const RU = createVoice(ref("ru"));
const EN = createVoice(ref("en"));
const field = (more: Partial<Component>): Component => ({ id: "x", type: "textfield", key: "x", ...more });
const form = (...components: Component[]): Schema => ({ id: "f", type: "default", components });

describe("localise", () => {
  const component = field({
    label: "Ответ",
    values: [{ label: "Да", value: "yes" }],
    validate: { pattern: "x" },
    properties: { label_en: "Answer", value_yes_en: "Yes", pattern_error_message_en: "Wrong" },
  });

  it("puts English texts in the place of Russian ones", () => {
    expect(localise(form(component), "en").components[0]).toMatchObject({
      label: "Answer",
      values: [{ label: "Yes", value: "yes" }],
      validate: { patternErrorMessage: "Wrong" },
    });
  });

  it("leaves Russian as it is", () => {
    expect(localise(component, "ru")).toBe(component);
  });

  it("finds English labels in a decision table's rows", () => {
    expect(localiseData({ offers: [{ label: "Три дня", label_en: "Three days", value: 3 }] }, "en")).toMatchObject({
      offers: [{ label: "Three days" }],
    });
  });
});

describe("unknownFields", () => {
  it.each<[Component, string[]]>([
    [field({}), []],
    [field({ type: "video", label: "Ролик" }), ["Ролик: video"]],
    [field({ properties: { field: "fingerprint" } }), ["x: fingerprint"]],
    [field({ properties: { field: "phone" } }), []],
    [field({ type: "textarea", properties: { field: "phone" } }), ["x: phone"]],
    [field({ type: "group", components: [field({ type: "filepicker" })] }), ["x: filepicker"]],
  ])("of %j", (component, expected) => {
    expect(unknownFields(form(component)).map(({ name, kind }) => `${name}: ${kind}`)).toEqual(expected);
  });
});

describe("complaints", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["Field is required.", {}, "Заполните это поле."],
    ["Field must have minimum length of {value}.", { value: "3" }, "Нужно хотя бы 3 символа."],
    ["Field must have maximum value of {value}.", { value: "1000000" }, "Не больше 1\u00a0000\u00a0000."],
    ["Something new about {value}.", { value: "x" }, "Something new about x."],
  ])("says %s as people do", (template, facts, expected) => {
    expect(translator(RU)(template, facts)).toBe(expected);
  });

  it.each<[Partial<Component>, unknown, string | null]>([
    [{ properties: { field: "phone" } }, "+7900", "Please enter the whole number: +7 and ten digits."],
    [{ properties: { field: "phone" } }, "+79001234567", null],
    [{ properties: { field: "phone" } }, "+375291234567", null],
    [{ properties: { field: "masked", mask: "00 00" } }, "12", "Please enter all characters: 00 00."],
    [{ properties: { field: "masked", mask: "00 00" } }, "12 34", null],
    [{ type: "datetime", subtype: "date", disallowPassedDates: true }, "2020-01-01", "This date has passed already."],
    [{ properties: { field: "phone" } }, "", null],
  ])("about %j with %s", (more, value, expected) => {
    expect(complaintOf(field(more), value, EN)).toBe(expected);
  });
});

describe("choices", () => {
  const choices = ["Мира", "Берёзовая", "Берёзовая роща", "Новая Берёзовая"].map((label) => ({ label, value: label }));

  it.each([
    ["берез", ["Берёзовая", "Берёзовая роща", "Новая Берёзовая"]],
    ["роща берё", ["Берёзовая роща"]],
    ["ми", ["Мира"]],
    ["нет", []],
    ["", choices.map(({ label }) => label)],
  ])("are narrowed by %s", (query, expected) => {
    expect(narrowed(choices, query).map(({ label }) => label)).toEqual(expected);
  });

  it.each<[unknown, unknown[]]>([
    ["a", [{ label: "a", value: "a" }]],
    [{ value: 3 }, [{ label: "3", value: 3 }]],
    [{ label: "Три", value: 3 }, [{ label: "Три", value: 3 }]],
    [null, []],
    [{ label: "x" }, []],
  ])("are read out of %j", (option, expected) => {
    expect(choiceOf(option)).toEqual(expected);
  });

  it("are the same when their content is", () => {
    expect([isSameValue({ a: 1 }, { a: 1 }), isSameValue(1, "1"), isSameValue(null, null)]).toEqual([true, false, true]);
  });
});

describe("tell", () => {
  it.each<[Partial<Component>, unknown, string]>([
    [{ values: [{ label: "Да", value: "yes" }] }, "yes", "Да"],
    [{ valuesKey: "offers" }, 3, "Три дня"],
    [{ type: "checklist", values: [{ label: "Роутер", value: "r" }, { label: "ТВ", value: "t" }] }, ["r", "t"], "Роутер, ТВ"],
    [{ type: "number", properties: { field: "money" } }, 100050, "1\u00a0000,50 ₽"],
    [{ properties: { field: "phone" } }, "+79001234567", "+7 900 123-45-67"],
    [{ properties: { field: "masked" } }, "4510123456", "••••••3456"],
    [{ type: "datetime", subtype: "date" }, "2026-12-01", "01.12.2026"],
    [{ type: "checkbox" }, true, "✓"],
    [{}, null, ""],
  ])("an answer to %j", (more, value, text) => {
    const told = tell(form(field({ label: "Поле", ...more })), { offers: [{ label: "Три дня", value: 3 }] }, { x: value }, "ru");
    expect(told).toEqual({ x: { label: "Поле", text } });
  });
});
