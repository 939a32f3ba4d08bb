import { describe, expect, it, vi } from "vitest";
import { ApiError, createApi, query, ServerAway } from "./client";

function answering(status: number, body: unknown, type = "application/json") {
  return vi.fn(async (_path: string | URL | Request, _init?: RequestInit) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(status === 204 ? null : text, { status, headers: { "Content-Type": type } });
  });
}

const headersOf = (fetcher: ReturnType<typeof answering>) =>
  fetcher.mock.calls[0]?.[1]?.headers as Record<string, string>;

describe("what is sent", () => {
  it("carries the CSRF token with everything that changes something, and only then", async () => {
    for (const [method, expected] of [
      ["GET", undefined],
      ["POST", "t0k"],
      ["DELETE", "t0k"],
    ] as const) {
      const fetcher = answering(204, "");
      const api = createApi(fetcher);
      api.setCsrf("t0k");
      await api.request(method, "/x");
      expect(headersOf(fetcher)["X-CSRF-Token"]).toBe(expected);
    }
  });

  it("carries the new token once when another tab has signed in anew", async () => {
    const fetcher = vi.fn(async (path: string | URL | Request, init?: RequestInit) => {
      if (path === "/api/v1/session") return Response.json({ csrf: "new" });
      const token = new Headers(init?.headers).get("X-CSRF-Token");
      return token === "new"
        ? Response.json({ ok: 1 })
        : Response.json({ code: "bad_csrf" }, { status: 403 });
    });
    const api = createApi(fetcher);
    api.setCsrf("old");
    expect(await api.request("POST", "/x", { body: {} })).toEqual({ ok: 1 });
    api.setCsrf("new");
    fetcher.mockImplementation(async (path) =>
      path === "/api/v1/session"
        ? Response.json({ csrf: "new" })
        : Response.json({ code: "bad_csrf" }, { status: 403 }),
    );
    await expect(api.request("POST", "/x")).rejects.toMatchObject({ code: "bad_csrf" });
  });

  it("builds an address from what is given", () => {
    expect(query({ q: "王 & co", queue: "", agent: undefined, limit: 50, cursor: null })).toBe(
      "?q=%E7%8E%8B+%26+co&limit=50",
    );
    expect(query({})).toBe("");
  });
});

describe("what comes back", () => {
  it("is the JSON, or null without content", async () => {
    expect(await createApi(answering(200, { a: 1 })).request("GET", "/x")).toEqual({ a: 1 });
    expect(await createApi(answering(204, "")).request("POST", "/x")).toBeNull();
  });

  it("is a refusal with its machine name", async () => {
    const api = createApi(
      answering(409, { code: "not_ringing", detail: "gone" }, "application/problem+json"),
    );
    const error = await api.request("POST", "/x").catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 409, code: "not_ringing", detail: "gone" });
  });

  it("is a refusal also when the body is not what we expect", async () => {
    const error = await createApi(answering(418, "<html>"))
      .request("GET", "/x")
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ status: 418, code: "http_418" });
  });

  it.each([
    ["no network", vi.fn(async () => Promise.reject(new TypeError("failed to fetch")))],
    ["a proxy without a server behind it", answering(502, "<html>")],
    ["an answer that is no JSON", answering(200, "<html>")],
  ])("is a server that is away: %s", async (_, fetcher) => {
    await expect(createApi(fetcher).request("GET", "/x")).rejects.toThrow(ServerAway);
  });

  it("is the abort itself when the page gave up, not trouble with the server", async () => {
    const controller = new AbortController();
    const fetcher = vi.fn(async () => {
      controller.abort();
      throw new DOMException("aborted", "AbortError");
    });
    const failed = createApi(fetcher).request("GET", "/x", { signal: controller.signal });
    await expect(failed).rejects.toMatchObject({ name: "AbortError" });
  });
});
