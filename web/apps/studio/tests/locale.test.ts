import { Problem, Unreachable } from "@script-manager/client";
import { afterEach, describe, expect, it } from "vitest";

import { panel } from "../src/diagram/panel-ru";
import { kindInRussian, translated } from "../src/diagram/translate";
import { translateIn } from "../src/forms/russian";
import { en } from "../src/locale/en";
import { choose, t, titled } from "../src/locale/language";
import { details, inEnglish, sentence } from "../src/locale/problems";
import { ru } from "../src/locale/ru";

const values = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

afterEach(() => {
  choose("ru");
});

describe("sentences", () => {
  it.each(Object.keys(ru) as (keyof typeof ru)[])("%s has the same values in both languages", (word) => {
    expect(values(en[word])).toEqual(values(ru[word]));
    expect(en[word]).not.toMatch(/[А-Яа-яЁё]/);
  });

  it("are in the language that was chosen, now and later", () => {
    choose("en");
    expect(t("release", { number: 3 })).toBe("Release 3");
    expect(localStorage.getItem("studio:language")).toBe("en");
    expect(document.documentElement.lang).toBe("en");
  });

  it("name a script in the reader's language where it has a name in it", () => {
    choose("en");
    expect(titled({ title: "Платёж", title_en: null }, "payment")).toBe("Платёж");
    expect(titled({ title: "Платёж", title_en: "Payment" }, "payment")).toBe("Payment");
    expect(titled({}, "payment")).toBe("payment");
  });
});

describe("problems", () => {
  it.each([
    [new Unreachable("x"), "author", "problem_unreachable"],
    [new Problem("unauthenticated", 401, ""), "author", "problem_401"],
    [new Problem("draft-exists", 409, ""), "author", "problem_draft_exists"],
    [new Problem("anything", 409, ""), "author", "problem_409"],
    [new Problem("rollout-changed", 412, ""), "author", "problem_412"],
    [new Problem("unknown", 418, ""), "author", "problem_500"],
    [new TypeError("x"), "author", "problem_500"],
  ] as const)("say what happened (%#)", (error, role, word) => {
    expect(sentence(error, role)).toBe(t(word));
  });

  it("say which key it takes", () => {
    expect(sentence(new Problem("forbidden", 403, ""), "publisher")).toContain("publisher");
  });

  it("leave out what helps nobody", () => {
    expect(inEnglish(new Problem("forbidden", 403, "", "this needs a role"))).toBeNull();
    expect(inEnglish(new TypeError("x"))).toBeNull();
  });

  it("show findings in the reader's language", () => {
    const problem = new Problem("files-refused", 422, "", "too much");
    expect(details(problem)).toEqual([]);
    expect(inEnglish(problem)).toBe("too much");
    problem.members = { findings: ["one", { sentence: { ru: "два", en: "two" } }, null] };
    expect(details(problem)).toEqual(["one", "два"]);
  });
});

describe("bpmn.io", () => {
  it("is translated with its values, as far as it is known", () => {
    expect(translated("Must match pattern {pattern}.", { pattern: "x" })).toBe("Должно быть вида x.");
    expect(translated("Append {type}", {})).toBe("Добавить: {type}");
    expect(translated("Nobody knows it")).toBe("Nobody knows it");
  });

  it.each([
    ["User Task", "Шаг"],
    ["Manual task", "Задача, выполняемая вручную"],
    ["Process", "Скрипт"],
    ["Nobody knows it", undefined],
  ])("names the kind of an element: %s", (kind, name) => {
    expect(kindInRussian(kind)).toBe(name);
  });

  it.each(Object.entries(panel))("has no other values in %s", (template, sentenceInRussian) => {
    const named = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(named(sentenceInRussian)).toEqual(named(template));
  });

  it("keeps what the author has typed in the form editor", () => {
    const place = document.createElement("div");
    place.innerHTML = `<label>Text</label><div class="cm-editor">Text</div><textarea>Text</textarea><input placeholder="Search components" />`;
    translateIn(place);
    expect(place.querySelector("label")?.textContent).toBe("Текст");
    expect(place.querySelector(".cm-editor")?.textContent).toBe("Text");
    expect(place.querySelector("textarea")?.textContent).toBe("Text");
    expect(place.querySelector("input")?.placeholder).toBe("Найти поле");
  });
});
