import { ConditionChecker, FeelExpressionLanguage, type Form } from "@bpmn-io/form-js-viewer";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";

import { Conditions } from "../src/form/conditions";
import { Expressions } from "../src/form/expressions";
import type { Component } from "../src/form/schema";
import { showForm } from "../src/form/show";
import type { ShownForm } from "../src/form/shown";
import { createVoice } from "../src/locale/voice";

const text = (key: string, more: Partial<Component> = {}): Component => ({ id: key, type: "textfield", key, label: key, ...more });
const shownIf = (condition: string) => ({ conditional: { hide: `=not(${condition})` } });

describe("expressions", () => {
  const events = { fire: () => undefined };
  const evaluated = (initialData: object) => new Expressions(events, { _getState: () => ({ initialData }) } as unknown as Form);
  const standard = new FeelExpressionLanguage(events);

  it.each<[string, Record<string, unknown>]>([
    ["=a + b", { a: 1, b: 2, c: 3 }],
    ["=a.b.c", { a: { b: { c: "x" } } }],
    ["=missing = null", { a: 1 }],
    ["=some x in list satisfies x > limit", { list: [1, 5], limit: 4 }],
    ["=this.a + i[1]", { this: { a: 1 }, i: [2], a: 9 }],
    ["=total sum + 1", { "total sum": 4, total: 1, sum: 2 }],
    ["=имя", { имя: "Анна" }],
    ["=a +", { a: 1 }],
    ["a + b", { a: 1, b: 2 }],
  ])("gives for %s what form-js gives", (expression, data) => {
    const language = evaluated(data);
    expect(language.evaluate(expression, data)).toEqual(standard.evaluate(expression, data));
    expect(language.evaluateUnaryTest(expression, data)).toEqual(standard.evaluateUnaryTest(expression, data));
  });

  it("asks again when a variable of it has changed, also within one", () => {
    const language = evaluated({});
    expect(language.evaluate("=a.b", { a: { b: 1 } })).toBe(1);
    expect(language.evaluate("=a.b", { a: { b: 2 } })).toBe(2);
  });

  it("remembers nothing that time changes", () => {
    vi.useFakeTimers({ now: new Date("2026-03-01T12:00:00Z") });
    const language = evaluated({});
    const before = String(language.evaluate("=string(today())"));
    vi.setSystemTime(new Date("2026-03-03T12:00:00Z"));
    expect(language.evaluate("=string(today())")).not.toBe(before);
    vi.useRealTimers();
  });
});

