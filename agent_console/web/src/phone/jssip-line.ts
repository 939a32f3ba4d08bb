/** The telephone over JsSIP: registration that comes back by itself, and one session at a time. */

import { UA } from "jssip";
import type { IncomingRTCSessionEvent, RTCSessionEvent } from "jssip/lib/UA";
import type {
  AudioChoices,
  LineAccount,
  LineAction,
  LineEvent,
  MicrophoneState,
  PhoneLine,
  PhoneStats,
} from "./line";
import { awaitMicrophone, closeStream, NoMicrophone } from "./microphone";
import { SipSession } from "./sip-session";
import { SipSocket } from "./sip-socket";

/** Short, so that a dead line is noticed by a registration without an answer, and a lost phone soon known. */
const REGISTER_S = 60;
/** JsSIP never asks again after an answer that does not name this phone, and goes on calling itself registered. */
const REGISTER_EVERY_MS = 20_000;
const REGISTER_AGAIN_MS = 3_000;

export class JsSipLine implements PhoneLine {
  private ua: UA | null = null;
  private socket: SipSocket | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private refresh: ReturnType<typeof setInterval> | undefined;
  private readonly sessions = new Map<string, SipSession>();
  private checks = 0;

  constructor(
    private readonly onEvent: (event: LineEvent) => void,
    private readonly audio: AudioChoices,
  ) {}

  start(account: LineAccount): void {
    this.stop();
    this.socket = new SipSocket(account.ws_url);
    this.ua = new UA({
      sockets: this.socket,
      uri: account.sip_uri,
      authorization_user: account.auth_user,
      password: account.password,
      realm: account.realm,
      register: true,
      register_expires: REGISTER_S,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 6,
      user_agent: "Ringdesk console",
    });
    this.listen(this.ua);
    this.ua.start();
    this.refresh = setInterval(() => this.probe(), REGISTER_EVERY_MS);
    void this.checkMicrophone();
  }

  renew(account: LineAccount): void {
    this.ua?.set("password", account.password);
    clearTimeout(this.retry);
    this.probe();
  }

  stop(): void {
    clearTimeout(this.retry);
    clearInterval(this.refresh);
    this.checks += 1;
    const ua = this.ua;
    this.ua = null;
    this.socket = null;
    ua?.stop();
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }

  act(id: string, action: LineAction): void {
    this.sessions.get(id)?.act(action);
  }

  dtmf(id: string, tone: string): void {
    this.sessions.get(id)?.dtmf(tone);
  }

  async checkMicrophone(): Promise<void> {
    this.checks += 1;
    const check = this.checks;
    // Checks may overtake each other; only the newest knows how things are.
    const tell = (state: MicrophoneState) => {
      if (check === this.checks) this.onEvent({ type: "microphone", state });
    };
    try {
      closeStream(await awaitMicrophone(this.audio.microphone(), tell));
      tell("granted");
    } catch (error) {
      if (!(error instanceof NoMicrophone)) throw error;
      tell(error.state);
    }
  }

  async stats(): Promise<PhoneStats | null> {
    for (const session of this.sessions.values()) {
      const stats = await session.stats();
      if (stats) return stats;
    }
    return null;
  }

  async changeDevices(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => session.changeDevices()));
  }

  probe(): void {
    if (this.ua?.isConnected()) this.ua.register();
  }

  private listen(ua: UA): void {
    const mine = (handler: () => void) => () => {
      if (this.ua === ua) handler();
    };
    ua.on(
      "connecting",
      mine(() => this.onEvent({ type: "connecting" })),
    );
    ua.on(
      "connected",
      mine(() => this.onEvent({ type: "connected" })),
    );
    ua.on(
      "registered",
      mine(() => this.onEvent({ type: "registered" })),
    );
    ua.on(
      "disconnected",
      mine(() => this.onEvent({ type: "unregistered", cause: "Connection Error" })),
    );
    ua.on("registrationFailed", ({ cause }) => mine(() => this.registrationFailed(String(cause)))());
    ua.on("newRTCSession", (event: RTCSessionEvent) => {
      if (this.ua === ua && event.session.direction === "incoming") {
        this.invited(event as IncomingRTCSessionEvent);
      }
    });
  }

  /** JsSIP gives up here; Asterisk may only be starting, or the line may be dead without having closed. */
  private registrationFailed(cause: string): void {
    this.onEvent({ type: "unregistered", cause });
    clearTimeout(this.retry);
    if (cause === "Request Timeout") this.socket?.cut();
    else this.retry = setTimeout(() => this.probe(), REGISTER_AGAIN_MS);
  }

  private invited({ session, request }: IncomingRTCSessionEvent): void {
    const id = session.id;
    this.sessions.set(
      id,
      new SipSession(id, session, this.audio, (event) => {
        if (event.type === "ended") this.sessions.delete(id);
        this.onEvent(event);
      }),
    );
    this.onEvent({
      type: "incoming",
      session: id,
      call: request.getHeader("X-Ringdesk-Call") ?? null,
      from: session.remote_identity.uri.user,
      autoAnswer: /answer-after=0|auto-?answer/i.test(
        `${request.getHeader("Call-Info") ?? ""} ${request.getHeader("Alert-Info") ?? ""}`,
      ),
    });
  }
}
