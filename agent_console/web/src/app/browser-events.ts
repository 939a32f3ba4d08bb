/** What the browser tells the whole console: network, sleep, devices, permissions, and that the page is going away. */

import { followPermissions } from "../phone/permissions";
import type { Console } from "./console";

export function followBrowser({ link, phone, drafts, upgrade }: Console): void {
  const back = () => {
    link.retryNow();
    phone.probe();
  };
  window.addEventListener("online", back);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") back();
    else drafts.flush();
  });
  window.addEventListener("pagehide", () => drafts.flush());
  window.addEventListener("beforeunload", (event) => {
    // Closing the tab with the phone would cut the caller off: let the browser ask.
    if (phone.phone.get().session?.stage === "established") event.preventDefault();
  });
  // What the server does not have any more may have been exchanged with the rest of the console.
  window.addEventListener("vite:preloadError", () => upgrade.look());
  document.addEventListener("error", askAgainForStyles, true);
  const checkMicrophone = () => void phone.checkMicrophone();
  navigator.mediaDevices?.addEventListener("devicechange", checkMicrophone);
  void followPermissions({ onMicrophone: checkMicrophone, onNetwork: (state) => phone.networkSays(state) });
}

const STYLES_AGAIN_MS = 3_000;

/** A stylesheet that did not come counts as there for whoever loads a page the next time: it is asked for until it comes. */
function askAgainForStyles({ target }: Event): void {
  if (!(target instanceof HTMLLinkElement) || target.rel !== "stylesheet") return;
  setTimeout(() => target.replaceWith(target.cloneNode()), STYLES_AGAIN_MS);
}
