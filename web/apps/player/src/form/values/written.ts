/** Values as people write them. */

import { conceal } from "./mask";
import { showMoney } from "./money";
import { showPhone } from "./phone";

/** A value of a kind of field (`money`, `phone`, `masked`, `date`, `number` …; empty: unknown), empty where there is none. */
export function written(value: unknown, kind: string, language: string): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map((one) => written(one, kind, language)).join(", ");
  if (kind === "money") return `${showMoney(Number(value), language)} ₽`;
  if (kind === "phone") return showPhone(String(value));
  if (kind === "masked") return conceal(String(value));
  if (kind === "date") return new Date(`${String(value)}T00:00`).toLocaleDateString(language);
  if (typeof value === "number" && kind) return value.toLocaleString(language);
  return typeof value === "boolean" ? (value ? "✓" : "—") : typeof value === "object" ? JSON.stringify(value) : String(value as string | number);
}
