import { Problem, type Reading, Unreachable } from "@script-manager/client";
import { describe, expect, it } from "vitest";

import { createKeep } from "../src/state/keep";
import { Outbox, type Sending } from "../src/state/outbox";

const READING = { session: { id: "s" }, etag: null } as unknown as Reading;

function outboxWith(...answers: (Reading | Error)[]) {
  const sent: Sending[] = [];
  const pauses: [number, number | null][] = [];
  let keys = 0;
  const keep = createKeep("anna", null);
  const outbox = new Outbox({
    keep,
    submit: (sending) => {
      sent.push(sending);
      const answer = answers.shift() ?? new Error("sent once too often");
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    pause: (attempt, retryAfter) => {
      pauses.push([attempt, retryAfter]);
      return Promise.resolve();
    },
    exclusively: (_, work) => work(),
    newKey: () => `key-${String(++keys)}`,
  });
  return { outbox, sent, pauses, keep };
}

describe("Outbox", () => {
  it("sends under one key until there is an answer", async () => {
    const { outbox, sent } = outboxWith(new Unreachable(), new Problem("engine-unavailable", 503, "", null, {}, 2), READING);
    outbox.put("s", "step", { account: "1" });
    await expect(outbox.deliver("s")).resolves.toEqual({ kind: "taken", reading: READING });
    expect(new Set(sent.map(({ key }) => key))).toEqual(new Set(["key-1"]));
    expect(sent).toHaveLength(3);
    expect(outbox.waiting("s")).toBeNull();
  });

  it("waits as long as the server asks for", async () => {
    const { outbox, pauses } = outboxWith(new Unreachable(), new Problem("store-unavailable", 503, "", null, {}, 2), READING);
    outbox.put("s", "step", {});
    await outbox.deliver("s");
    expect(pauses).toEqual([[1, null], [2, 2]]);
  });

  it("gives up what was refused", async () => {
    const refusal = new Problem("answers-invalid", 422, "");
    const { outbox } = outboxWith(refusal);
    outbox.put("s", "step", {});
    await expect(outbox.deliver("s")).resolves.toEqual({ kind: "refused", problem: refusal });
    expect(outbox.waiting("s")).toBeNull();
  });

  it("keeps an answer over a reload, with its key", async () => {
    const { outbox, keep, sent } = outboxWith(READING);
    keep.set("outbox:s", { session: "s", step: "step", answers: {}, key: "before" });
    await outbox.deliver("s");
    expect(sent.map(({ key }) => key)).toEqual(["before"]);
  });

  it("sends nothing that another tab has sent", async () => {
    await expect(outboxWith().outbox.deliver("s")).resolves.toEqual({ kind: "gone" });
  });

  it("gives the same answer the same key and another answer another one", () => {
    const { outbox } = outboxWith();
    const first = outbox.put("s", "step", { account: "1" });
    expect(outbox.put("s", "step", { account: "1" }).key).toBe(first.key);
    expect(outbox.put("s", "step", { account: "2" }).key).not.toBe(first.key);
  });
});
