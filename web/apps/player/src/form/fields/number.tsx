import { Numberfield as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";

import { type FieldComponent, type FieldProps, Templated, useVoice } from "./frame";
import { Money } from "./money";
import { Typed } from "./typed";

export const NUMBER_KINDS = ["money"];

function Numberfield(props: FieldProps<number | string | null>): VNode {
  return props.field.properties?.["field"] === "money" ? <Money {...props} /> : <Plain {...props} />;
}

function Plain(props: FieldProps<number | string | null>): VNode {
  const language = useVoice().language.value;
  const { prefixAdorner, suffixAdorner } = props.field.appearance ?? {};
  return (
    <Typed
      kind="number"
      props={props}
      shown={(value) => (typeof value === "number" ? value.toLocaleString(language, { maximumFractionDigits: 20 }) : "")}
      written={(value) => (typeof value === "number" ? value.toLocaleString(language, { useGrouping: false, maximumFractionDigits: 20 }) : "")}
      read={(text) => {
        const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
        return plain === "" ? null : /^-?\d*\.?\d*$/.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : "NaN";
      }}
      input={{ inputMode: props.field.decimalDigits === 0 ? "numeric" : "decimal" }}
      before={prefixAdorner ? <span class="adorner"><Templated text={prefixAdorner} /></span> : null}
      after={suffixAdorner ? <span class="adorner"><Templated text={suffixAdorner} /></span> : null}
    />
  );
}

Numberfield.config = Standard.config;
export default Numberfield as unknown as FieldComponent;
