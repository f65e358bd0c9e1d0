/** Dates and times between the browser's inputs and form-js's formats (form-js-viewer, render/components/util/dateTimeUtil). */

export type TimeFormat = "utc_offset" | "utc_normalized" | "no_timezone";

/** `14:30` of a local day as form-js keeps it; `offset` is in minutes, as `Date.getTimezoneOffset` counts. */
export function keepTime(time: string, format: TimeFormat, offset: number): string {
  if (!time || format === "no_timezone") return time;
  if (format === "utc_normalized") return `${shifted(time, offset)}Z`;
  const east = -offset;
  return `${time}${east < 0 ? "-" : "+"}${clock(Math.abs(east))}`;
}

/** The local `14:30` of what form-js keeps. */
export function localTime(kept: string, offset: number): string {
  const [, time = "", zone = ""] = /^(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(kept) ?? [];
  if (!zone) return time;
  const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  const east = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return shifted(time, -east - offset);
}

/** A local date and time as form-js keeps them together. */
export function keepMoment(local: string, format: TimeFormat, offset: number): string {
  const [date = "", time = ""] = local.split("T");
  if (!date || !time) return "";
  if (format !== "utc_normalized") return `${date}T${keepTime(time, format, offset)}`;
  return `${new Date(Date.parse(`${date}T${time}:00Z`) + offset * 60_000).toISOString().slice(0, 16)}Z`;
}

export function localMoment(kept: string, offset: number): string {
  const [date = "", time = ""] = kept.split("T");
  if (!date || !time) return "";
  if (!/Z|[+-]\d{2}:\d{2}$/.test(time)) return kept.slice(0, 16);
  return new Date(Date.parse(kept) - offset * 60_000).toISOString().slice(0, 16);
}

function shifted(time: string, minutes: number): string {
  const [hours = 0, rest = 0] = time.split(":").map(Number);
  return clock((((hours * 60 + rest + minutes) % 1440) + 1440) % 1440);
}

function clock(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
