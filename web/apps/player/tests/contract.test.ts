import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { ATTRIBUTES } from "../src/contract";
import { ScriptPlayer } from "../src/element";
import { TEXT_KINDS } from "../src/form/fields/textfield";
import { SHORTCUTS } from "../src/keys";

const read = (path: string) => readFileSync(`${process.cwd()}/${path}`, "utf8");
const PAGE = read("../docs/player.md");

/** The first words in backquotes of the rows of a section's tables. */
function rowsOf(heading: string): string[] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name ?? "");
}

describe("docs/player.md", () => {
  it("has every attribute", () => {
    expect(rowsOf("Attributes").sort()).toEqual([...ATTRIBUTES].sort());
  });

  it("has every property and method", () => {
    const callbacks = ["connectedCallback", "disconnectedCallback", "attributeChangedCallback", "constructor", "token"];
    const own = Object.getOwnPropertyNames(ScriptPlayer.prototype).filter((name) => !callbacks.includes(name));
    const named = [...PAGE.matchAll(/^\| `([^|]+)\|/gm)].flatMap(([row]) => [...row.matchAll(/`(\w+)/g)].map(([, name]) => name));
    expect(own.filter((name) => !named.includes(name))).toEqual([]);
  });

  it("has every event", () => {
    const [, interfaceBody = ""] = /interface PlayerEvents \{([\s\S]*?)\n\}/.exec(read("apps/player/src/contract.ts")) ?? [];
    const names = [...interfaceBody.matchAll(/^ {2}"?([a-z-]+)"?:/gm)].map(([, name]) => name);
    expect(rowsOf("Events").sort()).toEqual(names.sort());
  });

  it("has every custom property", () => {
    const names = [...read("apps/player/src/styles/base.css").matchAll(/var\((--script-player-[a-z-]+)/g)].map(([, name]) => name);
    expect(rowsOf("Looks").sort()).toEqual(names.sort());
  });

  it("has every shortcut", () => {
    for (const { keys } of Object.values(SHORTCUTS)) expect(PAGE).toContain(`\`${keys.join(" ")}\``);
  });

  it("has every kind of text", () => {
    expect(rowsOf("Forms").sort()).toEqual([...TEXT_KINDS].sort());
  });
});
