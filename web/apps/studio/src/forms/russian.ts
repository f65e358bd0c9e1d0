/**
 * The form editor in Russian. It has no translation of its own, so its labels are replaced where it has drawn them; it
 * compares with what it drew before, not with the page, and leaves them so.
 */

import { sentences } from "./sentences-ru";

const LABELS =
  ".bio-properties-panel-label, .bio-properties-panel-group-header-title, .bio-properties-panel-header-type, .bio-properties-panel-description," +
  ".bio-properties-panel-add-entry, .fjs-palette-field-text, .fjs-palette-group-title, .fjs-palette-header, .bio-properties-panel-placeholder-text," +
  ".fjs-empty-editor h2, .fjs-empty-editor span, .bio-properties-panel-input option, .bio-properties-panel-error";

/** Returns what ends it. */
export function inRussian(container: HTMLElement): () => void {
  const translate = () => {
    for (const label of container.querySelectorAll(LABELS)) {
      for (const node of label.childNodes) {
        const known = node.nodeType === Node.TEXT_NODE ? sentences[node.nodeValue?.trim() ?? ""] : undefined;
        if (known) node.nodeValue = known;
      }
    }
    for (const field of container.querySelectorAll<HTMLInputElement>(".fjs-palette-search")) {
      field.placeholder = sentences[field.placeholder] ?? field.placeholder;
    }
  };
  const observer = new MutationObserver(translate);
  observer.observe(container, { childList: true, subtree: true, characterData: true });
  translate();
  return () => {
    observer.disconnect();
  };
}
