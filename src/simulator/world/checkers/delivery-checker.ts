import { TransferMode } from "../../../multiplayer/multiplayer-peer.ts";
import type { ConnectionEnd, Member } from "../member.ts";
import type { MemberGame } from "../member-game.ts";
import type { World } from "../world.ts";
import type { ReceivedPacket, WorldObserver } from "../world-observer.ts";
import { combined, fingerprint } from "./fingerprint.ts";
import { Flow } from "./flow.ts";

const MODE_NAMES = ["unreliable", "unreliable ordered", "reliable"];

/** The first SCTP stream of the extra channels. */
const FIRST_EXTRA = 4;

/** How often flows of connections that have ended are looked for. Unit: ticks. */
const SWEEP_TICKS = 600;

/**
 * Watches that packets arrive as their mode promises, for each sender, receiver and channel, within one connection's life: reliable
 * ones exactly once and in order, unreliable ordered ones never twice and never going back, unreliable ones never twice, and
 * all of them unaltered and from whom they say. Packets of equal content are told apart only by how many there are.
 */
export class DeliveryChecker<Game extends MemberGame = MemberGame> implements WorldObserver {
  readonly #world: World<Game>;
  /** By the number of the sending end, then by channel. */
  readonly #flows = new Map<number, Map<number, Flow>>();
  /** By the number of a sending end that is forgotten: reliable packets that nobody has received. */
  readonly #undelivered = new Map<number, number>();

  constructor(world: World<Game>) {
    this.#world = world;
  }

  sent(end: ConnectionEnd, channelId: number, data: Uint8Array | string): void {
    let flows = this.#flows.get(end.number);
    if (flows === undefined) {
      flows = new Map();
      this.#flows.set(end.number, flows);
    }
    let flow = flows.get(channelId);
    if (flow === undefined) {
      flow = new Flow(this.#modeOf(channelId));
      flows.set(channelId, flow);
    }
    flow.sent(fingerprint(data));
  }

  received(member: Member, { from, mode, channel, bytes, digest }: ReceivedPacket): void {
    const end = endTo(member, from);
    const channelId = channel === 0 ? FIRST_EXTRA - 1 - mode : channel + FIRST_EXTRA - 1;
    const flow = end && this.#flows.get(end.farNumber)?.get(channelId);
    const fault = flow === undefined ? "nothing was sent there" : flow.received(combined(digest, bytes.length));
    if (fault === null) return;
    const what = `${bytes.length} bytes from ${from}, ${MODE_NAMES[mode]}, channel ${channel}`;
    this.#world.report(`${member.id} received ${what}: ${fault}`);
  }

  stepped(): void {
    if (this.#world.tick % SWEEP_TICKS === 0) this.#forgetEnded();
  }

  /** How many contents this remembers. */
  get kept(): number {
    let kept = 0;
    for (const flows of this.#flows.values()) for (const flow of flows.values()) kept += flow.kept;
    return kept;
  }

  /** Reliable packets that were sent on one end of a connection, by its number, and that nobody has received. */
  undeliveredOf(endNumber: number): number {
    let missing = this.#undelivered.get(endNumber) ?? 0;
    for (const flow of this.#flows.get(endNumber)?.values() ?? []) {
      if (flow.mode === TransferMode.RELIABLE) missing += flow.missing;
    }
    return missing;
  }

  /** In words the first reliable packets that connections which stand have not delivered; `null` if nothing is under way. */
  whatIsMissing(): string | null {
    for (const [receiver, sender] of this.#pairs()) {
      const from = endTo(sender, receiver.id);
      if (from === undefined || endTo(receiver, sender.id)?.farNumber !== from.number) continue;
      const missing = this.undeliveredOf(from.number);
      if (missing > 0) return `${receiver.id} lacks ${missing} reliable packets of ${sender.id}`;
    }
    return null;
  }

  /**
   * Expects what has been sent so far. Asked later, gives in words the first reliable packets of it that have not been received,
   * on connections that stand now and then; `null` once all have.
   */
  expectDelivery(): () => string | null {
    let expected: { receiver: Member; sender: Member; end: ConnectionEnd; flow: Flow; count: number }[] = [];
    for (const [receiver, sender] of this.#pairs()) {
      const end = endTo(sender, receiver.id);
      for (const flow of (end && this.#flows.get(end.number)?.values()) ?? []) {
        if (end === undefined || flow.mode !== TransferMode.RELIABLE) continue;
        expected.push({ receiver, sender, end, flow, count: flow.sentCount });
      }
    }
    return () => {
      expected = expected.filter(({ receiver, sender, end, flow, count }) => {
        const stands = endTo(sender, receiver.id) === end && endTo(receiver, sender.id)?.farNumber === end.number;
        return stands && flow.doneCount < count;
      });
      const [first] = expected;
      if (first === undefined) return null;
      const { receiver, sender, flow, count } = first;
      return `${receiver.id} lacks ${count - flow.doneCount} reliable packets of ${sender.id}`;
    };
  }

  /** In words the first two members who both have a connection to the other, but not the same one; `null` if there are none. */
  whoIsMismatched(): string | null {
    for (const [one, other] of this.#pairs()) {
      const [there, back] = [endTo(one, other.id), endTo(other, one.id)];
      if (there === undefined || back === undefined || there.farNumber === back.number) continue;
      return `${one.id} and ${other.id} have two connections to each other, each one end of one`;
    }
    return null;
  }

  /** Forgets the flows of connections that neither the network nor a receiver knows any more. */
  #forgetEnded(): void {
    const known = new Set<number>();
    for (const member of this.#world.members) {
      for (const { connection } of member.peer.getPeers().values()) known.add(member.endOf(connection)?.farNumber ?? 0);
    }
    for (const number of this.#flows.keys()) {
      if (known.has(number) || this.#world.network.hasEnd(number)) continue;
      const undelivered = this.undeliveredOf(number);
      this.#flows.delete(number);
      if (undelivered > 0) this.#undelivered.set(number, undelivered);
    }
  }

  *#pairs(): Iterable<readonly [Member, Member]> {
    for (const one of this.#world.members) for (const other of this.#world.members) yield [one, other];
  }

  #modeOf(channelId: number): TransferMode {
    if (channelId < FIRST_EXTRA) return (FIRST_EXTRA - 1 - channelId) as TransferMode;
    return this.#world.conditions.extraChannels?.[channelId - FIRST_EXTRA] ?? TransferMode.RELIABLE;
  }
}

function endTo(member: Member, other: number): ConnectionEnd | undefined {
  const info = member.peer.getPeer(other);
  return info === null ? undefined : member.endOf(info.connection);
}
