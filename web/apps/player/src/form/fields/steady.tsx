/** form-js renders every field on every keystroke; this one renders only what has changed. */

import type { VNode } from "preact";
import { memo } from "preact/compat";
import { useMemo, useRef } from "preact/hooks";

import type { FieldComponent, FieldProps } from "./frame";

export function steady(Field: FieldComponent): FieldComponent {
  const Remembered = memo(Field, isSame);
  const Steady = (props: FieldProps<never>): VNode => {
    const latest = useRef(props);
    latest.current = props;
    const handlers = useMemo(
      () => ({
        onChange: (update: { value: never }) => {
          latest.current.onChange(update);
        },
        onBlur: () => {
          if (!isEmpty(latest.current.value)) latest.current.onBlur();
        },
        onFocus: () => {
          latest.current.onFocus();
        },
      }),
      [],
    );
    return <Remembered {...props} {...handlers} />;
  };
  return Object.assign(Steady, { config: Field.config });
}

/** A field that was only passed is not complained about before the step is answered. */
function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || value === false || (Array.isArray(value) && !value.length);
}

function isSame(before: FieldProps<never>, now: FieldProps<never>): boolean {
  return (
    before.field === now.field &&
    before.domId === now.domId &&
    before.disabled === now.disabled &&
    before.readonly === now.readonly &&
    (before.value === now.value || JSON.stringify(before.value) === JSON.stringify(now.value)) &&
    before.errors.join("\n") === now.errors.join("\n")
  );
}
