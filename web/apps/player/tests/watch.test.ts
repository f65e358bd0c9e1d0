import { Problem, type Reading, type ScriptApi } from "@script-manager/client";
import { describe, expect, it, vi } from "vitest";

import type { Reach } from "../src/state/reach";
import { unionOf } from "../src/watch/seat";
import { Watch } from "../src/watch/watch";
import { apiOf, sessionAt, stepNamed } from "./sessions";

const REACH = { pause: () => new Promise((resolve) => setTimeout(resolve, 1)) } as unknown as Reach;
let names = 0;

function watchWith(calls: Partial<Record<keyof ScriptApi, (...given: never[]) => unknown>>, name = `watch-${String(++names)}`) {
  const seen: Reading[] = [];
  const queues: unknown[] = [];
  const watch = new Watch({
    api: apiOf(calls),
    reach: REACH,
    name,
    tab: `tab-${String(++names)}`,
    onSession: (reading) => seen.push(reading),
    onHandoffs: (team, handoffs) => queues.push([team, handoffs]),
    onProblem: () => undefined,
  });
  return { watch, seen, queues };
}

/** A stream that says something and stays open until it is given up. */
function streaming(text: string, signal: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      signal.addEventListener("abort", () => {
        controller.error(signal.reason);
      });
    },
  });
}

describe("Watch", () => {
  it("tells what the stream says", async () => {
    const session = sessionAt(stepNamed("first"));
    const text = `event: session\nid: "7"\ndata: ${JSON.stringify(session)}\n\nevent: handoffs\ndata: {"team":"a","handoffs":[]}\n\n`;
    const { watch, seen, queues } = watchWith({ events: (_, __, signal) => streaming(text, signal) });
    watch.want({ sessions: ["s"], teams: ["a"] });
    await vi.waitFor(() => {
      expect(seen).toEqual([{ session, etag: '"7"' }]);
      expect(queues).toEqual([["a", []]]);
    });
    watch.stop();
  });

  it("asks for changes where there is no stream", async () => {
    const asked: unknown[] = [];
    const { watch, seen } = watchWith({
      events: () => Promise.reject(new Problem("not-found", 404, "")),
      read: (id: string, { etag }: { etag: string | null }) => {
        asked.push([id, etag]);
        return etag ? new Promise(() => undefined) : { session: sessionAt(stepNamed("first")), etag: '"7"' };
      },
    } as never);
    watch.want({ sessions: ["s"], teams: [] });
    await vi.waitFor(() => {
      expect(asked).toEqual([["s", null], ["s", '"7"']]);
    });
    expect(seen).toHaveLength(1);
    watch.stop();
  });

  it("comes back after the stream broke", async () => {
    let times = 0;
    const { watch } = watchWith({
      events: (_, __, signal) => (++times === 1 ? Promise.reject(new Problem("store-unavailable", 503, "")) : streaming(": alive\n\n", signal)),
    });
    watch.want({ sessions: ["s"], teams: [] });
    await vi.waitFor(() => {
      expect(times).toBe(2);
    });
    watch.stop();
  });

  it("opens another stream when something else is wanted", async () => {
    const wanted: unknown[] = [];
    const { watch } = watchWith({ events: (sessions: string[], _: string[], signal: AbortSignal) => (wanted.push(sessions), streaming("", signal)) } as never);
    watch.want({ sessions: ["one"], teams: [] });
    await vi.waitFor(() => {
      expect(wanted).toEqual([["one"]]);
    });
    watch.want({ sessions: ["one", "two"], teams: [] });
    await vi.waitFor(() => {
      expect(wanted).toEqual([["one"], ["one", "two"]]);
    });
    watch.stop();
  });
});

describe("unionOf", () => {
  it("names each session and team once", () => {
    const union = unionOf([{ sessions: ["b", "a"], teams: ["x"] }, { sessions: ["a"], teams: ["y", "x"] }]);
    expect(union).toEqual({ sessions: ["a", "b"], teams: ["x", "y"] });
  });
});
