/** A server to look at the console without Ringdesk: `npm run dev`. Plays scenes; never part of the build. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Plugin, PreviewServer, ViteDevServer } from "vite";
import { type WebSocket, WebSocketServer } from "ws";
import { API } from "../src/api/client.ts";
import type { OwnDay } from "../src/api/rest.ts";
import { ago } from "./ago.ts";
import { CUSTOMERS } from "./customers.ts";
import { callDetail, callRow } from "./past-calls.ts";
import { floor, me, type Scene } from "./scenes.ts";

const FAKE_LINE = fileURLToPath(new URL("./fake-line.ts", import.meta.url));
const ROWS = 10_000;
const PAGE = 100;

interface Mock {
  scene: Scene;
  role: "agent" | "supervisor" | null;
  seq: number;
  saved: Record<string, unknown>;
  refuse: string | null;
}

export function mockServer(): Plugin {
  const mock: Mock = { scene: "idle", role: null, seq: 0, saved: {}, refuse: null };
  const sockets = new WebSocketServer({ noServer: true });
  const attach = (server: ViteDevServer | PreviewServer) => {
    server.httpServer?.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.url !== `${API}/live`) return;
      sockets.handleUpgrade(request, socket, head, (client) => greet(client, mock));
    });
    server.middlewares.use((request, response, next) => {
      const url = new URL(request.url ?? "/", "http://mock");
      if (url.pathname.startsWith("/__mock/")) control(url, mock, sockets, response);
      else if (url.pathname.startsWith(`${API}/`)) void answer(request, url, mock, response);
      else next();
    });
  };
  return {
    name: "ringdesk-mock",
    enforce: "pre",
    resolveId: (source) => (source.endsWith("phone/jssip-line") ? FAKE_LINE : null),
    configureServer: attach,
    configurePreviewServer: attach,
  };
}

function greet(client: WebSocket, mock: Mock): void {
  client.on("message", () => undefined);
  client.send(snapshot(mock));
  client.send(JSON.stringify({ type: "phone_owner", owner: "you" }));
}

function snapshot(mock: Mock): string {
  mock.seq += 1;
  const now = new Date().toISOString();
  return JSON.stringify({ type: "snapshot", epoch: "mock", seq: mock.seq, now, state: floor(mock.scene) });
}

/** GET /__mock/scene?name=ringing · /__mock/drop · /__mock/end?code=4401 · /__mock/phone?owner=another · /__mock/refuse?code=not_ringing */
function control(url: URL, mock: Mock, sockets: WebSocketServer, response: ServerResponse): void {
  if (url.pathname === "/__mock/scene") {
    mock.scene = (url.searchParams.get("name") ?? "idle") as Scene;
    for (const client of sockets.clients) client.send(snapshot(mock));
  } else if (url.pathname === "/__mock/drop") {
    for (const client of sockets.clients) client.terminate();
  } else if (url.pathname === "/__mock/end") {
    mock.role = null;
    for (const client of sockets.clients) client.close(Number(url.searchParams.get("code")));
  } else if (url.pathname === "/__mock/phone") {
    const owner = url.searchParams.get("owner");
    for (const client of sockets.clients) client.send(JSON.stringify({ type: "phone_owner", owner }));
  } else if (url.pathname === "/__mock/refuse") {
    mock.refuse = url.searchParams.get("code");
  }
  json(response, 200, { scene: mock.scene });
}

