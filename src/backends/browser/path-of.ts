import type { ConnectionPath } from "../../seam/connection-backend.ts";

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

/** How libdatachannel's connections, in Node, tell it; both ends are missing where a call finds nothing. */
interface SelectedPair {
  readonly local: { readonly type: string };
  readonly remote: { readonly type: string };
}

/** What is asked: a `WebRTCPeerConnection` is one. */
interface Travelled {
  readonly isRelayed: boolean;
  getNative(): unknown;
}

/**
 * Which way a connection's packets go, by its backend's word and the browser's own statistics; `null` if there is none yet, or nobody
 * knows. Rejects if the connection is closed meanwhile.
 */
export async function pathOf(connection: Travelled): Promise<ConnectionPath | null> {
  if (connection.isRelayed) return "relay";
  const native = connection.getNative() as
    | (Partial<RTCPeerConnection> & { getSelectedCandidatePair?(): SelectedPair | null })
    | null;
  const selected = native?.getSelectedCandidatePair?.() ?? null;
  if (selected !== null) return [selected.local.type, selected.remote.type].includes("relay") ? "turn" : "direct";
  if (typeof native?.getStats !== "function") return null;
  const report = (await native.getStats()) as unknown as ReadonlyMap<string, Statistic>;
  const all = [...report.values()];
  const selectedId = all.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  // Firefox names no selected pair, but marks it.
  const pair = all.find(
    ({ id, type, nominated, state }) =>
      type === "candidate-pair" &&
      (selectedId === undefined ? nominated === true && state === "succeeded" : id === selectedId),
  );
  const ends = [pair?.localCandidateId, pair?.remoteCandidateId].map((id) => report.get(id ?? "")?.candidateType);
  if (ends.includes("relay")) return "turn";
  return ends.includes(undefined) ? null : "direct";
}
