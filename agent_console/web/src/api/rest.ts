/** Short names for what the REST interface sends and takes; the shapes are generated from its OpenAPI document. */

import type { Earlier } from "../state/drafts";
import type { Rest } from "./schema.gen";

type Named = Rest["schemas"];

export type Me = Named["Me"];
export type CallRow = Named["CallRow"];
export type CallPage = Named["CallPage"];
export type CallDetail = Named["CallAnswer"];
export type RecordingRow = Named["RecordingSummary"];
export type WrapUpRow = Named["WrapUpSummary"];

export interface WrapUp {
  readonly note: string;
  readonly disposition: string | null;
  readonly earlier?: readonly Earlier[];
}

export type OwnCall = Named["OwnCallAnswer"];
export type OwnCallList = Named["OwnCallList"];
export type OwnDay = Named["OwnDayAnswer"];
export type AbandonedList = Named["AbandonedList"];
export type AbandonedCaller = Named["AbandonedRow"];
export type RefusedCallPage = Named["RefusedCallPage"];
export type RefusedCall = Named["RefusedCallAnswer"];
export type CallerNumber = Named["CallerNumber"];
export type CustomerList = Named["CustomerList"];
export type CustomerSummary = Named["CustomerSummary"];
export type CustomerNumber = Named["CustomerNumber"];
export type ContactOfCustomer = Named["ContactAnswer"];
export type CustomerDetail = Named["CustomerAnswer"];
export type TestCall = Named["TestCallBody"];
export type StartedCall = Named["StartedCall"];

export interface CallFilter {
  readonly q?: string;
  readonly queue?: string;
  readonly agent?: string;
  readonly outcome?: string;
  readonly test?: string;
  readonly from?: string;
  readonly to?: string;
}
