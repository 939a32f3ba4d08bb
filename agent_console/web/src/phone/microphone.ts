/** The microphone: asked for with the chosen device, given back, and its refusals put into our words. */

import { isFirefox } from "./firefox";
import type { MicrophoneState } from "./line";

/** A microphone that may be used opens sooner: the browser has a question on the screen, or waits for something. */
const WAITS_AFTER_MS = 2_000;

/** Why there is no microphone; `state` says it in the words that the console has a cure for. */
export class NoMicrophone extends Error {
  override readonly name = "NoMicrophone";
  constructor(readonly state: Exclude<MicrophoneState, "unknown" | "granted" | "asking" | "unfocused">) {
    super(`microphone ${state}`);
  }
}

/** A stream from the chosen device, or from the system's choice when that one is not plugged in. */
export async function openMicrophone(deviceId: string | null): Promise<MediaStream> {
  // Absent on an address without HTTPS; the types do not know that.
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (!media) throw new NoMicrophone("insecure");
  try {
    return await media.getUserMedia({ audio: constraints(deviceId), video: false });
  } catch (error) {
    if (deviceId !== null && nameOf(error) === "OverconstrainedError") return openMicrophone(null);
    throw new NoMicrophone(stateOf(error));
  }
}

/** As `openMicrophone`; while the browser keeps the page waiting, `tell` says for what. */
export async function awaitMicrophone(
  deviceId: string | null,
  tell: (state: "asking" | "unfocused") => void,
): Promise<MediaStream> {
  // The question that Firefox asks then takes the focus away again, so what counts is whether the page had it.
  let focused = !isFirefox() || document.hasFocus();
  const gained = () => {
    focused = true;
  };
  if (!focused) window.addEventListener("focus", gained, { once: true });
  const look = setInterval(() => {
    if (focused) clearInterval(look);
    tell(focused ? "asking" : "unfocused");
  }, WAITS_AFTER_MS);
  try {
    return await openMicrophone(deviceId);
  } finally {
    clearInterval(look);
    if (!focused) window.removeEventListener("focus", gained);
  }
}

function constraints(deviceId: string | null): MediaTrackConstraints {
  const voice = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  return deviceId === null ? voice : { ...voice, deviceId: { exact: deviceId } };
}

export function closeStream(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function stateOf(error: unknown): NoMicrophone["state"] {
  switch (nameOf(error)) {
    case "NotAllowedError":
    case "SecurityError":
      return "blocked";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    default:
      return "busy";
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "";
}
