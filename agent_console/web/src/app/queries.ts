/** The lists that pages have asked the server for, kept for a moment. */

import { QueryClient } from "@tanstack/react-query";
import { ServerAway } from "../api/client";

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        // A server that is away is not asked again and again: its return refreshes every list.
        retry: (failures, error) => failures < 2 && !(error instanceof ServerAway),
      },
    },
  });
}
