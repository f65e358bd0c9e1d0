/** A field that was only passed is not complained about before the step is answered. */

import type { VNode } from "preact";

import type { FieldComponent, FieldProps } from "./frame";

export function quietWhenPassed(Field: FieldComponent): FieldComponent {
  const Quiet = (props: FieldProps<never>): VNode => {
    const onBlur = () => {
      if (!isEmpty(props.value)) props.onBlur();
    };
    return <Field {...props} onBlur={onBlur} />;
  };
  return Object.assign(Quiet, { config: Field.config });
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || value === false || (Array.isArray(value) && !value.length);
}
