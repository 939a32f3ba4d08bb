// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { aFloor, aMe, openConsole } from "../../test/console";
import { anAgent } from "../../test/entities";
import { ServerAway } from "../api/client";
import type { Agent } from "../state/wire";

const floorWith = (fields: Partial<Agent>) => aFloor({ agents: { "1001": anAgent(fields) } });
const paused = floorWith({ presence: "paused", pause_reason: "no_microphone" });
const place = (id: string) => screen.getByTestId(id);

type Opened = Awaited<ReturnType<typeof openConsole>>;
const sent = ({ api }: Opened) => api.sent().map(({ path, body }) => (body ? [path, body] : [path]));
const microphone = ({ line }: Opened, state: "blocked" | "missing" | "granted") =>
  act(async () => line.tell({ type: "microphone", state }));

afterEach(() => vi.useRealTimers());

describe("an agent whose microphone goes while they are ready", () => {
  it("is paused at once, told what to do, and ready again with the cure", async () => {
    const desk = await openConsole();
    await microphone(desk, "blocked");
    expect(sent(desk)).toEqual([["/agent/pause", { reason: "no_microphone" }]]);
    await desk.show(paused);
    expect(place("trouble-microphone_blocked").textContent).toContain("Until then you get no calls");
    expect(place("state-word").parentElement?.textContent).toContain("No mic");
    await microphone(desk, "granted");
    expect(sent(desk).slice(1)).toEqual([["/agent/ready"]]);
    expect(place("notice").textContent).toContain("back to Ready");
  });

  it("is paused once however often the trouble is told, and again when the server was away", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const desk = await openConsole();
    desk.api.answers.set("POST /agent/pause", new ServerAway());
    await microphone(desk, "blocked");
    await microphone(desk, "missing");
    expect(sent(desk)).toHaveLength(1);
    desk.api.answers.delete("POST /agent/pause");
    await act(() => vi.advanceTimersByTimeAsync(3_000));
    await desk.show(paused);
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    expect(sent(desk)).toHaveLength(2);
    expect(screen.queryByTestId("notice")).toBeNull();
  });
});

it("another microphone that is chosen is looked at", async () => {
  const desk = await openConsole();
  const look = vi.spyOn(desk.line, "checkMicrophone");
  await act(async () =>
    desk.all.devices.update((now) => ({ ...now, microphone: { id: "m2", name: "Headset" } })),
  );
  expect(look).toHaveBeenCalledOnce();
});

describe("the Ready button of an agent who cannot be heard", () => {
  it("looks again, says why not, and asks for nothing", async () => {
    const desk = await openConsole(aMe(), floorWith({ presence: "signed_out" }));
    await microphone(desk, "blocked");
    const look = vi.spyOn(desk.line, "checkMicrophone");
    expect(place("btn-ready").title).toContain("The microphone is blocked");
    await act(async () => fireEvent.click(place("btn-ready")));
    expect(look).toHaveBeenCalledOnce();
    expect(sent(desk)).toEqual([]);
    expect(place("notice").textContent).toContain("Not Ready. The microphone is blocked");
    await microphone(desk, "granted");
    // Nobody becomes ready who did not ask for it.
    expect(sent(desk)).toEqual([]);
    await act(async () => fireEvent.click(place("btn-ready")));
    expect(sent(desk)).toEqual([["/agent/ready"]]);
  });

  it("works when the look finds it cured", async () => {
    const desk = await openConsole(aMe(), floorWith({ presence: "signed_out" }));
    await microphone(desk, "blocked");
    vi.spyOn(desk.line, "checkMicrophone").mockImplementation(async () =>
      desk.line.tell({ type: "microphone", state: "granted" }),
    );
    await act(async () => fireEvent.click(place("btn-ready")));
    expect(sent(desk)).toEqual([["/agent/ready"]]);
  });
});

describe("the phone's light", () => {
  it("is the worse of what the browser says and what Asterisk says", async () => {
    const desk = await openConsole();
    expect(place("light-phone").dataset.light).toBe("good");
    await desk.show(floorWith({ phone: "unreachable" }));
    expect(place("light-phone").dataset.light).toBe("bad");
    expect(place("light-phone").title).toContain("Asterisk cannot reach it");
    expect(screen.queryByText("The next call rings here.")).toBeNull();
    expect(place("trouble-phone_unreachable").textContent).toContain("no call can reach you");
    await act(async () => desk.line.tell({ type: "connecting" }));
    expect(place("light-phone").dataset.light).toBe("pending");
    await desk.show(aFloor());
    await act(async () => desk.line.tell({ type: "registered" }));
    expect(place("light-phone").dataset.light).toBe("good");
  });
});
