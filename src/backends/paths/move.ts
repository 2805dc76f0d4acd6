import { MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";
import type { DirectTwin } from "./direct-twin.ts";
import type { DirectWay } from "./direct-way.ts";
import type { PathChannel } from "./path-channel.ts";
import type { PathChannels } from "./path-channels.ts";
import type { RelayWay } from "./relay-way.ts";

/**
 * The move from the relay to a direct way, channel by channel. Which channel of the far side's making is which on the two ways, it says;
 * and each side says when it needs the relay no more.
 */
export class Move {
  readonly #channels: PathChannels;
  readonly #relay: RelayWay;
  readonly #paired: (channel: PathChannel) => void;
  #hasSaidDone = false;
  #hasHeardDone = false;

  /** `paired` hears of channels of the far side's making that have both ways now. */
  constructor(channels: PathChannels, relay: RelayWay, paired: (channel: PathChannel) => void) {
    this.#channels = channels;
    this.#relay = relay;
    this.#paired = paired;
  }

  /** A channel moves, if its twin is open. */
  begin(channel: PathChannel, way: DirectWay): void {
    const { direct } = channel;
    if (direct?.isOpen !== true || channel.sendsDirectly) return;
    // What fits on the relay has to fit there, too.
    if (way.backend.maxMessageSize < MAX_MESSAGE_SIZE) return;
    const { negotiated, id: relayed } = channel.facts;
    if (!negotiated && !channel.isReceived) {
      const { id } = direct.backend.facts;
      if (id === null || relayed === null) return;
      this.#relay.say({ kind: "same", search: way.search, relayed, direct: id });
    }
    channel.move();
  }

  /** The far side made a channel on the direct way, and may have said already which it is. */
  received(way: DirectWay, { backend }: DirectTwin): void {
    const { id } = backend.facts;
    const relayed = id === null ? undefined : way.same.get(id);
    if (id !== null && relayed !== undefined) this.#pairUp(way, relayed, id);
  }

  /** The far side said which it is. */
  heardSame(way: DirectWay, relayed: number, direct: number): void {
    if (way.same.size > this.#channels.size) return;
    way.same.set(direct, relayed);
    this.#pairUp(way, relayed, direct);
  }

  heardDone(): void {
    this.#hasHeardDone = true;
  }

  /** Says that this side needs the relay no more, if that is so. Whether neither does. */
  finish(): boolean {
    if (!this.#channels.haveMoved) return false;
    if (!this.#hasSaidDone) this.#relay.say({ kind: "done" });
    this.#hasSaidDone = true;
    return this.#hasHeardDone;
  }

  #pairUp(way: DirectWay, relayed: number, direct: number): void {
    const channel = this.#channels.received(relayed);
    const twin = channel?.direct === null ? way.takeUnknown(direct) : null;
    if (channel === undefined || twin === null) return;
    channel.setDirect(twin);
    this.#paired(channel);
  }
}
