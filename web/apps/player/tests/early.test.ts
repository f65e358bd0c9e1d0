import { afterEach, describe, expect, it, vi } from "vitest";

import type { ShownForm } from "../src/form/shown";
import { EarlyKeys } from "../src/state/early";

const key = (name: string, more: KeyboardEventInit = {}) => new KeyboardEvent("keydown", { key: name, ...more });

describe("keys pressed before the form", () => {
  afterEach(() => {
    document.body.replaceChildren();
  });

  function replayed(html: string, keys: readonly KeyboardEvent[]) {
    document.body.innerHTML = html;
    document.querySelector<HTMLElement>("input, textarea")?.focus();
    const choose = vi.fn(() => true);
    const next = vi.fn();
    const early = new EarlyKeys();
    for (const one of keys) early.take(one);
    early.replay({ choose } as unknown as ShownForm, document, next);
    early.replay({ choose } as unknown as ShownForm, document, next);
    return { choose, next, value: document.querySelector<HTMLInputElement>("input, textarea")?.value };
  }

  it("are typed into the field that has the focus, in order and once", () => {
    expect(replayed("<input value='7'>", [key("1"), key("a"), key("Я")]).value).toContain("1aЯ");
  });

  it("choose by number where nothing is written", () => {
    expect(replayed("<input type='radio'>", [key("2")]).choose).toHaveBeenCalledExactlyOnceWith(2);
  });

  it("answer the step, and what came later is for the next one", () => {
    const { next, value } = replayed("<input>", [key("1"), key("Enter"), key("2")]);
    expect(next).toHaveBeenCalledOnce();
    expect(value).toBe("1");
  });

  it("write a line in a text of several, and answer by Ctrl Enter", () => {
    const { next, value } = replayed("<textarea></textarea>", [key("a"), key("Enter"), key("b"), key("Enter", { ctrlKey: true })]);
    expect(value).toBe("a\nb");
    expect(next).toHaveBeenCalledOnce();
  });

  it.each([key("Tab"), key("a", { altKey: true }), key("c", { ctrlKey: true }), key("F5"), key("v", { metaKey: true })])("are left alone: %o", (pressed) => {
    expect(new EarlyKeys().take(pressed)).toBe(false);
  });
});
