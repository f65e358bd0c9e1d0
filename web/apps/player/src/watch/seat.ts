/** One tab of a browser watches for all: the one that holds the lock; the others hear from it. */

import type { News } from "./source";

export interface Wanted {
  readonly sessions: readonly string[];
  readonly teams: readonly string[];
}

export type Message =
  | { readonly kind: "who" }
  | { readonly kind: "want"; readonly tab: string; readonly wanted: Wanted }
  | { readonly kind: "bye"; readonly tab: string }
  | ({ readonly kind: "news" } & News);

/** The union of what tabs want to hear about. */
export function unionOf(wants: Iterable<Wanted>): Wanted {
  const all = [...wants];
  const union = (of: (wanted: Wanted) => readonly string[]) => [...new Set(all.flatMap(of))].sort();
  return { sessions: union(({ sessions }) => sessions), teams: union(({ teams }) => teams) };
}

export interface Seat {
  /** Runs `lead` while this tab is the one; its signal ends it. Without locks every tab leads for itself. */
  take(lead: (signal: AbortSignal) => Promise<void>): void;
  post(message: Message): void;
  leave(): void;
}

export function takeSeat(name: string, hear: (message: Message) => void): Seat {
  const stop = new AbortController();
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
  channel?.addEventListener("message", (event: MessageEvent<Message>) => {
    hear(event.data);
  });
  return {
    take: (lead) => {
      const locks = channel ? (navigator.locks as LockManager | undefined) : undefined;
      const led = locks ? locks.request(name, { signal: stop.signal }, () => lead(stop.signal)) : lead(stop.signal);
      led.catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
    },
    post: (message) => {
      channel?.postMessage(message);
    },
    leave: () => {
      stop.abort();
      channel?.close();
    },
  };
}
