/** One at a time under a name, among all tabs where the browser has locks, within this tab otherwise. */

const running = new Map<string, Promise<unknown>>();

export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined;
  if (locks) return (await locks.request(name, work)) as T;
  const before = running.get(name) ?? Promise.resolve();
  const turn = before.then(work, work);
  running.set(name, turn);
  return turn;
}

/** A random id, also on pages without a secure context. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
