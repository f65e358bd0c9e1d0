/** The page's token: handed in as an attribute, renewed through an event, waited for by whoever needs it. */

import { readonly, ref, type Ref } from "vue";

export type TokenState = "fine" | "missing" | "refused";

export interface Token {
  readonly state: Readonly<Ref<TokenState>>;
  set(token: string | null): void;
  get(): Promise<string>;
  /** `refused` is no longer taken; resolves with another one. */
  renew(refused: string): Promise<string>;
}

/** `ask` tells the page once for each token that is missing or refused. */
export function createToken(ask: (reason: "missing" | "refused") => void): Token {
  const state = ref<TokenState>("missing");
  let current: string | null = null;
  let waiting: ((token: string) => void)[] = [];
  const next = () => new Promise<string>((resolve) => waiting.push(resolve));
  let asked: string | null | undefined;
  const want = (reason: "missing" | "refused") => {
    state.value = reason;
    const another = next();
    if (asked !== current) {
      asked = current;
      // The page may answer at once.
      ask(reason);
    }
    return another;
  };
  return {
    state: readonly(state),
    set: (token) => {
      if (token === current) return;
      current = token;
      asked = undefined;
      if (token === null) {
        state.value = "missing";
        return;
      }
      state.value = "fine";
      const served = waiting;
      waiting = [];
      for (const serve of served) serve(token);
    },
    get: () => (current !== null && state.value === "fine" ? Promise.resolve(current) : want(current === null ? "missing" : "refused")),
    renew: (refused) => (current !== null && current !== refused ? Promise.resolve(current) : want("refused")),
  };
}
