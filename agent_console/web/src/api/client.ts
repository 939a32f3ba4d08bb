/** The one way to the REST interface: cookies, CSRF, time-outs, and refusals as named errors. */

/** The server refused and said why; `code` is a stable machine name that the console translates. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

/** No answer at all: the server or the network is away. */
export class ServerAway extends Error {
  override readonly name = "ServerAway";
}

/** Where the interface lives; what is said there keeps its meaning as long as this stays. */
export const API = "/api/v1";

const TIMEOUT_MS = 8_000;

type Method = "GET" | "POST" | "PUT" | "DELETE";

interface Exchange {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** The page may be going away: let the browser finish sending without it. */
  readonly keepalive?: boolean;
}

export interface Api {
  setCsrf(token: string | null): void;
  /** Resolves to null for an answer without content. Throws ApiError or ServerAway. */
  request<T>(method: Method, path: string, exchange?: Exchange): Promise<T>;
}

export function createApi(fetcher: typeof fetch = (...args) => fetch(...args)): Api {
  let csrf: string | null = null;

  /** Signing in again in another tab changes the token of them all. True when there is another one now. */
  async function renew(): Promise<boolean> {
    const response = await send(fetcher, "GET", "/session", {}, null);
    const { csrf: current } = response.ok ? ((await json(response)) as { csrf: string }) : { csrf };
    const changed = current !== csrf;
    csrf = current;
    return changed;
  }

  return {
    setCsrf: (token) => {
      csrf = token;
    },
    async request<T>(method: Method, path: string, exchange: Exchange = {}): Promise<T> {
      let response = await send(fetcher, method, path, exchange, csrf);
      let problem = response.ok ? null : await refusal(response);
      if (problem instanceof ApiError && problem.code === "bad_csrf" && (await renew())) {
        response = await send(fetcher, method, path, exchange, csrf);
        problem = response.ok ? null : await refusal(response);
      }
      if (problem) throw problem;
      return (response.status === 204 ? null : await json(response)) as T;
    },
  };
}

async function send(
  fetcher: typeof fetch,
  method: Method,
  path: string,
  exchange: Exchange,
  csrf: string | null,
): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (exchange.body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf !== null) headers["X-CSRF-Token"] = csrf;
  const timeout = AbortSignal.timeout(exchange.timeoutMs ?? TIMEOUT_MS);
  try {
    return await fetcher(`${API}${path}`, {
      method,
      headers,
      credentials: "same-origin",
      keepalive: exchange.keepalive ?? false,
      signal: exchange.signal ? AbortSignal.any([exchange.signal, timeout]) : timeout,
      ...(exchange.body === undefined ? {} : { body: JSON.stringify(exchange.body) }),
    });
  } catch (error) {
    if (exchange.signal?.aborted) throw error;
    throw new ServerAway(String(error));
  }
}

async function refusal(response: Response): Promise<Error> {
  // A proxy in front answers so when the server behind it is away.
  if (response.status === 502 || response.status === 503 || response.status === 504) {
    const problem = await problemOf(response);
    return problem.code ? new ApiError(response.status, problem.code, problem.detail) : new ServerAway();
  }
  const problem = await problemOf(response);
  return new ApiError(response.status, problem.code || `http_${response.status}`, problem.detail);
}

async function problemOf(response: Response): Promise<{ code: string; detail: string }> {
  try {
    const body: unknown = await response.json();
    const { code, detail } = body as { code?: unknown; detail?: unknown };
    return { code: typeof code === "string" ? code : "", detail: typeof detail === "string" ? detail : "" };
  } catch {
    return { code: "", detail: "" };
  }
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new ServerAway(`an answer that is no JSON: ${String(error)}`);
  }
}

/** The query part of an address, without what is empty. */
export function query(parameters: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(parameters).filter(([, v]) => v !== undefined && v !== null && v !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}`;
}
