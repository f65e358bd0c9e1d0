import { describe, expect, it } from "vitest";

import { conceal, fillMask } from "../src/form/values/mask";
import { keepMoment, keepTime, localMoment, localTime, type TimeFormat } from "../src/form/values/moment";
import { readMoney, showMoney } from "../src/form/values/money";
import { readPhone, showPhone } from "../src/form/values/phone";

describe("phone", () => {
  it.each([
    ["8 900 123-45-67", "+79001234567"],
    ["+7 (900) 123 45 67", "+79001234567"],
    ["9001234567", "+79001234567"],
    ["+375 29 123-45-67", "+375291234567"],
    ["", ""],
    ["+", ""],
  ])("reads %s", (text, phone) => {
    expect(readPhone(text)).toBe(phone);
  });

  it.each([
    ["+79001234567", "+7 900 123-45-67"],
    ["+7900", "+7 900"],
    ["+7", "+7"],
    ["+375291234567", "+375291234567"],
  ])("shows %s", (phone, text) => {
    expect(showPhone(phone)).toBe(text);
  });
});

describe("money", () => {
  it.each([
    ["1 000,5", 100050],
    ["1000.50", 100050],
    ["0,07", 7],
    ["-5", -500],
    ["1 000 ₽", 100000],
    ["12,345", null],
    ["сто", null],
    ["", null],
  ])("reads %s", (text, kopecks) => {
    expect(readMoney(text)).toBe(kopecks);
  });

  it.each([
    [100050, "ru", "1\u00a0000,50"],
    [100000, "en", "1,000"],
    [7, "ru", "0,07"],
    [null, "ru", ""],
  ])("shows %s in %s", (kopecks, language, text) => {
    expect(showMoney(kopecks, language)).toBe(text);
  });

  it("loses no kopeck of sums up to ten billion roubles", () => {
    for (const kopecks of [1, 29, 57, 115, 999_999_999_999]) {
      expect(readMoney(showMoney(kopecks, "ru"))).toBe(kopecks);
    }
  });
});

describe("mask", () => {
  it.each([
    ["4510123456", "00 00 000000", "45 10 123456"],
    ["45a10", "00 00 000000", "45 10"],
    ["45 10 12", "00 00 000000", "45 10 12"],
    ["451012345678", "00 00 000000", "45 10 123456"],
    ["", "00 00", ""],
    ["ab12", "AA-00", "ab-12"],
  ])("fills %s into %s", (text, mask, filled) => {
    expect(fillMask(text, mask)).toBe(filled);
  });

  it("leaves the last four characters to be read", () => {
    expect(conceal("45 10 123456")).toBe("•• •• ••3456");
    expect(conceal("123")).toBe("123");
  });
});

describe("moments", () => {
  const MOSCOW = -180;

  it.each<[TimeFormat, string]>([
    ["utc_offset", "14:30+03:00"],
    ["utc_normalized", "11:30Z"],
    ["no_timezone", "14:30"],
  ])("keeps a time as %s and shows it again", (format, kept) => {
    expect(keepTime("14:30", format, MOSCOW)).toBe(kept);
    expect(localTime(kept, MOSCOW)).toBe("14:30");
  });

  it.each<[TimeFormat, string]>([
    ["utc_offset", "2026-12-01T01:30+03:00"],
    ["utc_normalized", "2026-11-30T22:30Z"],
    ["no_timezone", "2026-12-01T01:30"],
  ])("keeps a date and time as %s and shows it again", (format, kept) => {
    expect(keepMoment("2026-12-01T01:30", format, MOSCOW)).toBe(kept);
    expect(localMoment(kept, MOSCOW)).toBe("2026-12-01T01:30");
  });

  it("keeps nothing of half a moment", () => {
    expect(keepMoment("2026-12-01T", "utc_offset", MOSCOW)).toBe("");
  });
});
