/** The keyboard: shortcuts of the player, and a fence that keeps typing from the page's own. */

import type { Desk } from "./state/desk";

/** By `KeyboardEvent.code`, so that they are the same in every layout. */
export const SHORTCUTS = {
  next: { keys: ["Ctrl", "Enter"] },
  back: { keys: ["Alt", "↑"], code: "ArrowUp" },
  copy: { keys: ["Alt", "C"], code: "KeyC" },
  handoff: { keys: ["Alt", "H"], code: "KeyH" },
  cancel: { keys: ["Alt", "X"], code: "KeyX" },
  list: { keys: ["Alt", "L"], code: "KeyL" },
  notes: { keys: ["Alt", "N"], code: "KeyN" },
  timeline: { keys: ["Alt", "T"], code: "KeyT" },
  help: { keys: ["Alt", "/"], code: "Slash" },
} as const satisfies Record<string, { keys: readonly string[]; code?: string }>;
export type ShortcutName = keyof typeof SHORTCUTS;

const FENCED = ["keydown", "keyup", "keypress", "beforeinput", "input", "change", "copy", "cut", "paste"] as const;

export function listenToKeys(root: ShadowRoot, desk: Desk): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (desk.isOpening && !isControl(root.activeElement) && desk.early.take(event)) {
      event.preventDefault();
      return;
    }
    const name = shortcutOf(event) ?? heldByFocus(event, root, desk);
    if (name ? desk.shortcut(name) : chosenByNumber(event, root, desk)) event.preventDefault();
  };
  const fence = (event: Event) => {
    event.stopPropagation();
  };
  const onFocusIn = () => {
    desk.hasFocus = true;
  };
  const onFocusElsewhere = (event: Event) => {
    if (event.target !== root.host) desk.hasFocus = false;
  };
  root.addEventListener("keydown", onKey as EventListener);
  for (const type of FENCED) root.addEventListener(type, fence);
  root.addEventListener("focusin", onFocusIn);
  document.addEventListener("focusin", onFocusElsewhere);
  document.addEventListener("pointerdown", onFocusElsewhere);
  return () => {
    root.removeEventListener("keydown", onKey as EventListener);
    for (const type of FENCED) root.removeEventListener(type, fence);
    root.removeEventListener("focusin", onFocusIn);
    document.removeEventListener("focusin", onFocusElsewhere);
    document.removeEventListener("pointerdown", onFocusElsewhere);
  };
}

export function shortcutOf(event: KeyboardEvent): ShortcutName | null {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return "next";
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  const found = Object.entries(SHORTCUTS).find(([, shortcut]) => "code" in shortcut && shortcut.code === event.code);
  return found ? (found[0] as ShortcutName) : null;
}

/** Keys that depend on where the focus is: Enter goes on from a field of one line, `?` asks for help outside of a text. */
function heldByFocus({ key, altKey, shiftKey }: KeyboardEvent, root: ShadowRoot, desk: Desk): ShortcutName | null {
  const { activeElement } = root;
  if (key === "?" && !isWriting(activeElement)) return "help";
  if (key !== "Enter" || altKey || shiftKey || desk.panel.value) return null;
  return activeElement instanceof HTMLInputElement && activeElement.closest(".form") ? "next" : null;
}

/** A digit outside of a text chooses an option. */
function chosenByNumber(event: KeyboardEvent, root: ShadowRoot, desk: Desk): boolean {
  if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey || desk.panel.value) return false;
  return !isWriting(root.activeElement) && (desk.form.value?.choose(Number(event.key)) ?? false);
}

/** What does something of its own with keys. */
function isControl(element: Element | null): boolean {
  return element?.matches("input, textarea, button, summary, a") ?? false;
}

function isWriting(element: Element | null): boolean {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && !["radio", "checkbox", "button"].includes(element.type);
}
