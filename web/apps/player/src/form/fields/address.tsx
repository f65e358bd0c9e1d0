import type { VNode } from "preact";

import { Combobox } from "./combobox";
import { described, type FieldProps, Frame } from "./frame";
import { useSearch } from "./search";

/** One line of address; a function proposes whole ones where the field names it, and any other may be written. */
export function Address(props: FieldProps<string>): VNode {
  const { field, domId, value, disabled, readonly, onChange, onBlur, onFocus } = props;
  const search = useSearch(field, value);
  if (!search) {
    return (
      <Frame kind="address" props={props as never}>
        <div class="box">
          <textarea
            id={domId}
            rows={2}
            value={value}
            disabled={disabled}
            readOnly={readonly}
            autocomplete="off"
            {...described(props as never)}
            onInput={(event) => {
              onChange({ value: event.currentTarget.value.replace(/\s*\n\s*/g, ", ") });
            }}
            onBlur={onBlur}
            onFocus={onFocus}
          />
        </div>
      </Frame>
    );
  }
  return (
    <Frame kind="address" props={props as never}>
      <Combobox
        props={props as never}
        text={value}
        search={search}
        isFree
        onText={(text) => {
          onChange({ value: text });
        }}
        onChoose={(option) => {
          onChange({ value: option?.label ?? "" });
        }}
      />
    </Frame>
  );
}
