/** Formats of a language, each made once: to make one takes longer than to use it a hundred times. */

const made = new Map<string, unknown>();

function once<T>(name: string, make: () => T): T {
  const found = (made.get(name) as T | undefined) ?? make();
  made.set(name, found);
  return found;
}

export function numbers(language: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return once(`numbers ${language} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(language, options));
}

export function moments(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return once(`moments ${language} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(language, options));
}

export function plurals(language: string): Intl.PluralRules {
  return once(`plurals ${language}`, () => new Intl.PluralRules(language));
}
