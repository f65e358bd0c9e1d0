import { Textfield as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";

import { Address } from "./address";
import { described, type FieldComponent, type FieldProps, Frame, Templated } from "./frame";
import { Masked } from "./masked";
import { Money } from "./money";
import { Phone } from "./phone";

const KINDS: Readonly<Record<string, (props: FieldProps<string>) => VNode>> = {
  phone: Phone,
  address: Address,
  masked: Masked,
  money: Money as unknown as (props: FieldProps<string>) => VNode,
};
export const TEXT_KINDS = Object.keys(KINDS);

function Textfield(props: FieldProps<string>): VNode {
  const Kind = KINDS[props.field.properties?.["field"] ?? ""] ?? Plain;
  return <Kind {...props} />;
}

function Plain(props: FieldProps<string>): VNode {
  const { field, domId, value, disabled, readonly, onChange, onBlur, onFocus } = props;
  const { prefixAdorner, suffixAdorner } = field.appearance ?? {};
  return (
    <Frame kind="text" props={props as never}>
      <div class="box">
        {prefixAdorner && <span class="adorner"><Templated text={prefixAdorner} /></span>}
        <input
          id={domId}
          type={field.validate?.validationType === "email" ? "email" : "text"}
          value={value}
          disabled={disabled}
          readOnly={readonly}
          autocomplete="off"
          {...described(props as never)}
          onInput={(event) => {
            onChange({ value: event.currentTarget.value });
          }}
          onBlur={onBlur}
          onFocus={onFocus}
        />
        {suffixAdorner && <span class="adorner"><Templated text={suffixAdorner} /></span>}
      </div>
    </Frame>
  );
}

Textfield.config = Standard.config;
export default Textfield as unknown as FieldComponent;
