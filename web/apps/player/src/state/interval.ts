import { onScopeDispose } from "vue";

/** Call again and again until the component is gone. */
export function useIntervalFn(call: () => void, milliseconds: number): void {
  const timer = setInterval(call, milliseconds);
  onScopeDispose(() => {
    clearInterval(timer);
  });
}
