/**
 * The form editor in Russian. It has no translation of its own, so what it has drawn is replaced in the page; it compares
 * with what it drew before, not with the page, and leaves it so.
 */

import { sentences } from "./sentences-ru";

const PLACES = ".fjs-editor-palette-container, .fjs-editor-properties-container, .fjs-palette-container, .fjs-properties-container, .fjs-empty-editor";
/** What the author has typed. */
const TYPED = ".cm-editor, textarea, .bio-properties-panel-header-label";

/** Returns what ends it. */
export function inRussian(container: HTMLElement): () => void {
  const translate = () => {
    for (const place of container.querySelectorAll(PLACES)) translateIn(place);
  };
  const observer = new MutationObserver(translate);
  observer.observe(container, { childList: true, subtree: true, characterData: true });
  translate();
  return () => {
    observer.disconnect();
  };
}

export function translateIn(place: Element): void {
  const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const known = sentences[node.nodeValue?.trim() ?? ""];
    if (known && !node.parentElement?.closest(TYPED)) node.nodeValue = known;
  }
  for (const field of place.querySelectorAll<HTMLInputElement>("input[placeholder]")) {
    field.placeholder = sentences[field.placeholder] ?? field.placeholder;
  }
}
