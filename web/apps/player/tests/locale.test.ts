import { describe, expect, it } from "vitest";
import { ref } from "vue";

import { en } from "../src/locale/en";
import { hintOf, nameOf, titleOf } from "../src/locale/named";
import { ru } from "../src/locale/ru";
import { phrase, type Sentence } from "../src/locale/sentences";
import { createVoice, languageOf } from "../src/locale/voice";

const FORMS = { one: "{count} поле", few: "{count} поля", many: "{count} полей", other: "{count} поля" };

describe("phrase", () => {
  it.each([
    [1, "1 поле"],
    [2, "2 поля"],
    [5, "5 полей"],
    [11, "11 полей"],
    [21, "21 поле"],
    [1.5, "1,5 поля"],
  ])("counts %d in Russian", (count, expected) => {
    expect(phrase(FORMS, { count }, "ru")).toBe(expected);
  });

  it("leaves a place without a fact as it is", () => {
    expect(phrase("{name}!", {}, "ru")).toBe("{name}!");
  });
});

describe("sentences", () => {
  const places = (sentence: Sentence) =>
    [...JSON.stringify(sentence).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).filter((name, at, all) => all.indexOf(name) === at).sort();

  it.each(Object.keys(ru) as (keyof typeof ru)[])("%s has the same facts in both languages", (name) => {
    expect(places(en[name])).toEqual(places(ru[name]));
  });

  it("has all plural forms that Russian needs", () => {
    const wanting = Object.entries(ru).filter(([, one]) => typeof one !== "string" && !("one" in one && "few" in one && "many" in one));
    expect(wanting).toEqual([]);
  });
});

describe("createVoice", () => {
  it("changes its language at run time", () => {
    const locale = ref("ru-RU");
    const voice = createVoice(locale);
    expect(voice.say("next")).toBe("Далее");
    locale.value = "en-GB";
    expect(voice.say("next")).toBe("Next");
  });

  it.each([[5, "5 с"], [125, "2 мин"], [7200, "2 ч"]])("says %d seconds briefly", (seconds, expected) => {
    expect(createVoice(ref("ru")).duration(seconds)).toBe(expected);
  });

  it.each([["en", "en"], ["EN-us", "en"], ["ru", "ru"], ["kk", "ru"], [null, "ru"]])("takes %s for %s", (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });
});

describe("names", () => {
  const step = { key: "ask", name: "Спросить", hint: "Не спеша", name_en: "Ask", hint_en: "Take your time" };
  const script = { title: "Скрипт", title_en: "Script" };

  it("are English where they are written in English", () => {
    expect([nameOf(step, "en"), hintOf(step, "en"), titleOf(script, "en")]).toEqual(["Ask", "Take your time", "Script"]);
    expect([nameOf(step, "ru"), hintOf(step, "ru"), titleOf(script, "ru")]).toEqual(["Спросить", "Не спеша", "Скрипт"]);
  });

  it("are those of the script otherwise", () => {
    const plain = { ...step, name_en: null, hint_en: null };
    expect([nameOf(plain, "en"), hintOf(plain, "en")]).toEqual(["Спросить", "Не спеша"]);
    expect(titleOf({ ...script, title_en: null }, "en")).toBe("Скрипт");
    expect(nameOf({ ...plain, name: null }, "en")).toBe("ask");
  });
});
