/** Keys that are pressed when a step is seen and its form isn't ready yet: kept, and pressed in order when it is. */

import type { ShownForm } from "../form/shown";

/** More than somebody presses in that time. */
const MOST = 100;

export class EarlyKeys {
  private pressed: string[] = [];

  /** Keep a key; false where it is none that does something in a form. */
  take({ key, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
    if (altKey || metaKey || (ctrlKey && key !== "Enter") || (key !== "Enter" && [...key].length !== 1)) return false;
    if (this.pressed.length < MOST) this.pressed.push(ctrlKey ? "Next" : key);
    return true;
  }

  forget(): void {
    this.pressed = [];
  }

  /** Press them in a form that has the focus by now; `next` answers the step. */
  replay(form: ShownForm, root: DocumentOrShadowRoot, next: () => void): void {
    const { pressed } = this;
    this.pressed = [];
    for (const key of pressed) {
      const field = textFieldOf(root);
      if (key === "Next" || (key === "Enter" && root.activeElement instanceof HTMLInputElement)) {
        next();
        return;
      }
      if (field) write(field, key === "Enter" ? "\n" : key);
      else if (/^[1-9]$/.test(key)) form.choose(Number(key));
    }
  }
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

function textFieldOf({ activeElement }: DocumentOrShadowRoot): TextField | null {
  if (activeElement instanceof HTMLTextAreaElement) return activeElement;
  const isText = activeElement instanceof HTMLInputElement && ["text", "email", "tel", "search"].includes(activeElement.type);
  return isText ? activeElement : null;
}

function write(field: TextField, text: string): void {
  if (field.readOnly || field.disabled) return;
  field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, data: text, inputType: "insertText" }));
}
