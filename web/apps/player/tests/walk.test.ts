import { Problem, type Reading, type ScriptApi, type Session, Unreachable } from "@script-manager/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Inputs } from "../src/state/inputs";
import { createKeep } from "../src/state/keep";
import { Outbox } from "../src/state/outbox";
import { Walk } from "../src/state/walk";
import { apiOf, sessionAt, stepNamed } from "./sessions";

type Calls = Partial<Record<keyof ScriptApi, (...given: never[]) => unknown>>;

function walkAt(session: Session, calls: Calls = {}) {
  const keep = createKeep("anna", null);
  const api = apiOf(calls);
  const inputs = new Inputs(keep);
  let key = 0;
  const outbox = new Outbox({
    keep,
    submit: (sending) => api.submit(sending.session, sending.step, sending.answers, sending.key),
    pause: () => Promise.resolve(),
    exclusively: (_, work) => work(),
    newKey: () => String(++key),
  });
  return { walk: new Walk({ api, inputs, outbox, keep }, { session, etag: null }), keep, inputs, outbox };
}

const FIRST = sessionAt(stepNamed("first"));
const SECOND = sessionAt(stepNamed("second"));

describe("Walk", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("goes to the next step and forgets what was typed", async () => {
    const { walk, keep } = walkAt(FIRST, { submit: () => ({ session: SECOND, etag: null }) });
    walk.typed({ account: "1" });
    await walk.next({ account: "1" });
    expect(walk.step.value?.id).toBe("second");
    expect(keep.names("input:")).toEqual([]);
    expect(walk.busy.value).toBeNull();
  });

  it("shows complaints and keeps what was typed", async () => {
    const refusal = new Problem("answers-invalid", 422, "", null, { account: ["Не то"] });
    const { walk, inputs } = walkAt(FIRST, { submit: () => Promise.reject(refusal) });
    await walk.next({ account: "1" });
    expect(walk.errors.value).toEqual({ account: ["Не то"] });
    expect(walk.wrong.value).toBe(1);
    expect(inputs.opened("s", stepNamed("first"))).toEqual({ account: "1" });
  });

  it("tells that the session moved on in another window", async () => {
    const { walk } = walkAt(FIRST, {
      submit: () => Promise.reject(new Problem("step-changed", 409, "")),
      read: () => ({ session: SECOND, etag: null }),
    });
    await walk.next({});
    await vi.runAllTimersAsync();
    expect(walk.notice.value).toEqual({ kind: "changed" });
    expect(walk.step.value?.id).toBe("second");
  });

  it("saves what was typed after a moment of silence, once", async () => {
    const saved: unknown[] = [];
    const { walk } = walkAt(FIRST, { saveInput: (...given) => saved.push(given) });
    walk.typed({ account: "1" });
    walk.typed({ account: "12" });
    expect(walk.saved.value).toBe("local");
    await vi.runAllTimersAsync();
    expect(saved).toEqual([["s", "first", { account: "12" }]]);
    expect(walk.saved.value).toBe("saved");
  });

  it("tries to save again while the server is away", async () => {
    let times = 0;
    const { walk } = walkAt(FIRST, { saveInput: () => (++times < 3 ? Promise.reject(new Unreachable()) : undefined) });
    walk.typed({ account: "1" });
    await vi.runAllTimersAsync();
    expect(times).toBe(3);
    expect(walk.saved.value).toBe("saved");
  });

  it("does not ask again for what the stream has shown already", async () => {
    const read = vi.fn();
    let answer: (reading: Reading) => void = () => undefined;
    const { walk } = walkAt(FIRST, { submit: () => new Promise<Reading>((resolve) => { answer = resolve; }), read });
    const next = walk.next({});
    await vi.advanceTimersByTimeAsync(0);
    walk.show({ session: SECOND, etag: "2" });
    answer({ session: SECOND, etag: "2" });
    await next;
    expect(walk.step.value?.id).toBe("second");
    expect(read).not.toHaveBeenCalled();
  });

  it("does not let a late answer hide what the stream has shown", async () => {
    const third = sessionAt(stepNamed("third"));
    let answer: (reading: unknown) => void = () => undefined;
    const { walk } = walkAt(FIRST, {
      submit: () => new Promise((resolve) => (answer = resolve)),
      read: () => ({ session: third, etag: null }),
    });
    const going = walk.next({});
    await vi.advanceTimersByTimeAsync(0);
    walk.show({ session: third, etag: null });
    answer({ session: sessionAt(null), etag: null });
    await going;
    await vi.runAllTimersAsync();
    expect(walk.step.value?.id).toBe("third");
  });

  it("does one thing at a time", async () => {
    let times = 0;
    const { walk } = walkAt(FIRST, { submit: () => (times++, { session: SECOND, etag: null }) });
    await Promise.all([walk.next({}), walk.next({})]);
    expect(times).toBe(1);
  });

  it.each(["back", "retry", "manual", "cancel", "claim"] as const)("says that the server is away at %s", async (name) => {
    const { walk } = walkAt(FIRST, { [name]: () => Promise.reject(new Unreachable()) });
    await { back: () => walk.back(), retry: () => walk.retry(), manual: () => walk.manual(), cancel: () => walk.cancel("x"), claim: () => walk.claim(false) }[name]();
    expect(walk.notice.value).toEqual({ kind: "unreachable" });
    expect(walk.busy.value).toBeNull();
  });

  it("lets functions give way where the session allows it, and shows the form", async () => {
    const asked: unknown[] = [];
    const working = sessionAt(null, { actions: ["manual", "cancel"] });
    const { walk } = walkAt(working, { manual: (...given) => (asked.push(given), { session: SECOND, etag: null }) });
    expect([walk.can("manual"), walkAt(sessionAt(null)).walk.can("manual")]).toEqual([true, false]);
    await walk.manual();
    expect(asked).toEqual([["s"]]);
    expect(walk.step.value?.id).toBe("second");
  });

  it("asks before going back gives up other branches", async () => {
    const asked: unknown[] = [];
    const refusal = new Problem("back-needs-confirmation", 409, "");
    refusal.members = { branches: [{ key: "other", name: "Другая ветка" }] };
    const { walk } = walkAt(FIRST, {
      back: (...given) => (asked.push(given.slice(0, 3)), given[2] ? { session: SECOND, etag: null } : Promise.reject(refusal)),
    });
    await walk.back("zero");
    expect(walk.question.value).toEqual({ to: "zero", branches: ["Другая ветка"] });
    expect(walk.notice.value).toBeNull();
    await walk.back("zero", true);
    expect(asked).toEqual([["s", "zero", false], ["s", "zero", true]]);
    expect(walk.step.value?.id).toBe("second");
  });

  it("shows each of the steps that wait at once", () => {
    const [one, other] = [stepNamed("one"), stepNamed("other")];
    const { walk } = walkAt(sessionAt(one, { steps: [one, other] }));
    walk.choose("other");
    expect(walk.step.value?.id).toBe("other");
    walk.show({ session: sessionAt(one), etag: null });
    expect(walk.step.value?.id).toBe("one");
  });

  it.each<[string, Partial<Session>, string]>([
    ["a step", {}, "active"],
    ["functions", { step: null, state: "working" }, "working"],
    ["a failure", { step: null, state: "failed" }, "failed"],
    ["an end", { step: null, state: "ended" }, "over"],
    ["a cancellation", { step: null, state: "cancelled" }, "over"],
    ["somebody else", { holder: { name: "boris", until: "2026-11-26T06:00:00Z", mine: false } }, "taken"],
    ["oneself", { holder: { name: "anna", until: "2026-11-26T06:00:00Z", mine: true } }, "active"],
    ["a queue", { handoff: { channel: "chat", team: null, note: null, by: "anna", at: "2026-11-26T05:00:00Z" } }, "handed_off"],
  ])("has a screen for %s", (_, more, stage) => {
    expect(walkAt(sessionAt(stepNamed("first"), more)).walk.stage.value).toBe(stage);
  });

  it.each([["form-unsupported", "unshowable"], ["session-not-found", "lost"]])("has a screen for %s", async (kind, stage) => {
    const { walk } = walkAt(FIRST, { read: () => Promise.reject(new Problem(kind, 500, "")) });
    await walk.refresh();
    expect(walk.stage.value).toBe(stage);
  });
});
