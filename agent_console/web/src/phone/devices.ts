/** Microphones and speakers: what is there, what was chosen, kept in this browser because it is about this desk. */

import type { Store } from "../state/store";
import { createStore } from "../state/store";

export interface Device {
  readonly id: string;
  readonly name: string;
}

export interface DeviceChoice {
  readonly microphone: Device | null;
  readonly speaker: Device | null;
  readonly ringer: Device | null;
}

export type DeviceRole = keyof DeviceChoice;

export interface DeviceList {
  readonly inputs: readonly Device[];
  readonly outputs: readonly Device[];
  /** Names are hidden until the microphone was allowed once. */
  readonly named: boolean;
}

const KEY = "ringdesk.devices";
const NONE: DeviceChoice = { microphone: null, speaker: null, ringer: null };

export function createDeviceChoice(storage: Storage): Store<DeviceChoice> {
  const choice = createStore<DeviceChoice>({ ...NONE, ...parsed(storage.getItem(KEY)) });
  choice.subscribe(() => storage.setItem(KEY, JSON.stringify(choice.get())));
  return choice;
}

function parsed(text: string | null): Partial<DeviceChoice> {
  try {
    return JSON.parse(text ?? "{}") as Partial<DeviceChoice>;
  } catch {
    return {};
  }
}

export async function listDevices(): Promise<DeviceList> {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  const all = (await media?.enumerateDevices()) ?? [];
  // "default" and "communications" are the system's choice, which is offered apart.
  const real = all.filter((d) => d.deviceId !== "default" && d.deviceId !== "communications");
  const of = (kind: MediaDeviceKind): Device[] =>
    real.filter((d) => d.kind === kind && d.deviceId !== "").map((d) => ({ id: d.deviceId, name: d.label }));
  return { inputs: of("audioinput"), outputs: of("audiooutput"), named: all.some((d) => d.label !== "") };
}

export const canChooseOutput =
  typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;
