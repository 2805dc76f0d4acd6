import { ErrorCode } from "../../src/base/error-code.ts";
import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import {
  WebRTCMultiplayerPeer,
  type WebRTCMultiplayerPeerOptions,
} from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import { type FakeBackend, fakeBackends } from "./fake-backend.ts";
import { ManualClock } from "./manual-clock.ts";

export interface FakePeer {
  readonly connection: WebRTCPeerConnection;
  readonly far: FakeBackend;
}

/** A multiplayer peer whose peers are played by the test, on a clock that the test moves. */
export class FakeMesh {
  readonly clock = new ManualClock();
  readonly mesh: WebRTCMultiplayerPeer;
  /** Events in order: `"+2"`, `"-2 closed-by-peer"`, `"!2 no-path"`. */
  readonly events: string[] = [];

  constructor(options: WebRTCMultiplayerPeerOptions = {}) {
    this.mesh = new WebRTCMultiplayerPeer({ clock: this.clock, ...options });
    this.mesh.on("peerConnected", (id) => this.events.push(`+${id}`));
    this.mesh.on("peerDisconnected", (id, reason) => this.events.push(`-${id} ${reason}`));
    this.mesh.on("peerFailed", (id, reason) => this.events.push(`!${id} ${reason}`));
  }

  /** A connection with a fake far side, not added yet. */
  connection(): FakePeer {
    const { factory, made } = fakeBackends();
    const connection = new WebRTCPeerConnection({ backend: factory, clock: this.clock });
    connection.initialize();
    return { connection, far: made[0] as FakeBackend };
  }

  /** Adds a peer that is still connecting. */
  add(id: number): FakePeer {
    const peer = this.connection();
    const error = this.mesh.addPeer(peer.connection, id);
    if (error !== ErrorCode.OK) throw new Error(`addPeer(${id}): ${error}`);
    peer.connection.createOffer();
    return peer;
  }

  /** Adds peers, connects them, and polls them in. */
  join(...ids: number[]): FakeBackend[] {
    const peers = ids.map((id) => this.add(id).far);
    for (const far of peers) far.open();
    this.mesh.poll();
    return peers;
  }

  /** Reads everything: `"<peer>/<channel>/<mode> <bytes>"`. */
  read(): string[] {
    const read: string[] = [];
    while (this.mesh.getAvailablePacketCount() > 0) {
      const head = `${this.mesh.getPacketPeer()}/${this.mesh.getPacketChannel()}/${this.mesh.getPacketMode()}`;
      read.push(`${head} ${[...this.mesh.getPacket()].join(",")}`);
    }
    return read;
  }
}

/** A mesh with id 1. */
export function fakeMesh(options: WebRTCMultiplayerPeerOptions = {}): FakeMesh {
  const mesh = new FakeMesh(options);
  mesh.mesh.createMesh(1);
  return mesh;
}
