// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { FakeLocks } from "../../test/fake-locks";
import { claimPhone } from "./ownership";

function tab(locks: FakeLocks | undefined) {
  const said: string[] = [];
  const events = { onGained: () => said.push("gained"), onElsewhere: () => said.push("elsewhere") };
  return { said, ...claimPhone("phone", events, locks?.asManager()) };
}

/** Lets everything that waits on promises happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("one of several tabs", () => {
  it("gets the phone; the others say so, and the next gets it when the first is closed", async () => {
    const locks = new FakeLocks();
    const [first, second] = [tab(locks), tab(locks)];
    await settle();
    expect([first.said, second.said]).toEqual([["gained"], ["elsewhere"]]);
    first.release();
    await settle();
    expect(second.said).toEqual(["elsewhere", "gained"]);
    expect(first.said).toEqual(["gained"]);
  });

  it("can take it over, and it comes back when the taker is closed", async () => {
    const locks = new FakeLocks();
    const [first, second] = [tab(locks), tab(locks)];
    await settle();
    second.takeOver();
    await settle();
    expect(first.said).toEqual(["gained", "elsewhere"]);
    expect(second.said).toEqual(["elsewhere", "gained"]);
    second.release();
    await settle();
    expect(first.said).toEqual(["gained", "elsewhere", "gained"]);
  });

  it("takes it back from another browser although it held this browser's lock all along", async () => {
    const only = tab(new FakeLocks());
    await settle();
    only.takeOver();
    await settle();
    expect(only.said).toEqual(["gained", "gained"]);
  });

  it("leaves the line when it is closed while waiting", async () => {
    const locks = new FakeLocks();
    const [first, second, third] = [tab(locks), tab(locks), tab(locks)];
    await settle();
    second.release();
    first.release();
    await settle();
    expect(second.said).toEqual(["elsewhere"]);
    expect(third.said).toEqual(["elsewhere", "gained"]);
  });
});

it("a page without locks has the phone to itself", () => {
  const said: string[] = [];
  const events = { onGained: () => said.push("gained"), onElsewhere: () => said.push("elsewhere") };
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  claimPhone("phone", events);
  expect(said).toEqual(["gained"]);
});
