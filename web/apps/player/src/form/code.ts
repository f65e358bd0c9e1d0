/** The code that shows forms, loaded once. */

type FormCode = typeof import("./show");

let code: FormCode | null = null;

/** Whether a form can be shown at once. */
export function isFormCodeHere(): boolean {
  return code !== null;
}

/** Resolves at once where it is here: a step and its form are then painted together. */
export async function formCode(): Promise<FormCode> {
  code ??= await import("./show");
  return code;
}
