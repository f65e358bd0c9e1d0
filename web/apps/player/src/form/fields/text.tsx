import { Text as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";

import { type FieldComponent, type FieldProps, useVoice } from "./frame";

/** What the operator says: set apart from what is filled in. */
function Text(props: FieldProps<never>): VNode {
  const voice = useVoice();
  return (
    <section class="spoken" aria-label={voice.say("say_label")}>
      <div data-spoken>
        <Standard {...props} />
      </div>
    </section>
  );
}

Text.config = Standard.config;
export default Text as unknown as FieldComponent;
