/** What form-js says in English becomes what people say, in the player's language. */

import type { SentenceName } from "../locale/sentences";
import type { Voice } from "../locale/voice";

const KNOWN: Readonly<Record<string, SentenceName>> = {
  "Field is required.": "v_required",
  "Field must match pattern {value}.": "v_pattern",
  "Field must have minimum value of {value}.": "v_min",
  "Field must have maximum value of {value}.": "v_max",
  "Field must have minimum length of {value}.": "v_min_length",
  "Field must have maximum length of {value}.": "v_max_length",
  "Value is not a number.": "v_number",
  "Value is expected to be an integer.": "v_whole",
  "Value is expected to have at most 1 decimal digit.": "v_decimals",
  "Value is expected to have at most {value} decimal digits.": "v_decimals",
  "Please select a valid value, the two nearest valid values are {previousValue} and {nextValue}.": "v_step",
  "Field must be a valid email.": "v_email",
  "Field must be a valid international phone number. (e.g. +4930664040900)": "v_phone",
};

/** form-js's `translate`. */
export function translator(voice: Voice): (template: string, facts?: Record<string, unknown>) => string {
  return (template, facts = {}) => {
    const name = KNOWN[template];
    if (!name) return template.replace(/\{(\w+)\}/g, (place, fact: string) => String(facts[fact] ?? place));
    const value = Number(facts["value"] ?? 1);
    return voice.say(name, {
      count: value,
      value,
      before: Number(facts["previousValue"]),
      after: Number(facts["nextValue"]),
    });
  };
}
