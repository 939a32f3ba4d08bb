/** Which page is shown: sign-in or the frame with the page of the address. */

import { QueryClientProvider } from "@tanstack/react-query";
import { Redirect, Route, Switch } from "wouter";
import { useAppearance } from "../frame/document-signs";
import { Frame } from "../frame/frame";
import { DeskPage } from "../pages/desk/desk-page";
import { LookingPage, SignInPage } from "../pages/sign-in/sign-in-page";
import { ConsoleContext, useConsole, useMe, useStore } from "../ui/hooks";
import type { Console } from "./console";
import { FloorPage, HistoryPage, useOtherPagesAhead } from "./other-pages";

export function App({ console: all }: { console: Console }) {
  return (
    <ConsoleContext value={all}>
      <QueryClientProvider client={all.queries}>
        <Gate />
      </QueryClientProvider>
    </ConsoleContext>
  );
}

function Gate() {
  const { session } = useConsole();
  const now = useStore(session.store);
  useAppearance();
  switch (now.state) {
    case "looking":
      return <LookingPage away={now.away} />;
    case "signed_out":
      return <SignInPage ended={now.ended} />;
    case "signed_in":
      return <SignedIn />;
  }
}

function SignedIn() {
  useOtherPagesAhead();
  return (
    <Frame>
      <Pages />
    </Frame>
  );
}

function Pages() {
  const isAgent = useMe().agent !== null;
  return (
    <Switch>
      <Route path="/history/:id?" component={HistoryPage} />
      <Route path="/floor" component={FloorPage} />
      <Route path="/">{isAgent ? <DeskPage /> : <Redirect to="/floor" replace />}</Route>
      <Route>
        <Redirect to="/" replace />
      </Route>
    </Switch>
  );
}
