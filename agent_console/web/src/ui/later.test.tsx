// @vitest-environment jsdom
import { act, fireEvent, render, screen } from "@testing-library/react";
import { Suspense } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openConsole } from "../../test/console";
import { Fault } from "./fault";
import { ConsoleContext } from "./hooks";
import { later } from "./later";
import { shared } from "./words";

const page = { default: () => <p>the page</p> };

async function shown(Part: ReturnType<typeof later>) {
  const { all, view } = await openConsole();
  view.unmount();
  return render(
    <ConsoleContext value={all}>
      <Fault>
        <Suspense fallback={<p>loading</p>}>
          <Part />
        </Suspense>
      </Fault>
    </ConsoleContext>,
  );
}

describe("a part that is fetched apart", () => {
  afterEach(() => vi.useRealTimers());

  it("is shown at once when it was fetched ahead", async () => {
    const load = vi.fn(async () => page);
    const Part = later(load, shared);
    await Part.ahead("en");
    const view = await shown(Part);
    expect(view.container.textContent).toBe("the page");
    await Part.ahead("en");
    expect(load).toHaveBeenCalledOnce();
  });

  it("opens when it is asked for again after the server was away for a moment", async () => {
    const load = vi.fn(async () => page).mockRejectedValueOnce(new TypeError("no network"));
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    await act(() => shown(later(load, shared)));
    expect(screen.getByRole("alert").textContent).toContain("failed");
    expect(load).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(1_000);
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Try again" })));
    expect(screen.getByText("the page")).toBeDefined();
  });
});
