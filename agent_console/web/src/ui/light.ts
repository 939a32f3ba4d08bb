/** How the phone and the server are, as one of four lights with its sentence. */

import type { Connection } from "../state/connection";
import type { Phone } from "../state/phone";
import type { Agent } from "../state/wire";
import { type SharedKey, useConsole, useMe, useMyAgent, useSeesAsterisk, useStore } from "./hooks";

export type Light = "good" | "pending" | "bad" | "none";

/** The worse of what the browser says and what Asterisk says; `byAsterisk` is null while that is not known. */
function phoneLight(
  phone: Phone,
  hasPhone: boolean,
  byAsterisk: Agent["phone"] | null,
): { light: Light; key: SharedKey } {
  if (!hasPhone) return { light: "none", key: "status.phone_none" };
  if (phone.ownership === "elsewhere") return { light: "pending", key: "status.phone_elsewhere" };
  switch (phone.registration) {
    case "registered":
      return byAsterisk === "unreachable"
        ? { light: "bad", key: "status.phone_unreachable" }
        : { light: "good", key: "status.phone_registered" };
    case "connecting":
      return { light: "pending", key: "status.phone_connecting" };
    case "failed":
      return { light: "bad", key: "status.phone_failed" };
    case "off":
      return { light: "none", key: "status.phone_off" };
  }
}

/** The light of this user's phone. */
export function usePhoneLight(): { light: Light; key: SharedKey } {
  const { phone } = useConsole();
  const there = useSeesAsterisk();
  const agent = useMyAgent();
  return phoneLight(useStore(phone.phone), useMe().phone !== null, (there && agent?.phone) || null);
}

export function serverLight(connection: Connection): { light: Light; key: SharedKey } {
  if (connection.state === "live") return { light: "good", key: "status.server_live" };
  return connection.awaySince === null && connection.state === "connecting"
    ? { light: "pending", key: "status.server_connecting" }
    : { light: "bad", key: "status.server_away" };
}
