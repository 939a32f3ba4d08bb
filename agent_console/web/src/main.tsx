/** Starts the console in the page. */

import { createRoot } from "react-dom/client";
import { API, createApi } from "./api/client";
import { followBrowser } from "./app/browser-events";
import { createBuilds } from "./app/builds";
import { createConsole } from "./app/console";
import { createHands } from "./app/hands";
import { App } from "./frame/app";
import { firstWords } from "./frame/registry";
import type { PhoneStats } from "./phone/line";
import { createRinger } from "./phone/ringer";
import "./styles/tokens.css";
import "./styles/base.css";

declare global {
  interface Window {
    /** For tests and for a look at a bad line; see README.md. */
    __ringdesk: { phoneStats(): Promise<PhoneStats | null> };
  }
}

const all = createConsole({
  api: createApi(),
  openSocket: () =>
    new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${API}/live`),
  loadLine: async (onEvent, devices) => {
    const { JsSipLine } = await import("./phone/jssip-line");
    return new JsSipLine(onEvent, {
      microphone: () => devices.get().microphone?.id ?? null,
      speaker: () => devices.get().speaker?.id ?? null,
    });
  },
  ringer: createRinger(),
  builds: createBuilds(document),
  hands: createHands(document),
  reload: () => location.reload(),
  storage: localStorage,
  tabStorage: sessionStorage,
  systemLanguage: navigator.language,
});
followBrowser(all);
window.__ringdesk = { phoneStats: all.phone.stats };
void all.session.look();

const WORDS_AGAIN_MS = 2_000;

/** The words come while the server is asked who is signed in; nothing is shown without them. */
async function draw(): Promise<void> {
  try {
    await firstWords(all.preferences.store.get().language);
  } catch {
    setTimeout(() => void draw(), WORDS_AGAIN_MS);
    return;
  }
  const root = document.querySelector("#root");
  if (root) createRoot(root).render(<App console={all} />);
}
void draw();
