// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { expect, it } from "vitest";
import { aFloor, aMe, openConsole } from "../../../test/console";
import { anAgent, T0 } from "../../../test/entities";
import { ApiError } from "../../api/client";

const press = (id: string) => act(async () => fireEvent.click(screen.getByTestId(id)));

const supervising = aMe({ privileges: ["see_all_calls", "see_refused_calls", "see_customers"] });
const repeating = { cause: "number_limit", trunk: "carrier", count: 37, since: T0, last: T0 } as const;
const flooded = aFloor({ system: { ...aFloor().system, refusals: { items: [repeating] } } });

const call = {
  id: 7,
  first_at: T0,
  last_at: T0,
  count: 37,
  cause: "number_limit",
  trunk: "carrier",
  number: "•••78",
  dialled: "4001",
  address: "",
  detail: "",
};
const stranger = {
  ...call,
  id: 6,
  cause: "stranger",
  trunk: "",
  number: "",
  address: "203.0.113.9",
  count: 1,
};

it("tells a supervisor that calls are kept away, and shows which and why", async () => {
  const { api } = await openConsole(supervising, flooded, "/floor");
  api.answers.set("GET /refused-calls", { items: [call, stranger], next: null });
  expect(screen.getByTestId("trouble-calls_refused").textContent).toContain(
    "37 calls have not come in since",
  );
  await press("cure-show_refused");
  const [first, second] = await screen.findAllByTestId("refused-row");
  expect(first?.textContent).toContain("37 times");
  expect(first?.textContent).toContain("Too many at once from this number");
  expect(first?.textContent).toContain("•••78");
  expect(second?.textContent).toContain("203.0.113.9");
  // Nobody to call back.
  expect(within(second as HTMLElement).queryByTestId("refused-show")).toBeNull();
});

it("asks for one caller's number, which can be called back", async () => {
  const { api } = await openConsole(supervising, flooded, "/floor");
  api.answers.set("GET /refused-calls", { items: [call], next: null });
  api.answers.set("POST /refused-calls/7/number", { number: "+442079460000" });
  await screen.findByTestId("refused-open");
  await press("refused-open");
  await screen.findByTestId("refused-row");
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map((it) => `${it.id}: ${it.nodes[0]?.html}`)).toEqual([]);
  await press("refused-show");
  expect(screen.getByTestId("refused-row").textContent).toContain("+44 207 946 0000");
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Call back" })));
  expect(api.sent().at(-1)?.body).toEqual({ number: "+442079460000" });
  expect(screen.queryByTestId("refused-dialog")).toBeNull();
});

it("calls nobody back from within another call", async () => {
  const talking = { "1001": anAgent({ activity: "talking", call: "rd-1.1" }) };
  const { api } = await openConsole(supervising, { ...flooded, agents: talking }, "/floor");
  api.answers.set("GET /refused-calls", { items: [call], next: null });
  api.answers.set("POST /refused-calls/7/number", { number: "+442079460000" });
  await press("cure-show_refused");
  await screen.findByTestId("refused-row");
  await press("refused-show");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Call back" }).disabled).toBe(true);
});

it("says why a number is not shown", async () => {
  const { api } = await openConsole(supervising, flooded, "/floor");
  api.answers.set("GET /refused-calls", { items: [call], next: null });
  api.answers.set("POST /refused-calls/7/number", new ApiError(404, "not_found", ""));
  await press("cure-show_refused");
  await screen.findByTestId("refused-row");
  await press("refused-show");
  expect(screen.getByText(/does not exist any more/)).toBeDefined();
});

it("shows earlier ones page by page", async () => {
  const { api } = await openConsole(supervising, flooded, "/floor");
  api.answers.set("GET /refused-calls", { items: [call], next: 7 });
  await press("cure-show_refused");
  await screen.findByTestId("refused-row");
  api.answers.set("GET /refused-calls", { items: [stranger], next: null });
  await press("refused-more");
  await waitFor(() => expect(screen.getAllByTestId("refused-row").length).toBe(2));
  expect(api.asked.at(-1)?.path).toBe("/refused-calls?before=7");
});

it("says when a line counts several callers", async () => {
  const { api } = await openConsole(supervising, flooded, "/floor");
  api.answers.set("GET /refused-calls", { items: [{ ...call, number: "", dialled: "" }], next: null });
  await press("cure-show_refused");
  expect((await screen.findByTestId("refused-row")).textContent).toContain("several callers");
});

it("is not shown to agents", async () => {
  await openConsole(aMe(), flooded, "/floor");
  expect(screen.queryByTestId("trouble-calls_refused")).toBeNull();
  expect(screen.queryByTestId("refused-open")).toBeNull();
});
