/** The ringing: a tone of our own on the device chosen for it, in the cadence of one second on, four off. */

export interface Ringer {
  /** Rings until stopped. `deviceId` null is the system's choice. */
  start(deviceId: string | null): Promise<void>;
  stop(): void;
  /** False when the browser keeps the page silent until it is used. */
  readonly allowed: boolean;
}

const SAMPLE_RATE = 24_000;
const CADENCE_S = 5;
const RING_S = 1;
const FADE_S = 0.02;
const LOUDNESS = 0.22;
/** Two notes that alternate: heard through a headset on the desk, and not mistaken for speech. */
const NOTES_HZ = [880, 1108.7] as const;
const NOTE_S = 0.083;

export function createRinger(): Ringer {
  let context: AudioContext | null = null;
  let player: HTMLAudioElement | null = null;
  let source: AudioBufferSourceNode | null = null;
  let allowed = true;

  function stop(): void {
    source?.stop();
    source = null;
    player?.pause();
  }

  async function start(deviceId: string | null): Promise<void> {
    stop();
    context ??= new AudioContext({ sampleRate: SAMPLE_RATE });
    const ringing = context.createBufferSource();
    source = ringing;
    // A looped buffer rings on time even where a hidden tab's timers are slowed down.
    ringing.buffer = ringBuffer(context);
    ringing.loop = true;
    // Only an audio element can be sent to a device of one's choice in every browser that allows it at all.
    const output = context.createMediaStreamDestination();
    ringing.connect(output);
    player ??= new Audio();
    player.srcObject = output.stream;
    try {
      await player.setSinkId?.(deviceId ?? "");
    } catch {
      // The chosen device is not plugged in: ring on the system's choice.
    }
    if (source !== ringing) return;
    ringing.start();
    allowed = await plays(context, player);
  }

  return {
    start,
    stop,
    get allowed() {
      return allowed;
    },
  };
}

/** `resume` waits for a click when the page was not used yet, so do not wait for it. */
async function plays(context: AudioContext, player: HTMLAudioElement): Promise<boolean> {
  void context.resume();
  try {
    await player.play();
  } catch (error) {
    return !(error instanceof DOMException && error.name === "NotAllowedError");
  }
  return true;
}

function ringBuffer(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, SAMPLE_RATE * CADENCE_S, SAMPLE_RATE);
  ringSamples(buffer.getChannelData(0), SAMPLE_RATE);
  return buffer;
}

/** Fills one cadence: the two notes in turn with soft edges, then silence. */
export function ringSamples(samples: Float32Array, rate: number): void {
  let phase = 0;
  for (let i = 0; i < Math.min(samples.length, RING_S * rate); i++) {
    const t = i / rate;
    const note = NOTES_HZ[Math.floor(t / NOTE_S) % 2] ?? NOTES_HZ[0];
    phase += (2 * Math.PI * note) / rate;
    const edge = Math.min(1, t / FADE_S, (RING_S - t) / FADE_S);
    samples[i] = LOUDNESS * edge * Math.sin(phase);
  }
}
