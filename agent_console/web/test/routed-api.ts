/** A REST server that answers by address, as the console's pages need it; a test may say otherwise. */

import { type Api, ApiError, ServerAway } from "../src/api/client";
import type { Me } from "../src/api/rest";
import { anOwnDay } from "./entities";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export class RoutedApi implements Api {
  readonly asked: Asked[] = [];
  /** Answers by "METHOD /path", before the usual ones. An Error is thrown. */
  /** By method and address; a function is asked with the whole address. */
  readonly answers = new Map<string, unknown>();
  away = false;

  constructor(private readonly me: Me | null) {}

  setCsrf(): void {}

  async request<T>(method: string, path: string, exchange: { body?: unknown } = {}): Promise<T> {
    const bare = path.split("?")[0] ?? path;
    this.asked.push({ method, path, body: exchange.body });
    if (this.away) throw new ServerAway();
    const key = `${method} ${bare}`;
    const given = this.answers.has(key) ? this.answers.get(key) : this.usual(method, bare);
    const answer = typeof given === "function" ? await given(path) : given;
    if (answer instanceof Error) throw answer;
    return answer as T;
  }

  /** What was sent to this address, without the reading that pages do by themselves. */
  sent(): Asked[] {
    return this.asked.filter(({ method }) => method !== "GET");
  }

  private usual(method: string, path: string): unknown {
    if (path === "/session") {
      return method === "DELETE" ? null : (this.me ?? new ApiError(401, "not_signed_in", ""));
    }
    if (method !== "GET") return null;
    if (path === "/agent/day") return anOwnDay();
    if (path.includes("/wrap-ups/")) return { note: "", disposition: null };
    return { items: [], next: null, timeline: [] };
  }
}
