import { Select as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";

import { Combobox } from "./combobox";
import { type FieldComponent, type FieldProps, Frame } from "./frame";
import { type Choice, useChoices, useSearch } from "./search";
import { isSameValue, narrowed } from "./choices";

function Select(props: FieldProps<unknown>): VNode {
  const { field, value, onChange } = props;
  const own = useChoices(field);
  const [query, setQuery] = useState<string | null>(null);
  const found = useSearch(field, query ?? "");
  const [chosen, setChosen] = useState<Choice | null>(null);
  const choices = found?.choices ?? own;
  const isEmpty = value === null || value === undefined || value === "";
  const current = isEmpty ? null : (choices.find((one) => isSameValue(one.value, value)) ?? (isSameValue(chosen?.value, value) ? chosen : null));
  const fitting = useMemo(() => narrowed(own, query), [own, query]);

  useEffect(() => {
    if (!found && !isEmpty && !own.some((one) => isSameValue(one.value, value))) onChange({ value: null });
  }, [found === null, own, value]);

  return (
    <Frame kind="select" props={props as never}>
      <Combobox
        props={{
          ...props,
          onBlur: () => {
            setQuery(null);
            props.onBlur();
          },
        } as never}
        text={query ?? current?.label ?? (isEmpty ? "" : String(value))}
        search={found ?? { choices: fitting, state: "found" }}
        onText={(text) => {
          setQuery(text);
          if (!text && !isEmpty) onChange({ value: null });
        }}
        onChoose={(choice) => {
          setChosen(choice);
          setQuery(null);
          onChange({ value: choice?.value ?? null });
        }}
      />
    </Frame>
  );
}

Select.config = {
  ...Standard.config,
  // A value that a function found isn't among the options of the form: form-js would drop it.
  sanitizeValue: (given: { formField: FieldProps<unknown>["field"]; value: unknown }) =>
    given.formField.properties?.["optionsFunction"] ? given.value : (Standard.config.sanitizeValue as (given: unknown) => unknown)(given),
};
export default Select as unknown as FieldComponent;
