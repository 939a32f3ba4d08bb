/** The door: who is not signed in sees this. */

import type { Feature } from "../../ui/feature";
import { LookingPage, SignInPage } from "./sign-in-page";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "Sign in", zh: "登录" },
  door: { looking: LookingPage, signedOut: SignInPage },
  words: own,
};
