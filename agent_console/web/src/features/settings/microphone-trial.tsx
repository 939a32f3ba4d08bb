/** Shows how loud the microphone hears you, before a caller has to tell. */

import { useEffect, useState } from "react";
import { closeStream, NoMicrophone, openMicrophone } from "../../phone/microphone";
import { Button } from "../../ui/button";
import { useConsole, useStore, useWords } from "../../ui/hooks";
import styles from "./settings.module.css";
import { own } from "./words";

/** Speech at a usual distance moves the meter to about two thirds. */
const SENSITIVITY = 6;

export function MicrophoneTrial({ onAllowed }: { onAllowed: () => unknown }) {
  const { devices } = useConsole();
  const { t } = useWords(own);
  const device = useStore(devices, (d) => d.microphone?.id ?? null);
  const [on, setOn] = useState(false);
  const [level, setLevel] = useState(0);
  const [problem, setProblem] = useState<NoMicrophone["state"] | null>(null);

  useEffect(() => {
    if (!on) return;
    let stop = () => {};
    let left = false;
    openMicrophone(device).then(
      (stream) => {
        if (left) return closeStream(stream);
        onAllowed();
        stop = watchLevel(stream, setLevel);
      },
      (error: unknown) => {
        setOn(false);
        if (error instanceof NoMicrophone) setProblem(error.state);
      },
    );
    return () => {
      left = true;
      stop();
      setLevel(0);
    };
  }, [on, device, onAllowed]);

  return (
    <div>
      <div className={styles.with}>
        <meter
          className={styles.meter}
          min={0}
          max={1}
          value={level}
          aria-label={t("settings.microphone_level")}
        />
        <Button
          size="small"
          onClick={() => {
            setProblem(null);
            setOn(!on);
          }}
        >
          {t(on ? "settings.microphone_stop" : "settings.microphone_try")}
        </Button>
      </div>
      {problem && (
        <p role="alert">
          {t(`trouble.microphone_${problem}`)} {t(`trouble.microphone_${problem}.cure`)}
        </p>
      )}
    </div>
  );
}

function watchLevel(stream: MediaStream, show: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = requestAnimationFrame(function look() {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
    show(Math.min(1, Math.sqrt(power) * SENSITIVITY));
    frame = requestAnimationFrame(look);
  });
  return () => {
    cancelAnimationFrame(frame);
    closeStream(stream);
    void context.close();
  };
}
