/** One tab of a browser watches for all: the one that holds the lock; the others hear from it. */

export interface Wanted {
  readonly sessions: readonly string[];
  readonly team: string | null;
}

export type Message =
  | { readonly kind: "who" }
  | { readonly kind: "want"; readonly tab: string; readonly wanted: Wanted }
  | { readonly kind: "bye"; readonly tab: string }
  | { readonly kind: "news"; readonly type: "session" | "handoffs"; readonly data: string; readonly etag: string | null };

/** The union of what tabs want to hear about. */
export function unionOf(wants: Iterable<Wanted>): Wanted {
  const sessions = new Set<string>();
  let team: string | null = null;
  for (const wanted of wants) {
    for (const id of wanted.sessions) sessions.add(id);
    team = wanted.team ?? team;
  }
  return { sessions: [...sessions].sort(), team };
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
