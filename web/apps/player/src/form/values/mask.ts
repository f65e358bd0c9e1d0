/** Masks of personal data: `0` is a digit, `A` a letter, `*` either, everything else stands where it is. */

const PLACES: Readonly<Record<string, RegExp>> = { "0": /\d/, A: /\p{L}/u, "*": /[\p{L}\d]/u };

/** Put what was typed into a mask as far as it goes. */
export function fillMask(text: string, mask: string): string {
  const typed = [...text].filter((character) => /[\p{L}\d]/u.test(character));
  let filled = "";
  for (const place of mask) {
    const wanted = PLACES[place];
    if (!wanted) {
      if (typed.length || filled) filled += place;
      if (typed[0] === place) typed.shift();
      continue;
    }
    while (typed.length && !wanted.test(typed[0] as string)) typed.shift();
    const next = typed.shift();
    if (next === undefined) return filled.replace(/[^\p{L}\d]+$/u, "");
    filled += next;
  }
  return filled;
}

/** Only the last `open` characters can be read. */
export function conceal(text: string, open = 4): string {
  const closed = Math.max(0, [...text].length - open);
  return [...text].map((character, index) => (index < closed && /[\p{L}\d]/u.test(character) ? "•" : character)).join("");
}
