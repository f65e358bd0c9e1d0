import { Datetime as Standard } from "@bpmn-io/form-js-viewer";
import type { VNode } from "preact";

import { today } from "../kinds";
import { keepMoment, keepTime, localMoment, localTime, type TimeFormat } from "../values/moment";
import { described, type FieldComponent, type FieldProps, Frame } from "./frame";

const INPUTS: Readonly<Record<string, string>> = { date: "date", time: "time", datetime: "datetime-local" };

/** The browser's own picker: it knows the locale, the keyboard and the screen reader. */
function Datetime(props: FieldProps<string | null>): VNode {
  const { field, domId, value, disabled, readonly, onChange, onBlur, onFocus } = props;
  const subtype = field.subtype ?? "date";
  const format = (field.timeSerializingFormat ?? "utc_offset") as TimeFormat;
  const offset = new Date().getTimezoneOffset();
  const shown = subtype === "time" ? localTime(value ?? "", offset) : subtype === "datetime" ? localMoment(value ?? "", offset) : (value ?? "");
  const keep = (text: string) =>
    subtype === "time" ? keepTime(text, format, offset) : subtype === "datetime" ? keepMoment(text, format, offset) : text;
  return (
    <Frame kind="datetime" props={props as never} label={(subtype === "time" ? field.timeLabel : field.dateLabel) ?? field.label}>
      <div class="box">
        <input
          id={domId}
          type={INPUTS[subtype] ?? "date"}
          value={shown}
          min={field.disallowPassedDates && subtype === "date" ? today() : undefined}
          max={subtype === "time" ? undefined : subtype === "date" ? "9999-12-31" : "9999-12-31T23:59"}
          disabled={disabled}
          readOnly={readonly}
          {...described(props as never)}
          onInput={(event) => {
            onChange({ value: keep(event.currentTarget.value) || null });
          }}
          onBlur={onBlur}
          onFocus={onFocus}
        />
      </div>
    </Frame>
  );
}

Datetime.config = Standard.config;
export default Datetime as unknown as FieldComponent;
