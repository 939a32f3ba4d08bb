/** One call on the JsSIP line: its audio in and out, hold, mute and keys. */

import type { DTMF_TRANSPORT } from "jssip/lib/Constants";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { AudioChoices, LineAction, LineEvent, MicrophoneState, PhoneStats } from "./line";
import { awaitMicrophone, closeStream, NoMicrophone } from "./microphone";
import { rtpStats } from "./stats";

/** Host addresses are found within milliseconds; waiting for the end of the search can take seconds on a VPN. */
const CANDIDATES_QUIET_MS = 150;

export class SipSession {
  private microphone: MediaStream | null = null;
  private ended = false;
  private answering = false;
  private readonly speaker = new Audio();

  constructor(
    private readonly id: string,
    private readonly session: RTCSession,
    private readonly audio: AudioChoices,
    private readonly onEvent: (event: LineEvent) => void,
  ) {
    this.speaker.autoplay = true;
    this.listen();
  }

  act(action: LineAction): void {
    switch (action) {
      case "answer":
        void this.answer();
        break;
      case "hangup":
        // What JsSIP says otherwise, 480, means that nobody was there.
        this.end(this.session.isInProgress() ? { status_code: 603 } : {});
        break;
      case "refuse_busy":
        this.end({ status_code: 486 });
        break;
      case "hold":
        this.session.hold();
        break;
      case "resume":
        this.session.unhold();
        break;
      case "mute":
        this.session.mute({ audio: true });
        break;
      case "unmute":
        this.session.unmute({ audio: true });
    }
  }

  dtmf(tone: string): void {
    // In the audio stream (RFC 4733) when Asterisk agreed to it, else as a SIP message.
    const transport = this.sender()?.dtmf?.canInsertDTMF ? "RFC2833" : "INFO";
    this.session.sendDTMF(tone, { transportType: transport as DTMF_TRANSPORT });
  }

  async stats(): Promise<PhoneStats | null> {
    const connection = this.session.connection as RTCPeerConnection | null;
    return connection ? rtpStats(connection) : null;
  }

  async changeDevices(): Promise<void> {
    await this.routeSpeaker();
    const sender = this.sender();
    if (!sender || this.ended) return;
    const stream = await awaitMicrophone(this.audio.microphone(), this.tellMicrophone);
    this.tellMicrophone("granted");
    // The call may have ended meanwhile, and nobody else would close it.
    if (this.ended) return closeStream(stream);
    const old = this.microphone;
    this.microphone = stream;
    const [track] = stream.getAudioTracks();
    if (track) {
      track.enabled = !(this.session.isMuted().audio ?? false) && !this.session.isOnHold().local;
      this.watch(track);
      await sender.replaceTrack(track);
    }
    closeStream(old);
  }

  dispose(): void {
    this.ended = true;
    closeStream(this.microphone);
    this.microphone = null;
    this.speaker.srcObject = null;
  }

  private async answer(): Promise<void> {
    if (this.answering) return;
    this.answering = true;
    try {
      this.microphone = await awaitMicrophone(this.audio.microphone(), this.tellMicrophone);
    } catch (error) {
      // The call goes on ringing: someone who cannot speak must not take it.
      this.answering = false;
      if (!(error instanceof NoMicrophone)) throw error;
      return this.tellMicrophone(error.state);
    }
    this.tellMicrophone("granted");
    if (this.ended) return closeStream(this.microphone);
    for (const track of this.microphone.getAudioTracks()) this.watch(track);
    this.onEvent({ type: "answering", session: this.id });
    this.session.answer({ mediaStream: this.microphone, pcConfig: { iceServers: [] } });
  }

  private end(options: { status_code?: number } = {}): void {
    if (!this.session.isEnded()) this.session.terminate(options);
  }

  private listen(): void {
    const { session, id } = this;
    session.on("peerconnection", ({ peerconnection }) => {
      peerconnection.addEventListener("track", ({ streams, track }) => {
        this.speaker.srcObject = streams[0] ?? new MediaStream([track]);
        void this.routeSpeaker();
      });
    });
    let quiet: ReturnType<typeof setTimeout> | undefined;
    session.on("icecandidate", ({ ready }) => {
      clearTimeout(quiet);
      quiet = setTimeout(ready, CANDIDATES_QUIET_MS);
    });
    session.on("accepted", () => this.onEvent({ type: "established", session: id }));
    session.on(
      "hold",
      (e) => e.originator === "local" && this.onEvent({ type: "held", session: id, held: true }),
    );
    session.on(
      "unhold",
      (e) => e.originator === "local" && this.onEvent({ type: "held", session: id, held: false }),
    );
    session.on("muted", () => this.onEvent({ type: "muted", session: id, muted: true }));
    session.on("unmuted", () => this.onEvent({ type: "muted", session: id, muted: false }));
    const over = ({ cause }: { cause: string }) => {
      this.dispose();
      this.onEvent({ type: "ended", session: id, cause });
    };
    session.on("ended", over);
    session.on("failed", over);
  }

  /** A headset pulled out in mid-call: go on with what is there, or say that nothing is. */
  private watch(track: MediaStreamTrack): void {
    track.addEventListener("ended", () => {
      if (this.ended || !this.microphone?.getTracks().includes(track)) return;
      this.changeDevices().catch((error: unknown) => {
        if (error instanceof NoMicrophone) this.tellMicrophone(error.state);
      });
    });
  }

  private readonly tellMicrophone = (state: MicrophoneState): void => {
    this.onEvent({ type: "microphone", state });
  };

  private sender(): RTCRtpSender | undefined {
    const connection = this.session.connection as RTCPeerConnection | null;
    return connection?.getSenders().find((sender) => sender.track?.kind === "audio");
  }

  private async routeSpeaker(): Promise<void> {
    try {
      await this.speaker.setSinkId?.(this.audio.speaker() ?? "");
    } catch {
      // The chosen device is not plugged in: the caller is heard on the system's choice instead.
    }
  }
}
