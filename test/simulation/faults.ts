import { UnreadBudget } from "../../src/connection/unread-budget.ts";
import type { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import type { WorldParts } from "../../src/simulator/world/world-options.ts";
import { type Meddling, meddled } from "./faulty-backend.ts";

/** A fault that is planted for one run. */
export interface Fault {
  readonly parts: WorldParts;
  /** Takes out what was planted elsewhere. */
  readonly remove?: () => void;
}

/** How often a thing has to happen before it goes wrong: so that more than the first of its kind is looked at. */
const NTH = 3;

const RELIABLE = 1;
const ORDERED = 2;
const UNRELIABLE = 3;

/** Makes a backend meddled with, anew for each run. */
function backend(meddling: () => Meddling): () => Fault {
  return () => {
    const once = meddling();
    return { parts: { backend: (device) => meddled(device.backend, once) } };
  };
}

/** True the `NTH` time it is asked, and never again. */
function nth(): () => boolean {
  let times = 0;
  return () => {
    times += 1;
    return times === NTH;
  };
}

function messages(
  channel: number,
  wrong: (data: ArrayBuffer | string, tell: (data: ArrayBuffer | string) => void) => void,
) {
  return backend(() => {
    const isIt = nth();
    return {
      message: (channelId, data, tell) => {
        if (channelId === channel && isIt()) wrong(data, tell);
        else tell(data);
      },
    };
  });
}

/** Holds one message back until the next of its channel has been told. */
function swapped(stream: number): () => Fault {
  return backend(() => {
    const isIt = nth();
    const held = new Map<object, ArrayBuffer | string>();
    return {
      message: (channelId, data, tell, channel) => {
        if (channelId === stream && isIt()) {
          held.set(channel, data);
          return;
        }
        tell(data);
        const late = held.get(channel);
        held.delete(channel);
        if (late !== undefined) tell(late);
      },
    };
  });
}

type Peers = typeof WebRTCMultiplayerPeer;

function peers(make: () => Peers): () => Fault {
  return () => ({ parts: { peerClass: make() } });
}

export const FAULTS: Readonly<Record<string, () => Fault>> = {
  "a reliable packet doubled": messages(RELIABLE, (data, tell) => {
    tell(data);
    tell(data);
  }),

  "a reliable packet lost": messages(RELIABLE, () => {}),

  "reliable packets reordered": swapped(RELIABLE),

  "a packet altered": messages(RELIABLE, (data, tell) => {
    const bytes = new Uint8Array((data as ArrayBuffer).slice(0));
    bytes[0] = (bytes[0] as number) ^ 1;
    tell(bytes.buffer);
  }),

  "an unreliable packet twice": messages(UNRELIABLE, (data, tell) => {
    tell(data);
    tell(data);
  }),

  "unreliable ordered packets that go back": swapped(ORDERED),

  "a channel that falls silent": backend(() => {
    let count = 0;
    return {
      message: (channelId, data, tell) => {
        if (channelId === RELIABLE) count += 1;
        if (count < NTH) tell(data);
      },
    };
  }),

  "a connection's state that goes back": backend(() => {
    const isIt = nth();
    let goBack = (): void => {};
    return {
      observer: (observer) => ({
        ...observer,
        onConnectionState: (state) => {
          observer.onConnectionState(state);
          goBack = () => observer.onConnectionState("connecting");
        },
      }),
      message: (_channelId, data, tell) => {
        tell(data);
        if (isIt()) goBack();
      },
    };
  }),

  "a pair that stays apart after all has healed": backend(() => {
    let offers = 0;
    return {
      offers: () => {
        offers += 1;
        return offers < NTH;
      },
    };
  }),

  "an event outside of poll": peers(
    () =>
      class extends WebRTCMultiplayerPeer {
        override addPeer(connection: WebRTCPeerConnection, peerId: number, lifetimeMs?: number) {
          const result = super.addPeer(connection, peerId, lifetimeMs);
          const { wake } = connection;
          connection.wake = () => {
            wake?.();
            this.emit("peerFailed", peerId, "no-path");
          };
          return result;
        }
      },
  ),

  "a count that changes outside of poll": peers(
    () =>
      class extends WebRTCMultiplayerPeer {
        #woken = 0;

        override addPeer(connection: WebRTCPeerConnection, peerId: number, lifetimeMs?: number) {
          const result = super.addPeer(connection, peerId, lifetimeMs);
          const { wake } = connection;
          connection.wake = () => {
            wake?.();
            this.#woken += 1;
          };
          return result;
        }

        override getAvailablePacketCount(): number {
          return super.getAvailablePacketCount() + this.#woken;
        }
      },
  ),

  "connected told twice": peers(() => {
    const isIt = nth();
    return class extends WebRTCMultiplayerPeer {
      protected override emit: WebRTCMultiplayerPeer["emit"] = (name, ...args) => {
        super.emit(name, ...args);
        if (name === "peerConnected" && isIt()) super.emit(name, ...args);
      };
    };
  }),

  "disconnected told twice": peers(() => {
    const isIt = nth();
    return class extends WebRTCMultiplayerPeer {
      protected override emit: WebRTCMultiplayerPeer["emit"] = (name, ...args) => {
        super.emit(name, ...args);
        if (name === "peerDisconnected" && isIt()) super.emit(name, ...args);
      };
    };
  }),

  "a packet after disconnected": peers(() => {
    const isIt = nth();
    return class extends WebRTCMultiplayerPeer {
      override poll(): void {
        super.poll();
        const from = this.getPacketPeer();
        if (from !== 0 && isIt()) this.emit("peerDisconnected", from, "left");
      }
    };
  }),

  "a packet before connected": peers(() => {
    const isIt = nth();
    return class extends WebRTCMultiplayerPeer {
      protected override emit: WebRTCMultiplayerPeer["emit"] = (name, ...args) => {
        if (name !== "peerConnected" || !isIt()) super.emit(name, ...args);
      };
    };
  }),

  "a wrong sender": peers(() => {
    const isIt = nth();
    return class extends WebRTCMultiplayerPeer {
      override getPacketPeer(): number {
        const from = super.getPacketPeer();
        const other = [...this.getPeers().keys()].find((id) => id !== from);
        return from !== 0 && other !== undefined && isIt() ? other : from;
      }
    };
  }),

  "a wrong transfer mode": peers(() => {
    const isIt = nth();
    return class extends WebRTCMultiplayerPeer {
      override getPacketMode(): TransferMode {
        const mode = super.getPacketMode();
        if (this.getPacketPeer() === 0 || !isIt()) return mode;
        return mode === TransferMode.RELIABLE ? TransferMode.UNRELIABLE : TransferMode.RELIABLE;
      }
    };
  }),

  "a goodbye that cuts off what was sent before it": backend(() => ({ closes: (native) => native.kill() })),

  "events after leaving": peers(
    () =>
      class extends WebRTCMultiplayerPeer {
        override close(): void {
          const [first] = this.getPeers().keys();
          super.close();
          if (first !== undefined) this.emit("peerDisconnected", first, "left");
        }
      },
  ),

  "a bound ignored": () => {
    const { charge } = UnreadBudget.prototype;
    UnreadBudget.prototype.charge = () => true;
    return {
      parts: {},
      remove: () => {
        UnreadBudget.prototype.charge = charge;
      },
    };
  },
};