describe("a form", () => {
  let shown: ShownForm | null = null;
  const typed = vi.fn();

  async function show(components: readonly Component[], data: Record<string, unknown> = {}): Promise<HTMLElement> {
    const container = document.createElement("div");
    document.body.append(container);
    const root = container.attachShadow({ mode: "open" });
    const place = root.appendChild(document.createElement("div"));
    shown = await showForm(place, {
      step: { form: { id: "f", type: "default", components } } as never,
      data,
      voice: createVoice(ref("en")),
      options: () => Promise.resolve([]),
      typed,
      submitted: () => undefined,
    });
    return place;
  }

  const fields = (place: HTMLElement) => [...place.querySelectorAll("[data-field]")].map((field) => field.getAttribute("data-field"));

  function write(place: HTMLElement, key: string, value: string): void {
    const input = place.querySelector<HTMLInputElement>(`[data-field="${key}"] input`);
    if (!input) throw new Error(`no field ${key}`);
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  afterEach(() => {
    shown?.destroy();
    typed.mockClear();
    document.body.replaceChildren();
  });

  it("shows and hides fields by what is typed, in groups as well", async () => {
    const group: Component = { id: "g", type: "group", components: [text("c", shownIf('a = "xy"'))] };
    const place = await show([text("a"), text("b", shownIf('contains(a, "x")')), group], { a: "" });
    await vi.waitFor(() => { expect(fields(place)).toEqual(["a"]); });
    write(place, "a", "x");
    await vi.waitFor(() => { expect(fields(place)).toEqual(["a", "b"]); });
    write(place, "a", "xy");
    await vi.waitFor(() => { expect(fields(place)).toEqual(["a", "b", "c"]); });
    write(place, "a", "");
    await vi.waitFor(() => { expect(fields(place)).toEqual(["a"]); });
  });

  it("shows what a label says of another field", async () => {
    const place = await show([text("a"), text("b", { label: "Hello {{a}}" })], { a: "Ann" });
    await vi.waitFor(() => { expect(place.textContent).toContain("Hello Ann"); });
    write(place, "a", "Bob");
    await vi.waitFor(() => { expect(place.textContent).toContain("Hello Bob"); });
  });

  it("shows rows of a list by what stands in each", async () => {
    const list = {
      id: "l", type: "dynamiclist", path: "rows", isRepeating: true, defaultRepetitions: 1,
      components: [text("a"), text("b", { conditional: { hide: '=not(this.a = "x")' } })],
    } as Component;
    const place = await show([list], { rows: [{ a: "x" }, { a: "y" }] });
    await vi.waitFor(() => { expect(fields(place)).toEqual(["a", "b", "a"]); });
  });

  it("complains beside the field and stops when it is corrected", async () => {
    const place = await show([text("a", { validate: { required: true } }), text("b")]);
    await vi.waitFor(() => { expect(fields(place)).toEqual(["a", "b"]); });
    expect(Object.keys(shown?.validate() ?? {})).toEqual(["a"]);
    await vi.waitFor(() => { expect(place.querySelector("[role=alert]")?.textContent).toBe("Please fill in this field."); });
    write(place, "a", "x");
    await vi.waitFor(() => { expect(place.querySelector("[role=alert]")).toBeNull(); });
  });

  it("can be locked and unlocked", async () => {
    const place = await show([text("a")]);
    const input = () => place.querySelector<HTMLInputElement>("input");
    await vi.waitFor(() => { expect(input()?.readOnly).toBe(false); });
    shown?.lock(true);
    await vi.waitFor(() => { expect(input()?.readOnly).toBe(true); });
    shown?.lock(false);
    await vi.waitFor(() => { expect(input()?.readOnly).toBe(false); });
  });

  it("tells what was typed, at the latest when it goes", async () => {
    const place = await show([text("a")]);
    await vi.waitFor(() => { expect(fields(place)).toEqual(["a"]); });
    write(place, "a", "x");
    shown?.destroy();
    shown = null;
    expect(typed).toHaveBeenCalledExactlyOnceWith({ a: "x" });
  });
});

describe("conditions", () => {
  it.each<[string, Component[], Record<string, unknown>]>([
    ["a field", [text("a"), text("b", shownIf('a = "x"'))], { a: "y", b: "gone" }],
    ["a field that stays", [text("a"), text("b", shownIf('a = "x"'))], { a: "x", b: "here" }],
    ["a group", [text("a"), { id: "g", type: "group", path: "g", ...shownIf("a = 1"), components: [text("b")] } as Component], { a: 2, g: { b: 1 } }],
    ["a list", [{ id: "l", type: "dynamiclist", path: "rows", isRepeating: true, components: [text("a"), text("b", { conditional: { hide: "=this.a = 1" } })] } as Component], { rows: [{ a: 1, b: 1 }, { a: 2, b: 2 }] }],
  ])("leave of %s what form-js leaves", async (_, components, data) => {
    const { Form } = await import("@bpmn-io/form-js-viewer");
    const left = async (modules: object[]) => {
      const form = new Form({ additionalModules: modules } as never);
      await form.importSchema({ type: "default", components } as never, data as never);
      const checker: ConditionChecker = form.get("conditionChecker");
      return checker.applyConditions(data, data);
    };
    expect(await left([{ conditionChecker: ["type", Conditions] }])).toEqual(await left([]));
  });
});