async function answer(
  request: IncomingMessage,
  url: URL,
  mock: Mock,
  response: ServerResponse,
): Promise<void> {
  const path = url.pathname.slice(API.length);
  const body = await bodyOf(request);
  if (path === "/session") return session(request, body, mock, response);
  if (mock.refuse && request.method !== "GET") {
    return json(response, 409, { code: mock.refuse, detail: "mock", title: "Conflict", status: 409 });
  }
  if (path === "/calls" || path === "/agent/calls") return page(url, response);
  if (path === "/agent/day") return json(response, 200, ownDay(url));
  if (path.includes("/wrap-ups/")) {
    if (request.method === "PUT") mock.saved = body;
    return json(response, 200, { note: "", disposition: null, ...mock.saved });
  }
  if (path.startsWith("/refused-calls/")) return json(response, 200, { number: "+8613912345678" });
  if (path === "/refused-calls") return json(response, 200, { items: refusedCalls(), next: null });
  if (path.endsWith("/abandoned")) return json(response, 200, { day: "2026-11-20", items: abandoned(path) });
  if (path === "/customers") return json(response, 200, { items: found(url) });
  if (path.startsWith("/customers/")) {
    return json(
      response,
      200,
      CUSTOMERS.find(({ id }) => path === `/customers/${id}`),
    );
  }
  if (path === "/test-call") return json(response, 200, { call: "rd-4" });
  if (/^\/calls\/[^/]+$/.test(path))
    return json(response, 200, callDetail(decodeURIComponent(path.slice(7))));
  response.writeHead(204).end();
}

function session(
  request: IncomingMessage,
  body: Record<string, unknown>,
  mock: Mock,
  response: ServerResponse,
): void {
  if (request.method === "POST") {
    if (body.password === "wrong") {
      json(response, 401, { code: "wrong_credentials", detail: "", title: "", status: 401 });
      return;
    }
    mock.role = body.login === "zhaomin" ? "supervisor" : "agent";
  }
  if (request.method === "DELETE") mock.role = null;
  if (mock.role === null) json(response, 401, { code: "not_signed_in", detail: "", status: 401 });
  else json(response, 200, me(mock.role));
}

function page(url: URL, response: ServerResponse): void {
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const limit = Number(url.searchParams.get("limit") ?? PAGE);
  const wanted = url.searchParams.get("outcome");
  const test = url.searchParams.get("test");
  const items = Array.from({ length: Math.min(limit, ROWS - from) }, (_, i) => callRow(from + i));
  const next = from + limit < ROWS && limit === PAGE ? String(from + limit) : null;
  json(response, 200, {
    items: items.filter((row) => (!wanted || row.outcome === wanted) && (!test || `${row.test}` === test)),
    next,
  });
}

function ownDay(url: URL): OwnDay {
  const day = url.searchParams.get("day") ?? "";
  return { day, handled: 23, mean_talk_s: 187.4, longest_talk_s: 742, mean_wait_s: 21.8 };
}

function refusedCalls(): unknown[] {
  const call = {
    first_at: ago(60),
    last_at: ago(3),
    count: 1,
    trunk: "carrier",
    dialled: "4001",
    detail: "",
  };
  return [
    { ...call, id: 6, cause: "number_limit", number: "•••78", count: 318, address: "" },
    { ...call, id: 5, cause: "codec", number: "•••00", detail: "G729", address: "198.51.100.7" },
    { ...call, id: 4, cause: "unknown_number", number: "", dialled: "4999", address: "198.51.100.7" },
    { ...call, id: 3, cause: "stranger", number: "•••41", trunk: "", address: "203.0.113.90" },
    { ...call, id: 2, cause: "rate_limit", number: "•••12", count: 2, address: "" },
    { ...call, id: 1, cause: "encrypted", number: "•••05", detail: "PCMU, PCMA", address: "198.51.100.7" },
  ];
}

function abandoned(path: string): unknown[] {
  if (!path.includes("complaints")) return [];
  return [4000, 2600, 900].map((seconds, i) => ({
    call_id: `rd-row.${i + 3}`,
    number: ["+8613912345678", "+442079460000", ""][i],
    number_e164: null,
    name: "",
    customer_id: null,
    customer_name: i === 0 ? "陈静" : null,
    customer_name_en: i === 0 ? "Chen Jing" : null,
    company: null,
    at: ago(seconds),
    waited_s: 52 + i * 11,
    called_back: i === 1,
  }));
}

function found(url: URL): unknown[] {
  const wanted = (url.searchParams.get("q") ?? "").toLowerCase();
  return CUSTOMERS.filter((it) => JSON.stringify(it).toLowerCase().includes(wanted));
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : JSON.parse(text);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
