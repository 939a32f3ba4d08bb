/** What jsdom lacks of a browser, as far as the console needs it. */

import { configure } from "@testing-library/react";

// As long as it takes on a busy machine; a test that fails waits for it, one that passes does not.
configure({ asyncUtilTimeout: 20_000 });
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

// axe measures icon fonts on a canvas; there are none here.
HTMLCanvasElement.prototype.getContext = () => null;

const focusedBefore = new WeakMap<HTMLDialogElement, Element | null>();

Object.assign(HTMLDialogElement.prototype, {
  showModal(this: HTMLDialogElement) {
    this.open = true;
    focusedBefore.set(this, document.activeElement);
  },
  /** Like the browser: gives the focus back, but not once the dialog is out of the page. */
  close(this: HTMLDialogElement) {
    this.open = false;
    const before = focusedBefore.get(this);
    if (this.isConnected && before instanceof HTMLElement) before.focus();
  },
});

// Newer browsers promise the end of the scrolling. An effect that hands this on to React brings the page down.
Element.prototype.scrollIntoView = () => Promise.resolve() as unknown as undefined;

window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener() {},
    removeEventListener() {},
  }) as unknown as MediaQueryList;

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

// A virtual list draws what fits; without layout everything has no size.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { get: () => 600 });
Object.defineProperty(HTMLElement.prototype, "clientWidth", { get: () => 800 });
