// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openConsole } from "../../../test/console";
import { anAgent, aRecord, T0 } from "../../../test/entities";
import { FakeSocket } from "../../../test/fake-socket";
import { CALL, floorWith, moments } from "../../../test/moments";
import { ApiError, ServerAway } from "../../api/client";

describe("the pop", () => {
  it("shows hostile texts as text", async () => {
    const evil = `"><img src=x onerror=alert(1)>\${SHELL(x)}`;
    const { show } = await openConsole();
    const record = aRecord({ match: "unknown", customers: [] });
    await show(floorWith({ activity: "ringing", call: CALL }, { number: evil, name: evil, record }));
    expect(screen.getByTestId("pop-name").textContent).toBe(evil);
    expect(screen.getByTestId("pop").querySelector("img")).toBeNull();
  });

  it("lets the agent choose between several, and change the choice", async () => {
    const { api, show } = await openConsole();
    const [first] = aRecord().customers;
    if (!first) throw new Error("no customer");
    const customers = [first, { ...first, id: 8, name: "陈静", name_en: "Chen Jing" }];
    await show(
      floorWith({ activity: "ringing", call: CALL }, { record: aRecord({ match: "several", customers }) }),
    );
    expect(screen.getByTestId("pop-name").textContent).toBe("2 customers share this number");
    await act(async () => fireEvent.click(screen.getByText(/Chen Jing/)));
    expect(screen.getByTestId("pop-name").textContent).toBe("陈静Chen Jing");
    expect(api.sent()).toEqual([{ method: "POST", path: `/calls/${CALL}/customer`, body: { customer: 8 } }]);
    await act(async () => fireEvent.click(screen.getByText("Choose again")));
    expect(screen.getByTestId("pop-chooser")).toBeDefined();
  });

  it("shows whom a colleague chose before the transfer", async () => {
    const { show } = await openConsole();
    const [first] = aRecord().customers;
    if (!first) throw new Error("no customer");
    const customers = [first, { ...first, id: 8, name: "陈静", name_en: "" }];
    const record = aRecord({ match: "several", customers, chosen: 8 });
    await show(floorWith({ activity: "ringing", call: CALL }, { record }));
    expect(screen.getByTestId("pop-name").textContent).toBe("陈静");
    expect(screen.queryByTestId("pop-chooser")).toBeNull();
  });

  it("shows under the chosen one's name no contacts of the others", async () => {
    const { api, show } = await openConsole();
    const [first] = aRecord().customers;
    if (!first) throw new Error("no customer");
    const contact = { call_id: "rd-0", at: T0, direction: "inbound", queue: null, agent_name: null };
    const told = { ...contact, outcome: "answered", talk_s: 9, disposition: null, note: "of the other" };
    const record = aRecord({
      match: "several",
      customers: [first, { ...first, id: 8, name: "陈静", name_en: "" }],
      last_contacts: [told],
    });
    api.answers.set("GET /customers/8", new ApiError(404, "not_found", ""));
    await show(floorWith({ activity: "ringing", call: CALL }, { record }));
    await act(async () => fireEvent.click(screen.getByText("陈静")));
    expect(screen.queryByText("of the other")).toBeNull();
  });

  it("fetches earlier contacts when they are asked for, if there may be more than came with the call", async () => {
    const { api, show } = await openConsole();
    const contact = (n: number) => ({
      call_id: `rd-${n}`,
      at: T0,
      direction: "inbound",
      queue: null,
      agent_name: null,
      outcome: "answered",
      talk_s: 9,
      disposition: null,
      note: `no. ${n}`,
    });
    const some = (count: number) => Array.from({ length: count }, (_, n) => contact(n));
    const painted = () => screen.getByTestId("pop-timeline").querySelectorAll("li").length;
    const asked = () => api.asked.filter(({ path }) => path === "/customers/7").length;
    const ringing = (count: number) =>
      show(
        floorWith({ activity: "ringing", call: CALL }, { record: aRecord({ last_contacts: some(count) }) }),
      );
    await ringing(4);
    expect(screen.queryByTestId("pop-more")).toBeNull();
    await ringing(5);
    expect([painted(), asked()]).toEqual([5, 0]);
    api.answers.set("GET /customers/7", new ServerAway());
    screen.getByTestId("pop-more").focus();
    await act(async () => fireEvent.click(screen.getByTestId("pop-more")));
    expect(document.activeElement).toBe(screen.getByRole("region", { name: "Last contacts" }));
    expect(painted()).toBe(5);
    api.answers.set("GET /customers/7", { timeline: some(12) });
    await act(async () => fireEvent.click(await screen.findByText("Try again")));
    await waitFor(() => expect(painted()).toBe(12));
    expect(screen.queryByTestId("pop-more")).toBeNull();
  });

  it.each([
    ["withheld", "anonymous", "Number withheld"],
    ["unknown", "+442079460000", "+44 207 946 0000"],
  ] as const)("%s", async (match, number, name) => {
    const { show } = await openConsole();
    const record = aRecord({ match, customers: [] });
    await show(floorWith({ activity: "ringing", call: CALL }, { number, record }));
    expect(screen.getByTestId("pop-name").textContent).toBe(name);
  });

  it("does not call one without a number a first contact", async () => {
    const { show } = await openConsole();
    const record = aRecord({ match: "withheld", customers: [] });
    await show(floorWith({ activity: "ringing", call: CALL }, { number: "Restricted", record }));
    expect(screen.getByTestId("pop").textContent).not.toContain("First contact");
    expect(screen.getByTestId("pop").textContent).toContain("cannot be found without a number");
  });

  it("names the agents of earlier calls in the reader's writing", async () => {
    const { show } = await openConsole();
    const wang = anAgent({ ext: "1002", name: "王伟", name_en: "Wang Wei" });
    const contact = { call_id: "rd-0", at: T0, direction: "inbound", queue: null, agent_name: "王伟" };
    const told = { ...contact, outcome: "answered", talk_s: 9, disposition: null, note: null };
    const floor = floorWith(
      { activity: "ringing", call: CALL },
      { record: aRecord({ last_contacts: [told] }) },
    );
    await show({ ...floor, agents: { ...floor.agents, "1002": wang } });
    expect(screen.getByTestId("pop-timeline").textContent).toContain("Wang Wei");
  });

  it("tells the server that it was seen", async () => {
    const { show } = await openConsole();
    await show(moments.ringing);
    await act(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(FakeSocket.latest.sent).toContainEqual({ type: "seen", call: CALL });
  });
});
