/** What the console needs of a telephone line. JsSIP stands behind it in the product, a double in tests. */

export interface LineAccount {
  ws_url: string;
  sip_uri: string;
  auth_user: string;
  password: string;
  realm: string;
}

/** "Asking": the browser waits for the user's word. "Unfocused": it waits until the page is in front. */
export type MicrophoneState =
  | "unknown"
  | "granted"
  | "asking"
  | "unfocused"
  | "blocked"
  | "missing"
  | "busy"
  | "insecure";

/** Whether a public page may reach private addresses; a page of the same network needs no permission. */
export type NetworkPermission = "unknown" | PermissionState;

export type LineEvent =
  | { type: "connecting" }
  /** The way to Asterisk is open; it has yet to accept the registration. */
  | { type: "connected" }
  | { type: "registered" }
  | { type: "unregistered"; cause: string }
  /** `call` is Ringdesk's call id when the INVITE carried it. */
  | { type: "incoming"; session: string; call: string | null; from: string; autoAnswer: boolean }
  | { type: "answering"; session: string }
  | { type: "established"; session: string }
  | { type: "held"; session: string; held: boolean }
  | { type: "muted"; session: string; muted: boolean }
  | { type: "ended"; session: string; cause: string }
  | { type: "microphone"; state: MicrophoneState };

export type LineAction = "answer" | "hangup" | "hold" | "resume" | "mute" | "unmute" | "refuse_busy";

/** RTP of the call in progress as the browser counts it; for tests and for a look at a bad line. */
export interface PhoneStats {
  packetsSent: number;
  packetsReceived: number;
  packetsLost: number;
  jitterS: number;
  roundTripS: number | null;
}

export interface PhoneLine {
  start(account: LineAccount): void;
  /** The same phone has another password: registers anew with it, and a call in progress goes on. */
  renew(account: LineAccount): void;
  /** Unregisters and drops what is left of a call. */
  stop(): void;
  act(session: string, action: LineAction): void;
  dtmf(session: string, tone: string): void;
  checkMicrophone(): Promise<void>;
  /** Other devices were chosen or plugged in: a call in progress moves over to them. */
  changeDevices(): Promise<void>;
  /** The computer woke up or changed its network: ask whether the line still lives instead of waiting. */
  probe(): void;
  /** Null when there is no call with media. */
  stats(): Promise<PhoneStats | null>;
}

/** The ids of the devices that the user chose; null stands for the system's own. */
export interface AudioChoices {
  microphone(): string | null;
  speaker(): string | null;
}
