import type { ChannelState } from "../../../connection/channel-state.ts";
import { ConnectionState } from "../../../connection/connection-state.ts";
import type { WebRTCDataChannel } from "../../../connection/web-rtc-data-channel.ts";
import type { WebRTCPeerConnection } from "../../../connection/web-rtc-peer-connection.ts";
import type { Member } from "../member.ts";
import type { MemberGame } from "../member-game.ts";
import type { World } from "../world.ts";
import type { WorldObserver } from "../world-observer.ts";

/** Watches that states go one way only: channels never open again, connections that have ended or connected never begin again. */
export class StateChecker<Game extends MemberGame = MemberGame> implements WorldObserver {
  readonly #world: World<Game>;
  readonly #connections = new WeakMap<WebRTCPeerConnection, ConnectionState>();
  readonly #channels = new WeakMap<WebRTCDataChannel, ChannelState>();

  constructor(world: World<Game>) {
    this.#world = world;
  }

  stepped(): void {
    for (const member of this.#world.members) {
      for (const [id, { connection, channels }] of member.peer.getPeers()) {
        this.#checkConnection(member, id, connection);
        for (const channel of channels) this.#checkChannel(member, id, channel);
      }
    }
  }

  #checkConnection(member: Member, id: number, connection: WebRTCPeerConnection): void {
    const state = connection.getConnectionState();
    const before = this.#connections.get(connection);
    if (state === before) return;
    this.#connections.set(connection, state);
    if (before === undefined || !goesBack(before, state)) return;
    this.#world.report(`${member.id}: the connection to ${id} went back from state ${before} to ${state}`);
  }

  #checkChannel(member: Member, id: number, channel: WebRTCDataChannel): void {
    const state = channel.getReadyState();
    const before = this.#channels.get(channel);
    if (state === before) return;
    this.#channels.set(channel, state);
    if (before === undefined || state > before) return;
    const name = channel.getLabel();
    this.#world.report(`${member.id}: channel ${name} to ${id} went back from state ${before} to ${state}`);
  }
}

function goesBack(before: ConnectionState, state: ConnectionState): boolean {
  if (before >= ConnectionState.FAILED) return state < before;
  return before >= ConnectionState.CONNECTED && state < ConnectionState.CONNECTED;
}
