/** The clock on the page stands still in tests: it would repaint behind their backs. */

import { vi } from "vitest";

const now = Date.now();

vi.mock("../src/ui/clock.ts", () => ({ ticks: { get: () => now, subscribe: () => () => {} } }));
