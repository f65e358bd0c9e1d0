/** A form on the screen, as the shell knows it; the code behind it is loaded later. */

import type { Answers, Option, Step } from "@script-manager/client";

import type { Voice } from "../locale/voice";

export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** An answer in the words of its form. */
export interface ToldAnswer {
  readonly label: string;
  readonly text: string;
}

/** A step's answers by field key. */
export type Told = Readonly<Record<string, ToldAnswer>>;

export interface FormSources {
  readonly step: Step;
  /** The step's data with what was typed. */
  readonly data: Answers;
  readonly voice: Voice;
  /** Choices of a field that a function searches. */
  options(field: string, query: string, signal: AbortSignal): Promise<readonly Option[]>;
  typed(answers: Answers): void;
  /** Enter in a field. */
  submitted(): void;
}

export interface ShownForm {
  answers(): Answers;
  /** The answers by field key, as they are on the screen. */
  told(): Told;
  /** Complaints by field key; they are shown beside the fields. */
  validate(): FieldErrors;
  /** Show complaints of the server; returns those of fields that the form doesn't have. */
  complain(errors: FieldErrors): FieldErrors;
  /** Put the focus on the first field, or on the first with a complaint; false where there is none. */
  focus(onComplaint: boolean): boolean;
  lock(isLocked: boolean): void;
  /** Choose the n-th option (from 1) of the group in focus or of the first one without an answer. */
  choose(number: number): boolean;
  /** What is said to the customer, as plain text. */
  spoken(): string;
  destroy(): void;
}

/** A form that can't be shown whole; its author has to change it. */
export class Unshowable extends Error {
  override readonly name = "Unshowable";

  constructor(readonly fields: readonly { readonly name: string; readonly kind: string }[]) {
    super("the form has fields of an unknown kind");
  }
}
