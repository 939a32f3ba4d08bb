/** A real call to one of our hotlines, to see that everything works. */

import type { Feature } from "../../ui/feature";
import { TestCall } from "./test-call";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "Test call", zh: "测试呼叫" },
  isFor: ({ privileges }) => privileges.includes("place_test_calls"),
  parts: { desk_idle: TestCall },
  words: own,
};
