import { describe, expect, it } from "vitest";

import { type Connection, createAuthoringApi, Problem, type Progress, Unreachable } from "../src";

function answering(...answers: Response[]) {
  const sent: Request[] = [];
  const connection: Connection = {
    base: "https://facade.example",
    token: () => Promise.resolve("key"),
    renew: () => Promise.reject(new Problem("unauthenticated", 401, "")),
    fetch: (request) => {
      sent.push(request as Request);
      return Promise.resolve(answers.shift() ?? new Response(null, { status: 500 }));
    },
  };
  return { sent, api: createAuthoringApi(connection) };
}

const stream = (...events: string[]) => new Response(events.map((event) => `${event}\n\n`).join(""));
const BODY = { roll_out: true, tests: "run" } as const;

describe("createAuthoringApi", () => {
  it("writes a file on the version that was seen", async () => {
    const { api, sent } = answering(Response.json({ version: 8 }));
    await expect(api.writeFile("payment", "tests/a b.yaml", "name: x", 7)).resolves.toEqual({ version: 8 });
    expect(sent[0]?.url).toBe("https://facade.example/api/v1/scripts/payment/draft/files/tests/a%20b.yaml");
    expect(sent[0]?.headers.get("if-match")).toBe('"7"');
    expect(await sent[0]?.text()).toBe("name: x");
  });

  it("says who has changed the draft", async () => {
    const body = { type: "urn:script-manager:problem:draft-changed", status: 412, title: "No", changed_by: "key:other" };
    const { api } = answering(Response.json(body, { status: 412 }));
    await expect(api.writeFile("payment", "a.form", "{}", 1)).rejects.toMatchObject({ kind: "draft-changed", members: { changed_by: "key:other" } });
  });

  it("tells of a publication until it is done", async () => {
    const { api, sent } = answering(
      stream('event: progress\ndata: {"stage": "check"}', ": ping", 'event: progress\ndata: {"stage": "test", "done": 1, "of": 2}', 'event: published\ndata: {"release": 3}'),
    );
    const told: Progress[] = [];
    await expect(api.publish("payment", BODY, (progress) => told.push(progress), new AbortController().signal)).resolves.toEqual({ release: 3 });
    expect(told).toEqual([{ stage: "check" }, { stage: "test", done: 1, of: 2 }]);
    expect(sent[0]?.headers.get("accept")).toBe("text/event-stream");
  });

  it("throws the problem that a publication ends with", async () => {
    const problem = '{"type": "urn:script-manager:problem:cases-failed", "status": 422, "title": "No", "report": {"cases": []}}';
    const { api } = answering(stream(`event: problem\ndata: ${problem}`));
    const published = api.publish("payment", BODY, () => undefined, new AbortController().signal);
    await expect(published).rejects.toMatchObject({ kind: "cases-failed", status: 422, members: { report: { cases: [] } } });
  });

  it("doesn't know what came of a publication whose stream broke off", async () => {
    const { api } = answering(stream('event: progress\ndata: {"stage": "deploy"}'));
    await expect(api.publish("payment", BODY, () => undefined, new AbortController().signal)).rejects.toBeInstanceOf(Unreachable);
  });
});
