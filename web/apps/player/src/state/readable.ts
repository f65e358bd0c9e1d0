/** An answer in a few words. */
export function readable(value: unknown, nothing: string): string {
  if (value === null || value === undefined || value === "") return nothing;
  if (Array.isArray(value)) return value.map((one) => readable(one, nothing)).join(", ") || nothing;
  if (typeof value === "boolean") return value ? "✓" : "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number);
}

/** Whom a principal's name means: without the kind of its credential. */
export function personOf(principal: string | null | undefined): string {
  return (principal ?? "").replace(/^(key|operator|user):/, "");
}
