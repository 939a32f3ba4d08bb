/** A REST server that answers what the test says, in order, and remembers what it was asked. */

import { type Api, ApiError, ServerAway } from "../src/api/client";

export interface Asked {
  method: string;
  path: string;
  body: unknown;
}

type Answer = unknown | Error | Promise<unknown>;

export class FakeApi implements Api {
  readonly asked: Asked[] = [];
  /** How long each request was to wait for its answer, in milliseconds. */
  readonly patience: (number | undefined)[] = [];
  private readonly answers: Answer[] = [];
  csrf: string | null = null;

  /** The next answers; when there are none left, everything is answered with null. */
  answer(...answers: Answer[]): this {
    this.answers.push(...answers);
    return this;
  }

  setCsrf(token: string | null): void {
    this.csrf = token;
  }

  async request<T>(
    method: string,
    path: string,
    exchange: { body?: unknown; timeoutMs?: number } = {},
  ): Promise<T> {
    this.patience.push(exchange.timeoutMs);
    this.asked.push({ method, path, body: exchange.body });
    const answer = await (this.answers.length > 0 ? this.answers.shift() : null);
    if (answer instanceof Error) throw answer;
    return answer as T;
  }
}

export const away = () => new ServerAway("away");
export const refusal = (code: string, status = 409) => new ApiError(status, code, code);
