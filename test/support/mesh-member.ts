import { ErrorCode } from "../../src/base/error-code.ts";
import {
  WebRTCMultiplayerPeer,
  type WebRTCMultiplayerPeerOptions,
} from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import { connectMesh, type MeshConnector, type MeshConnectorOptions } from "../../src/signalling/mesh-connector.ts";
import type { Signaller } from "../../src/signalling/signaller.ts";
import { until } from "./until.ts";

/** A mesh peer that connects to whom its signaller introduces, and all that it was told. */
export class MeshMember {
  readonly id: number;
  readonly signaller: Signaller;
  readonly peer: WebRTCMultiplayerPeer;
  readonly connector: MeshConnector;
  /**
   * Events in order: `"+2"`, `"-2 left"`, `"!2 no-path"` of the mesh; `"failed 2 no-path, attempt 1, retries"`, `"lost 2"`, `"kicked"`,
   * `"down"`, `"up"` of the connector.
   */
  readonly log: string[] = [];

  constructor(
    signaller: Signaller,
    options: MeshConnectorOptions & { readonly mesh?: WebRTCMultiplayerPeerOptions } = {},
  ) {
    this.id = signaller.localId;
    this.signaller = signaller;
    this.peer = new WebRTCMultiplayerPeer({
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      ...options.mesh,
    });
    this.peer.on("peerConnected", (id) => this.log.push(`+${id}`));
    this.peer.on("peerDisconnected", (id, reason) => this.log.push(`-${id} ${reason}`));
    this.peer.on("peerFailed", (id, reason) => this.log.push(`!${id} ${reason}`));
    const error = this.peer.createMesh(this.id);
    if (error !== ErrorCode.OK) throw new Error(`createMesh(${this.id}): ${error}`);
    this.connector = connectMesh(this.peer, signaller, options);
    this.connector.on("pairFailed", (id, reason, attempt, willRetry) => {
      this.log.push(`failed ${id} ${reason}, attempt ${attempt}, ${willRetry ? "retries" : "stays"}`);
    });
    this.connector.on("pairLost", (id) => this.log.push(`lost ${id}`));
    this.connector.on("kicked", () => this.log.push("kicked"));
    this.connector.on("down", () => this.log.push("down"));
    this.connector.on("up", () => this.log.push("up"));
  }

  /** Ids of the peers that are connected now, ascending. */
  get connected(): number[] {
    const peers = [...this.peer.getPeers()].filter(([, info]) => info.connected);
    return peers.map(([id]) => id).sort((a, b) => a - b);
  }

  isConnectedTo(others: readonly MeshMember[]): boolean {
    return others.every((other) => other === this || this.peer.getPeer(other.id)?.connected === true);
  }
}

/** Polls these members in turn until the condition holds. */
export function pollMembers(members: readonly MeshMember[], condition: () => unknown, what?: string): Promise<unknown> {
  const step = (): void => {
    for (const member of members) member.peer.poll();
  };
  const logs = (): string => members.map((member) => `${member.id}: ${member.log.join(" | ")}`).join("\n");
  return until(condition, { step }).catch((error: unknown) => {
    throw new Error(`${what ?? condition.toString()}\n${logs()}`, { cause: error });
  });
}

/** Polls these members until each is connected to all others. */
export function pollUntilMeshed(members: readonly MeshMember[]): Promise<unknown> {
  return pollMembers(members, () => members.every((member) => member.isConnectedTo(members)), "a full mesh");
}
