import type { VNode } from "preact";

import { readPhone, showPhone } from "../values/phone";
import type { FieldProps } from "./frame";
import { Typed } from "./typed";

export function Phone(props: FieldProps<string>): VNode {
  return <Typed kind="phone" props={props} shown={showPhone} read={readPhone} input={{ inputMode: "tel", placeholder: "+7" }} />;
}
