import { Unreachable } from "@script-manager/client";
import { beforeEach, describe, expect, it } from "vitest";

import { openDraft } from "../src/state/draft";
import { readKept } from "../src/state/kept";
import { serverWith } from "./drafts";

const FILES = { "script.bpmn": "<old/>", "ask.form": "{}" };

async function opened(files: Record<string, string> = FILES) {
  const { server, api } = serverWith(files);
  const draft = openDraft(api, "payment");
  await draft.load();
  return { server, api, draft };
}

beforeEach(() => {
  localStorage.clear();
});

describe("openDraft", () => {
  it("writes each changed file on the version before it", async () => {
    const { server, draft } = await opened();
    draft.change("script.bpmn", "<new/>");
    draft.change("ask.form", '{"id": 1}');
    await expect(draft.save()).resolves.toBe(true);
    expect(Object.fromEntries(server.kept)).toEqual({ "script.bpmn": "<new/>", "ask.form": '{"id": 1}' });
    expect(draft.draft.value?.version).toBe(3);
    expect(draft.unsaved.size).toBe(0);
    expect(readKept("payment")).toBeNull();
  });

  it("has nothing unsaved where a file is again what it was", async () => {
    const { draft } = await opened();
    const was = await draft.read("script.bpmn");
    draft.change("script.bpmn", "<new/>");
    draft.change("script.bpmn", was);
    expect(draft.unsaved.size).toBe(0);
  });

  it("asks editors for what is typed in them before it saves", async () => {
    const { server, draft } = await opened();
    draft.register("ask.form", () => Promise.resolve(draft.change("ask.form", "typed")));
    await draft.save();
    expect(server.kept.get("ask.form")).toBe("typed");
  });

  it("keeps what could not be saved, in the page and in the browser", async () => {
    const { server, draft } = await opened();
    server.fails = new Unreachable("no answer");
    draft.change("ask.form", "typed");
    await expect(draft.save()).resolves.toBe(false);
    expect(draft.error.value).toBeInstanceOf(Unreachable);
    expect(draft.unsaved.get("ask.form")).toBe("typed");
    expect(readKept("payment")?.files).toEqual({ "ask.form": "typed" });
  });

  it("brings back what was not saved last time", async () => {
    const { api, draft } = await opened();
    draft.change("ask.form", "typed");
    const again = openDraft(api, "payment");
    await again.load();
    expect(again.restored.value).not.toBeNull();
    expect(again.conflict.value).toBeNull();
    await expect(again.read("ask.form")).resolves.toBe("typed");
  });

  describe("when somebody else has changed the draft", () => {
    async function conflicting() {
      const found = await opened();
      found.draft.change("ask.form", "mine");
      found.server.kept.set("ask.form", "theirs");
      found.server.version = 5;
      found.server.by = "key:other";
      await found.draft.save();
      return found;
    }

    it("says who, and which files both have changed, and loses nothing", async () => {
      const { server, draft } = await conflicting();
      expect(draft.conflict.value).toMatchObject({ by: "key:other", version: 5, files: ["ask.form"] });
      expect(server.kept.get("ask.form")).toBe("theirs");
      expect(draft.unsaved.get("ask.form")).toBe("mine");
    });

    it("says so again after the page was left", async () => {
      const { api } = await conflicting();
      const again = openDraft(api, "payment");
      await again.load();
      expect(again.conflict.value).toMatchObject({ by: "key:other" });
      expect(again.unsaved.get("ask.form")).toBe("mine");
    });

    it("writes mine over it where that is wanted", async () => {
      const { server, draft } = await conflicting();
      await draft.keepMine();
      expect(server.kept.get("ask.form")).toBe("mine");
      expect(draft.conflict.value).toBeNull();
      expect(draft.unsaved.size).toBe(0);
    });

    it("takes theirs where that is wanted", async () => {
      const { draft } = await conflicting();
      const before = draft.generation.value;
      await draft.takeTheirs();
      expect(draft.unsaved.size).toBe(0);
      expect(draft.generation.value).toBeGreaterThan(before);
      await expect(draft.read("ask.form")).resolves.toBe("theirs");
      expect(readKept("payment")).toBeNull();
    });
  });

  it("deletes a file that was never saved without asking the server", async () => {
    const { server, draft } = await opened();
    draft.change("new.form", "{}");
    expect(draft.forms.value).toEqual(["ask.form", "new.form"]);
    await expect(draft.remove("new.form")).resolves.toBe(true);
    expect(draft.forms.value).toEqual(["ask.form"]);
    expect(server.version).toBe(1);
  });

  it("deletes a file of the draft", async () => {
    const { server, draft } = await opened();
    await draft.remove("ask.form");
    expect([...server.kept.keys()]).toEqual(["script.bpmn"]);
    expect(draft.draft.value?.version).toBe(2);
  });
});
