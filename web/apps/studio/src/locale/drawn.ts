/**
 * What a library without a translation has drawn, replaced in the page. It compares with what it drew before, not with
 * the page, and leaves it so.
 */

/** What the author has typed. */
const TYPED = ".cm-editor, textarea, .bio-properties-panel-header-label";

export type Translate = (text: string) => string | undefined;

/** Returns what ends it. */
export function replaceDrawn(container: HTMLElement, places: string, translate: Translate): () => void {
  const replace = () => {
    for (const place of container.querySelectorAll(places)) replaceIn(place, translate);
  };
  const observer = new MutationObserver(replace);
  observer.observe(container, { childList: true, subtree: true, characterData: true });
  replace();
  return () => {
    observer.disconnect();
  };
}

export function replaceIn(place: Element, translate: Translate): void {
  const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const known = translate(node.nodeValue?.trim() ?? "");
    if (known && !node.parentElement?.closest(TYPED)) node.nodeValue = known;
  }
  for (const field of place.querySelectorAll<HTMLInputElement>("input[placeholder]")) {
    field.placeholder = translate(field.placeholder) ?? field.placeholder;
  }
}
