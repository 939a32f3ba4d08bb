/** The microphone: asked for with the chosen device, given back, and its refusals put into our words. */

import type { MicrophoneState } from "./line";

/** Why there is no microphone; `state` says it in the words that the console has a cure for. */
export class NoMicrophone extends Error {
  override readonly name = "NoMicrophone";
  constructor(readonly state: Exclude<MicrophoneState, "unknown" | "granted">) {
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
