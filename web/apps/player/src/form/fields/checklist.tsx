import { Checklist as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";

import { isSameValue } from "./choices";
import { described, type FieldComponent, type FieldProps, Frame } from "./frame";
import { useChoices } from "./search";

function Checklist(props: FieldProps<unknown[]>): VNode {
  const { field, domId, value, disabled, readonly, onChange, onBlur, onFocus } = props;
  const choices = useChoices(field);
  const { "aria-describedby": describedBy } = described(props as never);
  return (
    <Frame kind="checklist" props={props as never} isGroup>
      <div class="choices" role="group" aria-labelledby={`${domId}-label`} data-choices aria-describedby={describedBy as string | undefined}>
        {choices.map((choice, index) => {
          const id = index === 0 ? domId : `${domId}-${String(index)}`;
          const isChosen = value.some((one) => isSameValue(one, choice.value));
          return (
            <label key={id} class="choice" htmlFor={id}>
              <input
                id={id}
                type="checkbox"
                checked={isChosen}
                disabled={disabled || readonly}
                onChange={() => {
                  onChange({
                    value: isChosen ? value.filter((one) => !isSameValue(one, choice.value)) : [...value, choice.value],
                  });
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

Checklist.config = Standard.config;
export default Checklist as unknown as FieldComponent;
