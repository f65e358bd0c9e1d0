/** Server-Sent Events out of a fetched body. Source: WHATWG HTML, 9.2.6 "Interpreting an event stream". */

export interface StreamEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string | null;
}

/** Yield events; a comment comes as an event of the type `comment`, so that its reader knows the stream is alive. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) yield parseEvent(block);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseEvent(block: string): StreamEvent {
  let type: string | null = null;
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === "event") type = value;
    else if (name === "data") data.push(value);
    else if (name === "id") id = value;
  }
  return { type: type ?? (data.length ? "message" : "comment"), data: data.join("\n"), id };
}
