/** Who works here: a key that is kept in this tab alone, and the API that is called with it. */

import { type AuthoringApi, type Connection, createAuthoringApi, Problem } from "@script-manager/client";
import { readonly, ref } from "vue";

const KEPT = "studio:key";

const key = ref(sessionStorage.getItem(KEPT));
const refused = ref(false);
const waiting: ((key: string) => void)[] = [];

export const access = { key: readonly(key), refused: readonly(refused) };

const connection: Connection = {
  base: window.location.origin,
  token: () => (key.value === null ? next() : Promise.resolve(key.value)),
  renew: (former) => {
    if (key.value !== null && key.value !== former) return Promise.resolve(key.value);
    refused.value = true;
    forget();
    return next();
  },
};

/** Requests wait for a sign-in where the key has ended, and go on with the next one: nothing typed is lost. */
export const api: AuthoringApi = createAuthoringApi(connection);

/**
 * Try a key and keep it where it is good.
 *
 * @throws Problem 401 or 403, or Unreachable.
 */
export async function signIn(typed: string): Promise<void> {
  const unknown = new Problem("unauthenticated", 401, "unknown key");
  if (!/^[\x21-\x7e]+$/.test(typed)) throw unknown;
  const probe = createAuthoringApi({
    base: connection.base,
    token: () => Promise.resolve(typed),
    renew: () => Promise.reject(unknown),
  });
  await probe.drafts();
  sessionStorage.setItem(KEPT, typed);
  key.value = typed;
  refused.value = false;
  for (const go of waiting.splice(0)) go(typed);
}

export function signOut(): void {
  refused.value = false;
  forget();
}

function forget(): void {
  sessionStorage.removeItem(KEPT);
  key.value = null;
}

function next(): Promise<string> {
  return new Promise((resolve) => waiting.push(resolve));
}
