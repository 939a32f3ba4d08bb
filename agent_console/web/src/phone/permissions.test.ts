// @vitest-environment jsdom
import { afterEach, expect, it, vi } from "vitest";
import { followPermissions } from "./permissions";

/** A browser that knows these permissions; the test changes them as its user would. */
function browser(known: Record<string, PermissionState>) {
  const statuses = new Map(
    Object.entries(known).map(([name, state]) => [name, Object.assign(new EventTarget(), { state })]),
  );
  const query = async ({ name }: { name: string }) => {
    const status = statuses.get(name);
    if (!status) throw new TypeError(name);
    return status;
  };
  vi.stubGlobal("navigator", { permissions: { query } });
  return (name: string, state: PermissionState) => {
    const status = statuses.get(name);
    if (!status) return;
    status.state = state;
    status.dispatchEvent(new Event("change"));
  };
}

const hearing = () => ({ onMicrophone: vi.fn(), onNetwork: vi.fn() });

afterEach(() => vi.unstubAllGlobals());

it("tells of the microphone when its permission changes", async () => {
  const set = browser({ microphone: "granted" });
  const heard = hearing();
  await followPermissions(heard);
  expect(heard.onMicrophone).not.toHaveBeenCalled();
  set("microphone", "denied");
  expect(heard.onMicrophone).toHaveBeenCalledOnce();
  expect(heard.onNetwork).not.toHaveBeenCalled();
});

it("tells the strictest of the network's permissions that the browser knows, at once and when one changes", async () => {
  const set = browser({ "local-network": "granted", "loopback-network": "prompt" });
  const heard = hearing();
  await followPermissions(heard);
  set("local-network", "denied");
  set("local-network", "granted");
  set("loopback-network", "granted");
  expect(heard.onNetwork.mock.calls.flat()).toEqual(["prompt", "denied", "prompt", "granted"]);
});

it("says nothing in a browser that knows none of them, or has no permissions at all", async () => {
  const heard = hearing();
  browser({});
  await followPermissions(heard);
  vi.stubGlobal("navigator", {});
  await followPermissions(heard);
  expect(heard.onMicrophone).not.toHaveBeenCalled();
  expect(heard.onNetwork).not.toHaveBeenCalled();
});
