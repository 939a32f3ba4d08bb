/** The recordings of a call, played in place; the server sends only the parts that are listened to. */

import { useRef, useState } from "react";
import { API } from "../../api/client";
import type { RecordingRow } from "../../api/rest";
import { queueTitle } from "../../ui/caller";
import { useConsole, useStore, useWords } from "../../ui/hooks";
import styles from "./recordings.module.css";
import { own } from "./words";

const SPEEDS = [1, 1.25, 1.5, 2] as const;

export function Recordings({ recordings }: { recordings: readonly RecordingRow[] }) {
  const { t } = useWords(own);
  const audible = recordings.filter((it) => it.audible);
  return (
    <section>
      <h3>{t("detail.recordings")}</h3>
      {audible.length === 0 && (
        <p className={styles.quiet}>
          {t(recordings.length === 0 ? "detail.no_recording" : "detail.recording_of_others")}
        </p>
      )}
      {audible.map((it) =>
        it.state === "stored" ? (
          <Player key={it.id} recording={it} />
        ) : (
          <Missing key={it.id} recording={it} />
        ),
      )}
    </section>
  );
}

/** A conversation whose sound is not here yet, or was lost, and why. */
function Missing({ recording }: { recording: RecordingRow }) {
  const { live } = useConsole();
  const words = useWords(own);
  const queues = useStore(live, (l) => l.queues);
  return (
    <p className={styles.missing} data-testid={`recording-${recording.state}`}>
      {queueTitle(queues, recording.queue, words)} {words.f.time(recording.started_at)}
      {" · "}
      {words.code("recording", recording.state)}
    </p>
  );
}

function Player({ recording }: { recording: RecordingRow }) {
  const { live } = useConsole();
  const words = useWords(own);
  const { t, f } = words;
  const queues = useStore(live, (l) => l.queues);
  const audio = useRef<HTMLAudioElement>(null);
  const [speed, setSpeed] = useState<number>(1);
  const [failed, setFailed] = useState(false);
  const choose = (next: number) => {
    setSpeed(next);
    if (audio.current) audio.current.playbackRate = next;
  };
  return (
    <figure className={styles.player}>
      <figcaption className={styles.caption}>
        <span>
          {queueTitle(queues, recording.queue, words)} {f.time(recording.started_at)}
        </span>
        <span className={styles.quiet}>
          {f.duration(recording.length_s)} · {f.bytes(recording.size)}
        </span>
        <span className={styles.speeds}>
          {SPEEDS.map((it) => (
            <button key={it} type="button" aria-pressed={it === speed} onClick={() => choose(it)}>
              {it}×
            </button>
          ))}
        </span>
      </figcaption>
      {/* biome-ignore lint/a11y/useMediaCaption: a recorded conversation has no captions. */}
      <audio
        ref={audio}
        controls
        // Listening is noted on the server, so nothing is fetched before someone presses play.
        preload="none"
        src={`${API}/recordings/${recording.id}/audio`}
        data-testid="player"
        onError={() => setFailed(true)}
        onPlay={() => choose(speed)}
      />
      {failed && <p role="alert">{t("detail.recording_failed")}</p>}
    </figure>
  );
}
