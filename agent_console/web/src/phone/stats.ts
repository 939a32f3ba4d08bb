/** RTP counters of one peer connection. */

import type { PhoneStats } from "./line";

type Report = Record<string, unknown> & { type: string };

export async function rtpStats(connection: RTCPeerConnection): Promise<PhoneStats> {
  const reports: Report[] = [];
  (await connection.getStats()).forEach((report: Report) => {
    reports.push(report);
  });
  const of = (type: string) => reports.find((r) => r.type === type && (r.kind ?? "audio") === "audio");
  const sent = of("outbound-rtp");
  const received = of("inbound-rtp");
  const remote = of("remote-inbound-rtp");
  return {
    packetsSent: number(sent?.packetsSent) ?? 0,
    packetsReceived: number(received?.packetsReceived) ?? 0,
    packetsLost: number(received?.packetsLost) ?? 0,
    jitterS: number(received?.jitter) ?? 0,
    roundTripS: number(remote?.roundTripTime),
  };
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
