/** The authoring API as a studio uses it, under `/api/v1`: drafts, what is wrong with them, releases, rollouts. */

import { readEvents } from "./events";
import type {
  AuthoredScript,
  Diff,
  Draft,
  Findings,
  NewRelease,
  NewRollout,
  Progress,
  PublishedDraft,
  Release,
  Report,
  Rollout,
  Template,
} from "./model";
import { problemIn, readProblem, Unreachable } from "./problem";
import { bodyOf, type Connection, signedFetch, typedClient } from "./transport";

/** A release's number, or what is being changed. */
export type State = number | "draft";

export type AuthoringApi = ReturnType<typeof createAuthoringApi>;

/** Every call throws `Problem` where it is refused and `Unreachable` where there is no answer. */
export function createAuthoringApi(connection: Connection) {
  const client = typedClient(connection);
  const send = signedFetch(connection);
  const at = (script: string) => ({ path: { script } });
  const seen = (script: string, version: number) => ({ ...at(script), header: { "if-match": `"${String(version)}"` } });
  const address = (script: string, rest: string) => `${connection.base}/api/v1/scripts/${encodeURIComponent(script)}/${rest}`;
  const answered = async (request: Request): Promise<Response> => {
    const response = await send(request);
    if (!response.ok) throw readProblem(response, await response.json().catch(() => null));
    return response;
  };
  const text = async (url: string) => (await answered(new Request(url))).text();

  return {
    drafts: async () => bodyOf<AuthoredScript[]>(await client.GET("/api/v1/drafts")),
    draft: async (script: string) => bodyOf<Draft>(await client.GET("/api/v1/scripts/{script}/draft", { params: at(script) })),
    /** A new draft: empty, or with what a release was made of. */
    begin: async (script: string, from: number | null = null) =>
      bodyOf<Draft>(await client.PUT("/api/v1/scripts/{script}/draft", { params: at(script), body: { from_release: from } })),
    readFile: (script: string, name: string) => text(address(script, `draft/files/${pathOf(name)}`)),
    writeFile: async (script: string, name: string, content: string, version: number): Promise<Draft> => {
      const headers = { "If-Match": `"${String(version)}"`, "Content-Type": "application/octet-stream" };
      const url = address(script, `draft/files/${pathOf(name)}`);
      return (await answered(new Request(url, { method: "PUT", headers, body: content }))).json();
    },
    deleteFile: async (script: string, name: string, version: number): Promise<Draft> => {
      const url = address(script, `draft/files/${pathOf(name)}`);
      return (await answered(new Request(url, { method: "DELETE", headers: { "If-Match": `"${String(version)}"` } }))).json();
    },
    check: async (script: string) =>
      bodyOf<Findings>(await client.POST("/api/v1/scripts/{script}/draft/check", { params: at(script) })),
    test: async (script: string) =>
      bodyOf<Report>(await client.POST("/api/v1/scripts/{script}/draft/test", { params: at(script) })),
    templates: async (language: "ru" | "en") =>
      bodyOf<Template[]>(await client.GET("/api/v1/element-templates", { params: { query: { language } } })),
    releases: async (script: string) =>
      bodyOf<Release[]>(await client.GET("/api/v1/scripts/{script}/releases", { params: at(script) })),
    /** The names of the files that a release was made of. */
    sources: async (script: string, number: number) =>
      bodyOf<{ sources: { name: string }[] }>(
        await client.GET("/api/v1/scripts/{script}/releases/{number}", { params: { path: { script, number } } }),
      ).sources.map(({ name }) => name),
    releaseFile: (script: string, number: number, name: string) =>
      text(address(script, `releases/${String(number)}/files/${pathOf(name)}?of=sources`)),
    diff: async (script: string, from: State, to: State) =>
      bodyOf<Diff>(
        await client.GET("/api/v1/scripts/{script}/diff", { params: { ...at(script), query: { from, to } } }),
      ),
    rollout: async (script: string) =>
      bodyOf<Rollout>(await client.GET("/api/v1/scripts/{script}/rollout", { params: at(script) })),
    switchRollout: async (script: string, body: NewRollout, version: number) =>
      bodyOf<Rollout>(await client.PUT("/api/v1/scripts/{script}/rollout", { params: seen(script, version), body })),
    rollBack: async (script: string) =>
      bodyOf<Rollout>(await client.POST("/api/v1/scripts/{script}/rollback", { params: at(script) })),
    /** Publish a draft and tell of each stage as it begins; aborting `signal` stops it. */
    publish: async (
      script: string,
      body: NewRelease,
      tell: (progress: Progress) => void,
      signal: AbortSignal,
    ): Promise<PublishedDraft> => {
      const headers = { Accept: "text/event-stream", "Content-Type": "application/json" };
      const request = new Request(address(script, "releases"), { method: "POST", headers, body: JSON.stringify(body), signal });
      const stream = (await answered(request)).body;
      if (stream) {
        for await (const event of readEvents(stream)) {
          if (event.type === "progress") tell(JSON.parse(event.data) as Progress);
          if (event.type === "published") return JSON.parse(event.data) as PublishedDraft;
          if (event.type === "problem") throw problemIn(JSON.parse(event.data));
        }
      }
      // Whether it was carried out is not known; the same publication again goes on from there.
      throw new Unreachable("the stream broke off");
    },
  };
}

/** A file's name within a path: its folders stay folders. */
function pathOf(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

