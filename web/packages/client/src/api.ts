/** The script API as a player uses it, under `/api/v1`. */

import type { Answers, Handoff, HandoffRequest, HistoryEvent, Option, Reading, Script, Session, SessionSummary, StartRequest } from "./model";
import { readProblem } from "./problem";
import { bodyOf, type Connection, signedFetch, typedClient } from "./transport";

export interface ReadOptions {
  /** Seconds to wait for a change. */
  readonly wait?: number;
  readonly etag?: string | null;
  readonly signal?: AbortSignal;
}

export type ScriptApi = ReturnType<typeof createScriptApi>;

/** Every call throws `Problem` where it is refused and `Unreachable` where there is no answer. */
export function createScriptApi(connection: Connection) {
  const client = typedClient(connection);
  const send = signedFetch(connection);

  const at = (id: string) => ({ path: { session_id: id } });
  const reading = (exchange: { data?: unknown; error?: unknown; response: Response }): Reading => ({
    session: bodyOf<Session>(exchange),
    etag: exchange.response.headers.get("etag"),
  });

  return {
    scripts: async () => bodyOf<Script[]>(await client.GET("/api/v1/scripts")),
    start: async (body: StartRequest, key: string) =>
      reading(
        await client.POST("/api/v1/sessions", { params: { header: { "idempotency-key": key }, query: { wait: 1 } }, body }),
      ),
    /** Null where nothing has changed. */
    read: async (id: string, { wait = 0, etag = null, signal }: ReadOptions = {}): Promise<Reading | null> => {
      const exchange = await client.GET("/api/v1/sessions/{session_id}", {
        params: { ...at(id), query: { wait }, ...(etag ? { header: { "if-none-match": etag } } : {}) },
        ...(signal ? { signal } : {}),
      });
      return exchange.response.status === 304 ? null : reading(exchange);
    },
    submit: async (id: string, step: string, answers: Answers, key: string) =>
      reading(
        await client.POST("/api/v1/sessions/{session_id}/submit", {
          params: { ...at(id), header: { "idempotency-key": key }, query: { wait: 1 } },
          body: { step, answers: answers as never },
        }),
      ),
    saveInput: async (id: string, step: string, answers: Answers) => {
      bodyOf(
        await client.PUT("/api/v1/sessions/{session_id}/input", {
          params: at(id),
          body: { step, answers: answers as never },
        }),
      );
    },
    saveNotes: async (id: string, text: string) => {
      bodyOf(await client.PUT("/api/v1/sessions/{session_id}/notes", { params: at(id), body: { text } }));
    },
    retry: async (id: string) => reading(await client.POST("/api/v1/sessions/{session_id}/retry", { params: at(id) })),
    manual: async (id: string) => reading(await client.POST("/api/v1/sessions/{session_id}/manual", { params: at(id) })),
    cancel: async (id: string, reason: string) =>
      reading(await client.POST("/api/v1/sessions/{session_id}/cancel", { params: at(id), body: { reason } })),
    history: async (id: string) =>
      bodyOf<HistoryEvent[]>(await client.GET("/api/v1/sessions/{session_id}/history", { params: at(id) })),
    /** `isConfirmed` gives up parallel branches. */
    back: async (id: string, to: string | null, isConfirmed: boolean, key: string) =>
      reading(
        await client.POST("/api/v1/sessions/{session_id}/back", {
          params: { ...at(id), header: { "idempotency-key": key }, query: { wait: 1 } },
          body: { to, confirm: isConfirmed },
        }),
      ),
    handoff: async (id: string, body: HandoffRequest) =>
      bodyOf<Session>(await client.POST("/api/v1/sessions/{session_id}/handoff", { params: at(id), body })),
    claim: async (id: string, takeover: boolean, reason?: string) =>
      bodyOf<Session>(
        await client.POST("/api/v1/sessions/{session_id}/claim", {
          params: at(id),
          body: { takeover, ...(reason ? { reason } : {}) },
        }),
      ),
    /** Sessions that are not over, of a customer or under the caller's own id. */
    open: async (of: { readonly customer?: string; readonly external_id?: string }) =>
      bodyOf<{ items: SessionSummary[] }>(
        await client.GET("/api/v1/sessions", { params: { query: { ...of, state: "open", limit: 20 } } }),
      ).items,
    handoffs: async (team: string | null) =>
      bodyOf<Handoff[]>(await client.GET("/api/v1/handoffs", { params: { query: team ? { team } : {} } })),
    options: async (id: string, field: string, q: string, step: string, signal?: AbortSignal) =>
      bodyOf<Option[]>(
        await client.GET("/api/v1/sessions/{session_id}/options/{field}", {
          params: { path: { session_id: id, field }, query: { q: q.slice(0, 200), step } },
          ...(signal ? { signal } : {}),
        }),
      ),
    /** The body of a stream of events; the caller reads it with `readEvents`. */
    events: async (sessions: readonly string[], teams: readonly string[], signal: AbortSignal) => {
      const query = new URLSearchParams([...sessions.map((id) => ["session", id]), ...teams.map((team) => ["team", team])]);
      const response = await send(
        new Request(`${connection.base}/api/v1/events?${query}`, { headers: { Accept: "text/event-stream" }, signal }),
      );
      if (!response.ok || !response.body) throw readProblem(response, await response.json().catch(() => null));
      return response.body;
    },
  };
}
