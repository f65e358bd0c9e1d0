/** Where the focus goes in a form, and options by number. */

const FIELDS = "input:not([type=hidden]):not(:disabled), textarea:not(:disabled), [tabindex='0']";

export function focusField(container: HTMLElement, onComplaint: boolean): boolean {
  const scope = onComplaint ? container.querySelector("[data-field].has-errors") : container;
  const radio = scope?.querySelector<HTMLInputElement>("[role=radiogroup] input:checked");
  const found = onComplaint || !radio ? scope?.querySelector<HTMLElement>(FIELDS) : firstOf(scope, radio);
  found?.focus();
  if (onComplaint) found?.closest("[data-field]")?.scrollIntoView({ block: "center" });
  return Boolean(found);
}

/** A chosen radio stands for its group, where that is the first field. */
function firstOf(scope: Element | null | undefined, radio: HTMLInputElement): HTMLElement | null {
  const first = scope?.querySelector<HTMLElement>(FIELDS) ?? null;
  return first?.closest("[role=radiogroup]") === radio.closest("[role=radiogroup]") ? radio : first;
}

export function chooseOption(container: HTMLElement, number: number): boolean {
  const root = container.getRootNode() as ShadowRoot | Document;
  const focused = root.activeElement?.closest<HTMLElement>("[data-choices]");
  const groups = [...container.querySelectorAll<HTMLElement>("[data-choices]")];
  const group = focused ?? groups.find((one) => !one.querySelector("input:checked")) ?? groups[0];
  const option = group?.querySelectorAll<HTMLInputElement>("input")[number - 1];
  if (!option || option.disabled) return false;
  option.click();
  option.focus();
  return true;
}
