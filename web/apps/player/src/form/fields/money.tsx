import type { VNode } from "preact";

import { readMoney, showMoney } from "../values/money";
import { type FieldProps, useVoice } from "./frame";
import { Typed } from "./typed";

/** Kopecks; as digits where the field underneath is a text. */
export function Money(props: FieldProps<number | string | null>): VNode {
  const language = useVoice().language.value;
  const isText = props.field.type === "textfield";
  const kopecks = (value: number | string | null) => (value === null || value === "" ? null : Number(value));
  return (
    <Typed
      kind="money"
      props={props}
      shown={(value) => showMoney(kopecks(value), language)}
      read={(text) => {
        const sum = readMoney(text);
        if (sum === null && text.trim()) return isText ? text : ("NaN" as never);
        return isText ? (sum === null ? "" : String(sum)) : sum;
      }}
      input={{ inputMode: "decimal" }}
      after={
        <span class="adorner" aria-hidden="true">
          ₽
        </span>
      }
    />
  );
}
