/** The form editor in Russian; it has no translation of its own. */

import { replaceDrawn, replaceIn } from "../locale/drawn";
import { sentences } from "./sentences-ru";

const PLACES = ".fjs-editor-palette-container, .fjs-editor-properties-container, .fjs-palette-container, .fjs-properties-container, .fjs-empty-editor";
const known = (text: string) => sentences[text];

/** Returns what ends it. */
export function inRussian(container: HTMLElement): () => void {
  return replaceDrawn(container, PLACES, known);
}

export function translateIn(place: Element): void {
  replaceIn(place, known);
}
