/** Which page is shown: the door to whoever is not signed in, or the frame with the page of the address. */

import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useMemo } from "react";
import { Redirect, Route, Switch } from "wouter";
import type { Console } from "../app/console";
import { ConsoleContext, useConsole, useMe, useStore } from "../ui/hooks";
import { useTheRestAhead } from "./ahead";
import { useAppearance } from "./document-signs";
import { Frame } from "./frame";
import { door, features, landing, pagesOf } from "./registry";

export function App({ console: all }: { console: Console }) {
  return (
    <ConsoleContext value={all}>
      <QueryClientProvider client={all.queries}>
        <Suspense>
          <Gate />
        </Suspense>
      </QueryClientProvider>
    </ConsoleContext>
  );
}

const { looking: Looking, signedOut: SignedOut } = door();

function Gate() {
  const { session } = useConsole();
  const now = useStore(session.store);
  useAppearance();
  switch (now.state) {
    case "looking":
      return <Looking away={now.away} />;
    case "signed_out":
      return <SignedOut ended={now.ended} />;
    case "signed_in":
      return <SignedIn />;
  }
}

function SignedIn() {
  const me = useMe();
  const mine = useMemo(() => features.filter(({ isFor }) => isFor?.(me) ?? true), [me]);
  useTheRestAhead();
  return (
    <Frame features={mine}>
      <Switch>
        {pagesOf(mine).map(({ name, page: { path, show: Show } }) => (
          <Route key={name} path={path}>
            <Show />
          </Route>
        ))}
        <Route>
          <Redirect to={landing(mine)} replace />
        </Route>
      </Switch>
    </Frame>
  );
}
