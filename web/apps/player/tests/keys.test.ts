import { describe, expect, it } from "vitest";

import { type ShortcutName, shortcutOf } from "../src/keys";

describe("shortcutOf", () => {
  it.each<[KeyboardEventInit, ShortcutName | null]>([
    [{ key: "Enter", ctrlKey: true }, "next"],
    [{ key: "Enter", metaKey: true }, "next"],
    [{ key: "Enter" }, null],
    [{ key: "ArrowUp", code: "ArrowUp", altKey: true }, "back"],
    [{ key: "с", code: "KeyC", altKey: true }, "copy"],
    [{ key: "р", code: "KeyH", altKey: true }, "handoff"],
    [{ key: ".", code: "Slash", altKey: true }, "help"],
    [{ key: "c", code: "KeyC", ctrlKey: true }, null],
    [{ key: "c", code: "KeyC", ctrlKey: true, altKey: true }, null],
    [{ key: "c", code: "KeyC" }, null],
  ])("%j stands for %s", (init, name) => {
    expect(shortcutOf(new KeyboardEvent("keydown", init))).toBe(name);
  });
});
