/** Whether the server can be reached, as the last request and the browser say. */

import { readonly, ref, type Ref } from "vue";

export interface Reach {
  readonly isOnline: Readonly<Ref<boolean>>;
  tell(isReached: boolean): void;
  /** Resolves after a growing pause, at once when the browser is back on the network. */
  pause(attempt: number, seconds?: number | null): Promise<void>;
  /** Nobody waits any more. */
  readonly isStopped: boolean;
  stop(): void;
}

const LONGEST = 15;

export function createReach(): Reach {
  const isOnline = ref(true);
  const waiting = new Set<() => void>();
  let isStopped = false;
  const onOnline = () => {
    for (const go of [...waiting]) go();
  };
  const onOffline = () => {
    isOnline.value = false;
  };
  window.addEventListener("online", onOnline);
  window.addEventListener("offline", onOffline);
  return {
    isOnline: readonly(isOnline),
    tell: (isReached) => {
      isOnline.value = isReached;
    },
    pause: (attempt, seconds = null) =>
      new Promise((resolve) => {
        const delay = seconds ?? Math.min(LONGEST, 0.5 * 2 ** (attempt - 1));
        const go = () => {
          clearTimeout(timer);
          waiting.delete(go);
          resolve();
        };
        const timer = setTimeout(go, delay * 1000);
        waiting.add(go);
      }),
    get isStopped() {
      return isStopped;
    },
    stop: () => {
      isStopped = true;
      window.removeEventListener("online", onOnline);
      window.removeEventListener("offline", onOffline);
      onOnline();
    },
  };
}
