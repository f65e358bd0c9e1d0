/** Editors are made anew when the language changes; what is typed in them is handed in before. */

const flushers = new Set<() => Promise<void>>();

export function onRedrawing(flush: () => Promise<void>): () => void {
  flushers.add(flush);
  return () => flushers.delete(flush);
}

export async function beforeRedrawing(): Promise<void> {
  await Promise.all([...flushers].map((flush) => flush()));
}
