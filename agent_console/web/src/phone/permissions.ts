/** What the browser lets this page do, followed as it changes: the microphone, and the way to the telephone. */

import type { NetworkPermission } from "./line";

/** Asked for by a public page whose telephone has a private address; older versions of Chrome know one name for both. */
const NETWORK = ["local-network", "loopback-network", "local-network-access"];

export interface PermissionEvents {
  onMicrophone(): void;
  onNetwork(state: NetworkPermission): void;
}

/** A browser that does not know a permission says nothing of it; what it refuses is seen when it is tried. */
export async function followPermissions({ onMicrophone, onNetwork }: PermissionEvents): Promise<void> {
  const microphone = await ask("microphone");
  microphone?.addEventListener("change", onMicrophone);
  const network = (await Promise.all(NETWORK.map(ask))).filter((it) => it !== null);
  if (network.length === 0) return;
  const tell = () => onNetwork(strictest(network.map((it) => it.state)));
  for (const it of network) it.addEventListener("change", tell);
  tell();
}

async function ask(name: string): Promise<PermissionStatus | null> {
  try {
    // The types know fewer names than the browsers.
    return await navigator.permissions.query({ name: name as PermissionName });
  } catch {
    return null;
  }
}

/** Which of them this telephone needs is decided by an address that a page cannot see. */
function strictest(states: readonly PermissionState[]): PermissionState {
  return states.find((it) => it === "denied") ?? states.find((it) => it === "prompt") ?? "granted";
}
