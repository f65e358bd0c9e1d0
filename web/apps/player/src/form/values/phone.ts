/** Phone numbers: kept as E.164, shown as people read them aloud. */

/** `8 900 123-45-67`, `+7 (900) 123 45 67` and `9001234567` are all `+79001234567`; unfinished input stays unfinished. */
export function readPhone(text: string): string {
  const isInternational = text.trim().startsWith("+");
  const digits = text.replace(/\D/g, "").slice(0, 15);
  if (!digits) return "";
  if (isInternational) return `+${digits}`;
  if (digits.startsWith("8") || digits.startsWith("7")) return `+7${digits.slice(1)}`;
  return `+7${digits}`;
}

/** Groups the ten digits of a Russian number; other countries' numbers stay as they are. */
export function showPhone(phone: string): string {
  const parts = /^\+7(\d{1,3})?(\d{1,3})?(\d{1,2})?(\d{1,2})?$/.exec(phone);
  if (!parts) return phone;
  const [, code, first, second, third] = parts;
  return [`+7${code ? ` ${code}` : ""}`, first && ` ${first}`, second && `-${second}`, third && `-${third}`]
    .filter(Boolean)
    .join("");
}
