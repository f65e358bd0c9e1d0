/** Requests with a token that may run out, and answers or errors that say what happened. */

import createClient, { type Client } from "openapi-fetch";

import type { paths } from "../generated/schema";
import { readProblem, Unreachable } from "./problem";

export interface Connection {
  /** Where the facade is, without a path, such as `https://scripts.example`. */
  readonly base: string;
  /** The token to send, waiting for one where there is none. */
  token(): Promise<string>;
  /** The given token is no longer taken; resolves when there is another one. */
  renew(refused: string): Promise<string>;
  /** Told of each answer (true) and of each request without one (false). */
  reached?(isReached: boolean): void;
  readonly fetch?: typeof fetch;
}

/** A `fetch` that signs requests and signs them once more where the token has run out. */
export function signedFetch(connection: Connection): (request: Request) => Promise<Response> {
  const send = connection.fetch ?? ((request: Request) => fetch(request));
  const attempt = async (request: Request, token: string): Promise<Response> => {
    const signed = new Request(request.clone());
    signed.headers.set("Authorization", `Bearer ${token}`);
    try {
      const response = await send(signed);
      connection.reached?.(true);
      return response;
    } catch (error) {
      if (request.signal.aborted) throw error;
      connection.reached?.(false);
      throw new Unreachable("no answer", { cause: error });
    }
  };
  return async (request) => {
    const token = await connection.token();
    const response = await attempt(request, token);
    return response.status === 401 ? attempt(request, await connection.renew(token)) : response;
  };
}

export function typedClient(connection: Connection): Client<paths> {
  return createClient<paths>({ baseUrl: connection.base, fetch: signedFetch(connection) });
}

/** What openapi-fetch returns. */
interface Exchange {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** Return the answer's body, or throw the problem. */
export function bodyOf<T>(exchange: Exchange): T {
  if (!exchange.response.ok) throw readProblem(exchange.response, exchange.error);
  return exchange.data as T;
}
