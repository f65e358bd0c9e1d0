import { Problem, type Session, Unreachable } from "@script-manager/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createKeep } from "../src/state/keep";
import { Notes } from "../src/state/notes";
import { sessionAt, stepNamed } from "./sessions";

const SESSION = sessionAt(stepNamed("first"));
const noted = (text: string): Session => ({ ...SESSION, notes: { text, saved_by: "key:anna", saved_at: "2026-01-01T10:00:00Z" } });

describe("notes", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("are kept here at once and go to the server after a moment, once", async () => {
    const keep = createKeep("anna", null);
    const save = vi.fn(() => Promise.resolve());
    const notes = new Notes({ keep, save }, SESSION);
    notes.write("a");
    notes.write("ab");
    expect(keep.get(`notes:${SESSION.id}`)).toBe("ab");
    await vi.advanceTimersByTimeAsync(1000);
    expect(save).toHaveBeenCalledExactlyOnceWith("ab");
    expect(keep.names("notes:")).toEqual([]);
    notes.close();
  });

  it("are those of the server where nothing waits here", () => {
    const notes = new Notes({ keep: createKeep("anna", null), save: () => Promise.resolve() }, noted("before"));
    expect(notes.text.value).toBe("before");
    notes.seen(noted("by a colleague"));
    expect(notes.text.value).toBe("by a colleague");
    notes.write("mine");
    notes.seen(noted("late"));
    expect(notes.text.value).toBe("mine");
    notes.close();
  });

  it("are sent again where the server could not be reached, not where it refuses", async () => {
    const save = vi.fn<(text: string) => Promise<void>>(() => Promise.reject(new Unreachable("no answer")));
    const notes = new Notes({ keep: createKeep("anna", null), save }, SESSION);
    notes.write("a");
    await vi.advanceTimersByTimeAsync(1000);
    save.mockRejectedValue(new Problem("lease-taken", 409, "taken"));
    await vi.advanceTimersByTimeAsync(5000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(save).toHaveBeenCalledTimes(2);
    expect(notes.text.value).toBe("a");
    notes.close();
  });
});
