/** What the browser tells the whole console: network, sleep, devices, and that the page is going away. */

import type { Console } from "./console";

export function followBrowser({ link, phone, drafts }: Console): void {
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
  document.addEventListener("error", askAgainForStyles, true);
  navigator.mediaDevices?.addEventListener("devicechange", () => void phone.checkMicrophone());
}

const STYLES_AGAIN_MS = 3_000;

/** A stylesheet that did not come counts as there for whoever loads a page the next time: it is asked for until it comes. */
function askAgainForStyles({ target }: Event): void {
  if (!(target instanceof HTMLLinkElement) || target.rel !== "stylesheet") return;
  setTimeout(() => target.replaceWith(target.cloneNode()), STYLES_AGAIN_MS);
}
