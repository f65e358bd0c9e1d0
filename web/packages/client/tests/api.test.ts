import { describe, expect, it } from "vitest";

import { type Connection, createScriptApi, Problem, Unreachable } from "../src";

function answering(...answers: (Response | Error)[]) {
  const sent: Request[] = [];
  const connection: Connection = {
    base: "https://facade.example",
    token: () => Promise.resolve("first"),
    renew: (refused) => Promise.resolve(`after ${refused}`),
    fetch: (request) => {
      sent.push(request as Request);
      const answer = answers.shift();
      return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer ?? new Error("asked once too often"));
    },
  };
  return { sent, api: createScriptApi(connection) };
}

describe("createScriptApi", () => {
  it("signs a request once more after its token was refused", async () => {
    const { api, sent } = answering(new Response("{}", { status: 401 }), Response.json([]));
    await expect(api.scripts()).resolves.toEqual([]);
    expect(sent.map((request) => request.headers.get("authorization"))).toEqual(["Bearer first", "Bearer after first"]);
  });

  it("sends the body again with the other token", async () => {
    const { api, sent } = answering(new Response("{}", { status: 401 }), Response.json({ id: "s" }));
    await api.submit("s", "step", { account: "1" }, "key");
    expect(await sent[1]?.json()).toEqual({ step: "step", answers: { account: "1" } });
    expect(sent[1]?.headers.get("idempotency-key")).toBe("key");
  });

  it("tells a problem from its word", async () => {
    const body = { type: "urn:script-manager:problem:answers-invalid", title: "No", status: 422, errors: { account: ["Нет"] } };
    const { api } = answering(Response.json(body, { status: 422 }));
    await expect(api.submit("s", "step", {}, "key")).rejects.toMatchObject({ kind: "answers-invalid", errors: { account: ["Нет"] } });
  });

  it("says that there was no answer", async () => {
    await expect(answering(new TypeError("network")).api.scripts()).rejects.toBeInstanceOf(Unreachable);
  });

  it("returns null where nothing has changed", async () => {
    const { api, sent } = answering(new Response(null, { status: 304 }));
    await expect(api.read("s", { wait: 20, etag: '"7"' })).resolves.toBeNull();
    expect(sent[0]?.headers.get("if-none-match")).toBe('"7"');
  });

  it.each([
    [503, "unknown", true],
    [429, "unknown", true],
    [409, "request-in-progress", true],
    [409, "step-changed", false],
    [500, "form-unsupported", false],
  ])("knows whether %i %s passes", (status, kind, isPassing) => {
    expect(new Problem(kind, status, "").isPassing).toBe(isPassing);
  });
});
