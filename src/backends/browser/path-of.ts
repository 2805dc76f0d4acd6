/** How a connection's packets travel: straight to the peer, or through a TURN server of either side. */
export type ConnectionPath = "direct" | "relayed";

interface Statistic {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
}

/** What the browser's own statistics say of its way to the peer; `null` if it has none yet, or is no browser's connection. */
export async function pathOf(native: unknown): Promise<ConnectionPath | null> {
  const connection = native as Partial<RTCPeerConnection> | null;
  if (typeof connection?.getStats !== "function") return null;
  const report = (await connection.getStats()) as unknown as ReadonlyMap<string, Statistic>;
  const all = [...report.values()];
  const selectedId = all.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  // Firefox names no selected pair, but marks it.
  const pair = all.find(
    ({ id, type, nominated, state }) =>
      type === "candidate-pair" &&
      (selectedId === undefined ? nominated === true && state === "succeeded" : id === selectedId),
  );
  const ends = [pair?.localCandidateId, pair?.remoteCandidateId].map((id) => report.get(id ?? "")?.candidateType);
  if (ends.includes("relay")) return "relayed";
  return ends.includes(undefined) ? null : "direct";
}
