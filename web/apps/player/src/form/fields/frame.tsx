/** What all fields share: label, hint, complaints, and the types of what form-js hands in. */

import { FormContext, useSingleLineTemplateEvaluation } from "@bpmn-io/form-js-viewer";
import type { ComponentChildren, FunctionComponent, VNode } from "preact";
import { useContext } from "preact/hooks";

import type { SentenceName } from "../../locale/sentences";
import type { Voice } from "../../locale/voice";
import type { Component } from "../schema";

export interface FieldProps<Value> {
  readonly field: Component;
  readonly domId: string;
  readonly value: Value;
  readonly errors: readonly string[];
  readonly disabled: boolean;
  readonly readonly: boolean;
  onChange(update: { value: Value }): void;
  onBlur(): void;
  onFocus(): void;
}

/** A Preact component with what form-js has to know of it. */
export type FieldComponent = FunctionComponent<FieldProps<never>> & { config: object };

export function useService<T>(name: string): T {
  return useContext(FormContext).getService(name, true) as T;
}

export function useVoice(): Voice {
  return useService<Voice>("voice");
}

/** A text that may hold `{{…}}`; one that doesn't costs nothing when data change. */
export function Templated({ text }: { readonly text: string | undefined }): VNode | null {
  if (!text) return null;
  return text.includes("{{") || text.startsWith("=") ? <Evaluated text={text} /> : <>{text}</>;
}

function Evaluated({ text }: { readonly text: string }): VNode {
  return <>{useSingleLineTemplateEvaluation(text, { debug: true })}</>;
}

const WANTING: Readonly<Record<string, SentenceName>> = {
  radio: "v_required_choice",
  select: "v_required_choice",
  checklist: "v_required_choice",
  taglist: "v_required_choice",
  checkbox: "v_required_check",
};

interface FrameProps {
  readonly kind: string;
  readonly props: FieldProps<never>;
  readonly children: ComponentChildren;
  /** A group of inputs is labelled by a text instead of a label. */
  readonly isGroup?: boolean;
  /** Null where the input carries its label itself. */
  readonly label?: string | null | undefined;
}

export function Frame({ kind, props, children, isGroup = false, label = props.field.label }: FrameProps): VNode {
  const { field, domId, errors, disabled } = props;
  const voice = useVoice();
  const mark = field.validate?.required ? (
    <span class="required" aria-hidden="true">
      {" "}
      *
    </span>
  ) : null;
  const name = (
    <>
      <Templated text={label ?? undefined} />
      {mark}
    </>
  );
  return (
    <div class={`field ${kind}${errors.length ? " has-errors" : ""}${disabled ? " is-disabled" : ""}`} data-field={field.key}>
      {label &&
        (isGroup ? (
          <div class="label" id={`${domId}-label`}>
            {name}
          </div>
        ) : (
          <label class="label" htmlFor={domId} id={`${domId}-label`}>
            {name}
          </label>
        ))}
      {field.description && (
        <div class="description" id={`${domId}-description`}>
          <Templated text={field.description} />
        </div>
      )}
      {children}
      <Complaints id={`${domId}-errors`} errors={errors.map((error) => betterFor(kind, error, voice))} />
    </div>
  );
}

/** An empty choice is not a field that one fills in. */
function betterFor(kind: string, error: string, voice: Voice): string {
  const name = WANTING[kind];
  return name && error === voice.say("v_required") ? voice.say(name) : error;
}

export function Complaints({ id, errors }: { readonly id: string; readonly errors: readonly string[] }): VNode | null {
  if (!errors.length) return null;
  return (
    <div class="complaints" id={id} role="alert">
      {errors.map((error) => (
        <div key={error}>{error}</div>
      ))}
    </div>
  );
}

/** ARIA of an input in a frame. */
export function described({ field, domId, errors }: FieldProps<never>): Record<string, string | boolean | undefined> {
  const ids = [field.description && `${domId}-description`, errors.length > 0 && `${domId}-errors`].filter(Boolean);
  return {
    "aria-describedby": ids.join(" ") || undefined,
    "aria-invalid": errors.length > 0 || undefined,
    "aria-required": field.validate?.required === true || undefined,
  };
}
