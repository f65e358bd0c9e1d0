/** What can come instead of an answer. */

const PREFIX = "urn:script-manager:problem:";

/** The API refused a request; RFC 9457. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    /** The last word of `type`, such as `step-changed`. */
    readonly kind: string,
    readonly status: number,
    readonly title: string,
    readonly detail: string | null = null,
    /** What is wrong, by field. */
    readonly errors: Readonly<Record<string, readonly string[]>> = {},
    /** Seconds after which another try makes sense. */
    readonly retryAfter: number | null = null,
  ) {
    super(title);
  }

  /** Further members, such as the branches that going back would give up. */
  members: Readonly<Record<string, unknown>> = {};

  /** Whether the same request may be carried out later as it is. */
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 502 || this.kind === "request-in-progress";
  }
}

/** No answer: the network, the facade or a proxy between them is away. Whether the request arrived is not known. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Read a problem out of an answer whose body may be anything. */
export function readProblem(response: Response, body: unknown): Problem {
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return problemIn(body, response.status, response.statusText, Number.isFinite(retryAfter) ? retryAfter : null);
}

/** Read a problem that came in another way, such as in a stream; it says its status itself where none is given. */
export function problemIn(body: unknown, status?: number, title = "", retryAfter: number | null = null): Problem {
  const found = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const type = text(found["type"]) ?? "";
  const problem = new Problem(
    type.startsWith(PREFIX) ? type.slice(PREFIX.length) : "unknown",
    status ?? (Number(found["status"]) || 500),
    text(found["title"]) ?? title,
    text(found["detail"]),
    (found["errors"] ?? {}) as Record<string, string[]>,
    retryAfter,
  );
  problem.members = found;
  return problem;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
