/** The Web Locks of one browser, shared by the "tabs" of a test: exclusive, queued, stealable. */

interface Held {
  end(error?: Error): void;
}

export class FakeLocks {
  private held: Held | null = null;
  private readonly line: (() => void)[] = [];

  asManager(): LockManager {
    return this as unknown as LockManager;
  }

  request(_name: string, options: LockOptions, callback: LockGrantedCallback<unknown>): Promise<unknown> {
    if (options.steal) {
      this.held?.end(new DOMException("stolen", "AbortError"));
      return this.grant(callback);
    }
    if (!this.held) return this.grant(callback);
    if (options.ifAvailable) return Promise.resolve(callback(null));
    return new Promise((resolve, reject) => {
      const turn = () => void this.grant(callback).then(resolve, reject);
      this.line.push(turn);
      options.signal?.addEventListener("abort", () => {
        this.line.splice(this.line.indexOf(turn), 1);
        reject(options.signal?.reason);
      });
    });
  }

  private grant(callback: LockGrantedCallback<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const mine: Held = { end: (error) => (error ? reject(error) : resolve(undefined)) };
      this.held = mine;
      void Promise.resolve(callback({ name: "phone", mode: "exclusive" })).then(() => {
        if (this.held !== mine) return;
        this.held = null;
        mine.end();
        this.line.shift()?.();
      });
    });
  }
}
