/** Short names for what crosses the live websocket; the shapes are generated from the service's own schema. */

import type { Live } from "../api/schema.gen";

type Named = Live["schemas"];

export type Call = Named["Call"];
export type CallerRecord = Named["CallerRecord"];
export type CustomerCard = Named["CustomerCard"];
export type LastContact = Named["LastContact"];
export type MenuStep = Named["MenuStep"];
export type Agent = Named["Agent"];
export type Happening = Named["Happening"];
export type Queue = Named["Queue"];
export type ServiceLevelVariant = keyof Named["ServiceLevel"];
export type Floor = Named["State"];
export type Change = Named["Delta"]["changes"][number];
export type SnapshotMessage = Named["Snapshot"];
export type DeltaMessage = Named["Delta"];
export type ServerMessage = Named["ServerMessage"];
export type ClientMessage = Named["ClientMessage"];
export type PhoneOrder = Named["PhoneOrder"]["do"];
export type PhoneOwner = Named["PhoneOwnerNotice"]["owner"];
export type PhoneReport = Omit<Named["PhoneReport"], "type">;

/** What is known of the service's parts; nothing before the first snapshot. */
export type System = Partial<Named["System"]>;

/** Why the server closed the live connection (the schema's x-close-codes). */
export const CLOSE = {
  restart: 1012,
  malformed: 4400,
  notSignedIn: 4401,
  foreignOrigin: 4403,
  tooSlow: 4408,
  termsChanged: 4409,
  passwordChanged: 4410,
  deactivated: 4411,
  tooLarge: 4413,
  tooMany: 4429,
} as const;
