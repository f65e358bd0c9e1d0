import { Radio as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";

import { isSameValue } from "./choices";
import { described, type FieldComponent, type FieldProps, Frame } from "./frame";
import { useChoices } from "./search";

function Radio(props: FieldProps<unknown>): VNode {
  const { field, domId, value, disabled, readonly, onChange, onBlur, onFocus } = props;
  const choices = useChoices(field);
  return (
    <Frame kind="radio" props={props as never} isGroup>
      <div class="choices" role="radiogroup" aria-labelledby={`${domId}-label`} data-choices {...described(props as never)}>
        {choices.map((choice, index) => {
          const id = index === 0 ? domId : `${domId}-${String(index)}`;
          return (
            <label key={id} class="choice" htmlFor={id}>
              <input
                id={id}
                type="radio"
                name={domId}
                checked={isSameValue(choice.value, value)}
                disabled={disabled || readonly}
                onChange={() => {
                  onChange({ value: choice.value });
                }}
                onBlur={onBlur}
                onFocus={onFocus}
              />
              <span class="choice-label">{choice.label}</span>
              {index < 9 && <kbd aria-hidden="true">{index + 1}</kbd>}
            </label>
          );
        })}
      </div>
    </Frame>
  );
}

Radio.config = Standard.config;
export default Radio as unknown as FieldComponent;
