/** What form-js doesn't know to complain about: fields of the player's own kinds that are half filled, dates gone by. */

import type { Voice } from "../locale/voice";
import type { Component } from "./schema";

const PHONE = /^\+(7\d{10}|(?!7)\d{8,15})$/;

export function complaintOf({ properties, disallowPassedDates, subtype }: Component, value: unknown, voice: Voice): string | null {
  if (typeof value !== "string" || !value) return null;
  const mask = properties?.["mask"];
  switch (properties?.["field"]) {
    case "phone":
      return PHONE.test(value) ? null : voice.say("v_phone");
    case "masked":
      return mask && value.length < mask.length ? voice.say("v_masked", { mask }) : null;
    case "money":
      return /^-?\d+$/.test(value) ? null : voice.say("v_number");
  }
  return disallowPassedDates && subtype === "date" && value < today() ? voice.say("v_date_past") : null;
}

/** The local day, as form-js writes it. */
export function today(now: Date = new Date()): string {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
