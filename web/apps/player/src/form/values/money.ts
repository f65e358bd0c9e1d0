/** Sums of money: whole kopecks, shown in roubles. */

/** Null where the text is no sum. `1 000,5` and `1000.50` are both 100050. */
export function readMoney(text: string): number | null {
  const plain = text.replace(/[\s\u00a0\u202f₽]/g, "").replace(",", ".");
  const parts = /^(-?)(\d{1,13})(?:\.(\d{0,2}))?$/.exec(plain);
  if (!parts) return null;
  const [, sign = "", whole = "0", kopecks = ""] = parts;
  return Number(`${sign}${whole}${kopecks.padEnd(2, "0")}`);
}

/** With the language's grouping, kopecks only where there are any. */
export function showMoney(kopecks: number | null, language: string): string {
  if (kopecks === null || !Number.isSafeInteger(kopecks)) return "";
  const digits = kopecks % 100 === 0 ? 0 : 2;
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(kopecks / 100);
}
