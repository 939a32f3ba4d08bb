// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aFloor, aMe, aPhone, openConsole } from "../../test/console";
import { aCall, anAgent, T0 } from "../../test/entities";
import { FakeSocket } from "../../test/fake-socket";
import type { Me } from "../api/rest";
import { CLOSE } from "../state/wire";

const text = (id: string) => screen.getByTestId(id).textContent ?? "";
const press = (id: string) => act(async () => fireEvent.click(screen.getByTestId(id)));

const inCall = () => {
  const call = aCall({ state: "talking", answered_at: T0 });
  const talking = anAgent({ activity: "talking", call: call.id });
  return { call, floor: aFloor({ agents: { "1001": talking }, calls: { [call.id]: call } }) };
};

async function openInCall() {
  const { call, floor } = inCall();
  const opened = await openConsole(aMe(), floor);
  await act(async () => {
    opened.line.tell({ type: "incoming", session: "s", call: call.id, from: "138", autoAnswer: false });
  });
  return opened;
}

/** The server closes the live connection with this code, and is there again when the console comes back. */
async function closedWith(code: number) {
  await act(async () => FakeSocket.latest.drop(code));
}

describe("what an administrator changes under way", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  async function changedTo(me: Me, opened: Awaited<ReturnType<typeof openConsole>>) {
    opened.api.answers.set("GET /session", me);
    await closedWith(CLOSE.termsChanged);
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    await act(async () => FakeSocket.latest.accept());
    await act(() => vi.advanceTimersByTimeAsync(0));
  }

  it("gives the phone its new password without dropping the call, and says why it was out", async () => {
    const opened = await openInCall();
    const phone = aPhone({ password: "another", changed_by: "administrator" });
    await changedTo(aMe({ phone }), opened);
    expect(opened.line.renewed).toEqual([phone]);
    expect(opened.line.started).toHaveLength(1);
    expect(opened.all.phone.phone.get().session).not.toBeNull();
    expect(text("notice")).toMatch(/signed out because an administrator/);
  });

  it("says that the password was the reason when it was", async () => {
    const opened = await openConsole();
    await changedTo(aMe({ phone: aPhone({ password: "another", changed_by: "password" }) }), opened);
    expect(text("notice")).toMatch(/because your password was changed/);
  });

  it("shows another role at once", async () => {
    const opened = await openConsole();
    const user = { ...aMe().user, role: "supervisor" as const };
    await changedTo(aMe({ user }), opened);
    expect(text("notice")).toBe("Your role is now Supervisor.");
    expect(opened.line.renewed).toEqual([]);
  });

  it("moves the phone to another extension when the call in progress is over", async () => {
    const opened = await openInCall();
    const phone = aPhone({ auth_user: "1009", password: "other" });
    await changedTo(aMe({ agent: "1009", phone }), opened);
    expect(text("notice")).toBe("Your extension is now 1009.");
    expect(opened.all.phone.phone.get().session).not.toBeNull();
    expect(opened.line.started).toHaveLength(1);
    await act(async () => opened.line.tell({ type: "ended", session: "s", cause: "Terminated" }));
    expect(opened.line.started.at(-1)).toEqual(phone);
  });

  it("takes the phone away when the user has none any more", async () => {
    const opened = await openConsole();
    await changedTo(aMe({ agent: null, phone: null }), opened);
    expect(text("notice")).toBe("An administrator took your phone away.");
    expect(opened.all.phone.phone.get().ownership).toBe("none");
  });

  it.each([
    [CLOSE.passwordChanged, "password", /password was changed/],
    [CLOSE.deactivated, "deactivated", /deactivated your account/],
  ] as const)("%i leads to the sign-in page, which says why", async (code, ended, words) => {
    const { all } = await openConsole();
    await closedWith(code);
    expect(text(`ended-${ended}`)).toMatch(words);
    expect(all.phone.phone.get().ownership).toBe("none");
  });

  it("lets the call of who was signed out go on, be hung up, and be the last one", async () => {
    const opened = await openInCall();
    await act(async () => opened.line.tell({ type: "established", session: "s" }));
    await closedWith(CLOSE.deactivated);
    expect(screen.getByText(/Your call goes on/)).toBeDefined();
    await press("last-hangup");
    expect(opened.line.acted).toEqual(["hangup"]);
    await act(async () => opened.line.tell({ type: "ended", session: "s", cause: "Terminated" }));
    expect(opened.all.phone.phone.get().ownership).toBe("none");
    expect(screen.queryByTestId("last-hangup")).toBeNull();
  });
});
