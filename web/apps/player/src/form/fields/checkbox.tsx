import { Checkbox as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";

import { described, type FieldComponent, type FieldProps, Frame, Templated } from "./frame";

function Checkbox(props: FieldProps<boolean>): VNode {
  const { field, domId, value, disabled, readonly, onChange, onBlur, onFocus } = props;
  return (
    <Frame kind="checkbox" props={props as never} label={null}>
      <label class="choice" htmlFor={domId}>
        <input
          id={domId}
          type="checkbox"
          checked={value}
          disabled={disabled || readonly}
          {...described(props as never)}
          onChange={(event) => {
            onChange({ value: event.currentTarget.checked });
          }}
          onBlur={onBlur}
          onFocus={onFocus}
        />
        <span class="choice-label">
          <Templated text={field.label} />
          {field.validate?.required && (
            <span class="required" aria-hidden="true">
              {" "}
              *
            </span>
          )}
        </span>
      </label>
    </Frame>
  );
}

Checkbox.config = Standard.config;
export default Checkbox as unknown as FieldComponent;
