import { Textarea as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";

import { described, type FieldComponent, type FieldProps, Frame } from "./frame";

function Textarea(props: FieldProps<string>): VNode {
  const { domId, value, disabled, readonly, onChange, onBlur, onFocus } = props;
  return (
    <Frame kind="textarea" props={props as never}>
      <div class="box">
        <textarea
          id={domId}
          rows={3}
          value={value}
          disabled={disabled}
          readOnly={readonly}
          {...described(props as never)}
          onInput={(event) => {
            onChange({ value: event.currentTarget.value });
          }}
          onBlur={onBlur}
          onFocus={onFocus}
        />
      </div>
    </Frame>
  );
}

Textarea.config = Standard.config;
export default Textarea as unknown as FieldComponent;
