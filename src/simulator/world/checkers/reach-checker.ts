import type { PairInfo } from "../../../signalling/mesh-connector.ts";
import type { Member } from "../member.ts";
import type { MemberGame } from "../member-game.ts";
import type { World } from "../world.ts";
import type { WorldObserver } from "../world-observer.ts";

/**
 * How long a pair may take that could have been connected all the while, over the time that an attempt has: one that began before it
 * could still has its time, and after it the longest pause comes. Unit: ms.
 */
const PATIENCE_MS = 25_000;

/** As the mesh has it, where a world says nothing. Unit: ms. */
const CONNECT_TIMEOUT_MS = 15_000;

/** Links on which an attempt may need several, but has a fair chance. */
const MOST_LOSS = 0.1;
const MOST_LATENCY_MS = 300;
const LEAST_KBPS = 1_000;

/**
 * Watches that no pair is forgotten: two present members who see each other by their signaller, can reach each other and wish to be
 * connected are so before long, whatever came before.
 */
export class ReachChecker<Game extends MemberGame = MemberGame> implements WorldObserver {
  readonly #world: World<Game>;
  readonly #withinMs: number;
  /** Since when each pair could have been connected. By both ids. */
  readonly #sinceMs = new Map<string, number>();

  constructor(world: World<Game>) {
    this.#world = world;
    this.#withinMs = PATIENCE_MS + (world.conditions.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
  }

  stepped(): void {
    const members = this.#world.members.filter(({ state }) => state === "present");
    for (const [index, one] of members.entries()) {
      for (const other of members.slice(index + 1)) this.#look(one, other);
    }
  }

  gone({ id }: Member): void {
    for (const key of this.#sinceMs.keys()) if (key.split(" ").includes(`${id}`)) this.#sinceMs.delete(key);
  }

  #look(one: Member, other: Member): void {
    const key = `${one.id} ${other.id}`;
    if (areConnected(one, other) || !this.#couldBe(one, other)) {
      this.#sinceMs.delete(key);
      return;
    }
    const { nowMs } = this.#world;
    const sinceMs = this.#sinceMs.get(key) ?? nowMs;
    this.#sinceMs.set(key, sinceMs);
    if (nowMs - sinceMs < this.#withinMs) return;
    const states = [pairOf(one, other)?.state, pairOf(other, one)?.state].join(" and ");
    this.#world.report(
      `${one.id} and ${other.id} could be connected, and are not for ${this.#withinMs} ms: for them it is ${states}`,
    );
  }

  #couldBe(one: Member, other: Member): boolean {
    const { network } = this.#world;
    return (
      network.isReachable(one.id, other.id) &&
      this.#isUsable(one.id, other.id) &&
      this.#isUsable(other.id, one.id) &&
      [one, other].every(({ device, connector }) => !device.isStalled && connector.isUp) &&
      isWished(pairOf(one, other), one.id > other.id) &&
      isWished(pairOf(other, one), other.id > one.id)
    );
  }

  #isUsable(from: number, to: number): boolean {
    const { isCut, conditions } = this.#world.network.link(from, to);
    const { lossRatio, burst, latencyMs, bandwidthKbps } = conditions;
    if (isCut || burst !== null || lossRatio > MOST_LOSS) return false;
    return latencyMs <= MOST_LATENCY_MS && bandwidthKbps >= LEAST_KBPS;
  }
}

function areConnected(one: Member, other: Member): boolean {
  return one.peer.getPeer(other.id)?.connected === true && other.peer.getPeer(one.id)?.connected === true;
}

function pairOf(member: Member, other: Member): PairInfo | undefined {
  return member.connector.getPairs().find(({ peerId }) => peerId === other.id);
}

/** Not one that this side does without or has closed, or, if it is to offer, gave up after as many attempts as it has. */
function isWished(pair: PairInfo | undefined, offers: boolean): boolean {
  if (pair?.isPresent !== true || pair.state === "apart" || pair.state === "ended") return false;
  return !(offers && pair.state === "failed");
}
