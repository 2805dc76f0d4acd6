/** What has left one end of a connection, as Chromium counts it: UDP packets, and the bytes in them. */
export interface TransportCount {
  readonly packets: number;
  readonly bytes: number;
}

export async function transportCount(connection: RTCPeerConnection): Promise<TransportCount> {
  for (const entry of (await connection.getStats()).values()) {
    if (entry.type === "transport") return { packets: entry.packetsSent, bytes: entry.bytesSent };
  }
  throw new Error("the connection has no transport yet");
}

/** The UDP port of this machine that a connection uses. */
export async function localPort(connection: RTCPeerConnection): Promise<number> {
  const report = await connection.getStats();
  for (const entry of report.values()) {
    if (entry.type !== "transport") continue;
    const pair = report.get(entry.selectedCandidatePairId);
    return report.get(pair.localCandidateId).port;
  }
  throw new Error("the connection has no transport yet");
}
