import { Taglist as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";

import { isSameValue, narrowed } from "./choices";
import { Combobox } from "./combobox";
import { type FieldComponent, type FieldProps, Frame, useVoice } from "./frame";
import { type Choice, useChoices, useSearch } from "./search";

function Taglist(props: FieldProps<unknown[]>): VNode {
  const { field, value, disabled, readonly, onChange, domId } = props;
  const voice = useVoice();
  const own = useChoices(field);
  const [query, setQuery] = useState("");
  const found = useSearch(field, query);
  const [known, setKnown] = useState<readonly Choice[]>([]);
  const tags = value.map((one) => [...known, ...own].find((choice) => isSameValue(choice.value, one)) ?? { label: String(one), value: one });
  const free = useMemo(
    () => (found?.choices ?? narrowed(own, query)).filter((one) => !value.some((tag) => isSameValue(tag, one.value))),
    [found?.choices, own, query, value],
  );
  const remove = (tag: Choice) => {
    onChange({ value: value.filter((one) => !isSameValue(one, tag.value)) });
  };
  return (
    <Frame kind="taglist" props={props as never}>
      {tags.length > 0 && (
        <ul class="tags" aria-labelledby={`${domId}-label`}>
          {tags.map((tag) => (
            <li key={JSON.stringify(tag.value)} class="tag">
              {tag.label}
              {!disabled && !readonly && (
                <button
                  type="button"
                  aria-label={voice.say("tag_remove", { label: tag.label })}
                  onClick={() => {
                    remove(tag);
                  }}
                >
                  ×
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Combobox
        props={props as never}
        text={query}
        search={{ choices: free, state: found?.state ?? "found" }}
        onText={setQuery}
        onChoose={(choice) => {
          setQuery("");
          if (!choice) return;
          setKnown([...known, choice]);
          onChange({ value: [...value, choice.value] });
        }}
      />
    </Frame>
  );
}

Taglist.config = {
  ...Standard.config,
  sanitizeValue: (given: { formField: FieldProps<unknown>["field"]; value: unknown }) =>
    given.formField.properties?.["optionsFunction"] && Array.isArray(given.value)
      ? given.value
      : (Standard.config.sanitizeValue as (given: unknown) => unknown)(given),
};
export default Taglist as unknown as FieldComponent;
