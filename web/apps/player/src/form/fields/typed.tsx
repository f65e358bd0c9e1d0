/** A text input that shows a value otherwise than it is kept: formatted when left, as typed while it is written. */

import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { described, type FieldProps, Frame } from "./frame";

interface TypedProps<Value> {
  readonly kind: string;
  readonly props: FieldProps<Value>;
  /** The value as it is read. */
  shown(value: Value): string;
  /** The value as it is written; `shown` where it isn't given. */
  written?(value: Value): string;
  /** What a text means; the text itself is kept in the input until it is left. */
  read(text: string): Value;
  /** The text while it is typed, such as with a mask put in. */
  format?(text: string): string;
  readonly input?: Readonly<Record<string, string>>;
  readonly before?: VNode | null;
  readonly after?: VNode | null;
}

export function Typed<Value>(given: TypedProps<Value>): VNode {
  const { kind, props, shown, written = shown, read, format = (text) => text, input = {}, before, after } = given;
  const { domId, value, disabled, readonly, onChange, onBlur, onFocus } = props;
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <Frame kind={kind} props={props as never}>
      <div class="box">
        {before}
        <input
          id={domId}
          type="text"
          autocomplete="off"
          value={draft ?? shown(value)}
          disabled={disabled}
          readOnly={readonly}
          {...input}
          {...described(props as never)}
          onFocus={() => {
            setDraft(written(value));
            onFocus();
          }}
          onInput={(event) => {
            const text = format(event.currentTarget.value);
            event.currentTarget.value = text;
            setDraft(text);
            onChange({ value: read(text) });
          }}
          onBlur={() => {
            setDraft(null);
            onBlur();
          }}
        />
        {after}
      </div>
    </Frame>
  );
}
