import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { conceal, fillMask } from "../values/mask";
import { type FieldProps, useVoice } from "./frame";
import { Typed } from "./typed";

/** Personal data: closed when left, opened on demand, not offered to the browser's memory. */
export function Masked(props: FieldProps<string>): VNode {
  const voice = useVoice();
  const [isOpen, setOpen] = useState(false);
  const mask = props.field.properties?.["mask"];
  const format = (text: string) => (mask ? fillMask(text, mask) : text);
  return (
    <Typed
      kind="masked"
      props={props}
      shown={(value) => (isOpen ? value : conceal(value))}
      written={(value) => value}
      read={(text) => text}
      format={format}
      input={{ spellcheck: "false", ...(mask ? { placeholder: mask } : {}) }}
      after={
        <button
          type="button"
          class="inside"
          aria-pressed={isOpen}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          {voice.say(isOpen ? "conceal" : "reveal")}
        </button>
      }
    />
  );
}
