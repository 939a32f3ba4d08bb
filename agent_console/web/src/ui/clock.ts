/** The clock that all timers on the page share, so that they move together. */

import { createStore, type Store } from "../state/store";

/** This computer's clock, in steps of a second, ticking only while someone looks. */
export const ticks = tickingClock();

function tickingClock(): Store<number> {
  const store = createStore(Date.now());
  let listeners = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    ...store,
    subscribe(listener) {
      listeners += 1;
      if (listeners === 1) {
        store.set(Date.now());
        timer = setInterval(() => store.set(Date.now()), 1000);
      }
      const leave = store.subscribe(listener);
      return () => {
        leave();
        listeners -= 1;
        if (listeners === 0) clearInterval(timer);
      };
    },
  };
}
