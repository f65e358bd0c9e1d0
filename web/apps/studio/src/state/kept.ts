/** Unsaved files in this browser, so that a closed tab or a crash loses nothing. */

export interface Kept {
  /** Of the draft that they were made on. */
  readonly version: number;
  readonly at: string;
  readonly files: Readonly<Record<string, string>>;
}

const place = (script: string) => `studio:unsaved:${script}`;

export function readKept(script: string): Kept | null {
  try {
    const found = JSON.parse(localStorage.getItem(place(script)) ?? "null") as Kept | null;
    return found && Object.keys(found.files).length ? found : null;
  } catch {
    return null;
  }
}

export function keep(script: string, kept: Kept): void {
  try {
    if (Object.keys(kept.files).length) localStorage.setItem(place(script), JSON.stringify(kept));
    else localStorage.removeItem(place(script));
  } catch {
    // The browser has no room: the changes stay in the page.
  }
}
