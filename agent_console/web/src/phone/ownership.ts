/** One tab of this browser owns the telephone: a named lock that ends with its tab, queued for by the others. */

export interface OwnershipEvents {
  onGained(): void;
  onElsewhere(): void;
}

export interface Ownership {
  /** Takes the lock from whichever tab has it. */
  takeOver(): void;
  release(): void;
}

/** `locks` is absent where the page has no secure origin; there is no microphone then either. */
export function claimPhone(
  name: string,
  events: OwnershipEvents,
  locks: LockManager | undefined = navigator.locks,
): Ownership {
  let letGo: (() => void) | null = null;
  let waiting = new AbortController();
  let released = false;

  function hold(): Promise<void> {
    return new Promise((resolve) => {
      letGo = resolve;
      events.onGained();
    });
  }

  async function request(manager: LockManager, options: LockOptions): Promise<void> {
    let granted = false;
    try {
      await manager.request(name, options, (lock): Promise<void> | undefined => {
        if (released) return undefined;
        if (lock) {
          granted = true;
          return hold();
        }
        events.onElsewhere();
        waitInLine(manager);
        return undefined;
      });
    } catch {
      // Either this wait was given up, or another tab stole the lock that this request had been granted.
      if (!granted || released) return;
      letGo = null;
      events.onElsewhere();
      waitInLine(manager);
    }
  }

  function waitInLine(manager: LockManager): void {
    waiting = new AbortController();
    void request(manager, { signal: waiting.signal });
  }

  if (locks) void request(locks, { ifAvailable: true });
  else events.onGained();

  return {
    takeOver() {
      if (released) return;
      if (letGo !== null || !locks) return events.onGained();
      waiting.abort();
      void request(locks, { steal: true });
    },
    release() {
      released = true;
      waiting.abort();
      letGo?.();
      letGo = null;
    },
  };
}
