import { describe, expect, it } from "vitest";

import { readEvents } from "../src";

function bodyOf(...chunks: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
}

describe("readEvents", () => {
  it.each([
    ["an event", ['event: session\nid: "7"\ndata: {}\n\n'], [{ type: "session", id: '"7"', data: "{}" }]],
    ["an event in pieces", ["event: ses", "sion\ndata: {", "}\n", "\n"], [{ type: "session", id: null, data: "{}" }]],
    ["lines that end otherwise", ["event: end\r\ndata: x\r\n\r\n"], [{ type: "end", id: null, data: "x" }]],
    ["a comment", [": alive\n\n"], [{ type: "comment", id: null, data: "" }]],
    ["data of several lines", ["data: a\ndata: b\n\n"], [{ type: "message", id: null, data: "a\nb" }]],
    ["an event that was cut off", ["event: session\ndata: {"], []],
  ])("reads %s", async (_, chunks, expected) => {
    const found = [];
    for await (const event of readEvents(bodyOf(...chunks))) found.push(event);
    expect(found).toEqual(expected);
  });

  it("reads a letter whose bytes come apart", async () => {
    const bytes = new TextEncoder().encode("data: ж\n\n");
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, 7));
        controller.enqueue(bytes.slice(7));
        controller.close();
      },
    });
    for await (const event of readEvents(body)) expect(event.data).toBe("ж");
  });
});
