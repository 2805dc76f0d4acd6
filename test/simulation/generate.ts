import type { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { RandomStream } from "../../src/simulator/network/random-stream.ts";
import type { Operation } from "../../src/simulator/world/operation.ts";
import type { RecordedOperation, Recording } from "../../src/simulator/world/recording.ts";
import type { LinkChange, WorldConditions } from "../../src/simulator/world/world-options.ts";

/** A run has at least this many ticks. */
const MIN_TICKS = 300;
const MAX_PEER_ID = 2_147_483_647;

/** Most bytes of a packet: small ones mostly, as games send; up to what no game should. */
const SIZES = [
  1, 32, 32, 32, 200, 200, 200, 200, 1_200, 1_200, 1_200, 5_000, 5_000, 5_000, 5_000, 20_000, 20_000, 40_000, 40_000,
  200_000,
];

/** What is done to meshes; games' inputs are another matter. */
type MeshKind = Exclude<Operation["kind"], "input">;

/** How often each kind is drawn. Sends come beside, several a tick. */
const KINDS: readonly (readonly [MeshKind, number])[] = [
  ["join", 12],
  ["leave", 5],
  ["crash", 4],
  ["kick", 1],
  ["stall", 8],
  ["drift", 3],
  ["disconnect", 3],
  ["retry", 4],
  ["partition", 5],
  ["link", 10],
  ["reach", 3],
  ["server", 5],
  ["line", 5],
  ["lines", 3],
  ["heal", 4],
  ["repair", 4],
  ["network", 3],
];
const WEIGHTS = KINDS.reduce((sum, [, weight]) => sum + weight, 0);

/** A run of its own for each seed: any kind of operation may come in any of them. */
export function generate(seed: number): Recording {
  return new Generator(seed).recording();
}

class Generator {
  readonly #random: RandomStream;
  readonly #seed: number;
  readonly #ids: readonly number[];
  readonly #extraChannels: readonly TransferMode[];

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = RandomStream.named(seed, "operations");
    this.#ids = this.#drawIds();
    this.#extraChannels = Array.from({ length: this.#random.below(3) }, () => this.#drawMode());
  }

  recording(): Recording {
    const random = this.#random;
    const ticks = MIN_TICKS + random.below(100);
    const operations: RecordedOperation[] = [];
    const chaos = random.pick([0.02, 0.08, 0.25]);
    const traffic = random.pick([0.1, 0.4, 1, 2]);
    for (const peer of this.#ids) operations.push({ tick: random.below(30), operation: { kind: "join", peer } });
    for (let tick = 1; tick < ticks; tick++) {
      if (random.chance(chaos)) operations.push({ tick, operation: this.#draw(this.#drawKind()) });
      for (let left = traffic; left > 0; left--) {
        if (random.chance(left)) operations.push({ tick, operation: this.#drawSend() });
      }
    }
    return { options: this.#drawOptions(), operations: operations.sort((one, other) => one.tick - other.tick), ticks };
  }

  #drawIds(): number[] {
    const random = this.#random;
    const most = random.pick([3, 3, 3, 4, 4, 6, 8, 16]);
    const count = random.between(2, most);
    const ids = new Set<number>();
    const areSmall = random.chance(0.7);
    while (ids.size < count) ids.add(areSmall ? ids.size + 1 : random.between(1, MAX_PEER_ID));
    return [...ids];
  }

  #drawOptions(): WorldConditions {
    const random = this.#random;
    return {
      seed: this.#seed,
      ticksPerSecond: random.pick([10, 20, 30, 60]),
      link: random.chance(0.5) ? this.#drawConditions() : {},
      crashNoticeMs: random.pick([0, 500, 2_000]),
      extraChannels: this.#extraChannels,
      connectTimeoutMs: random.pick([2_000, 5_000, 15_000]),
      disconnectGraceMs: random.pick([500, 2_000, 5_000]),
      maxUnreadBytes: random.pick([65_536, 1_048_576, 16_777_216]),
    };
  }

  #drawKind(): MeshKind {
    let left = this.#random.below(WEIGHTS);
    for (const [kind, weight] of KINDS) {
      left -= weight;
      if (left < 0) return kind;
    }
    return "heal";
  }

  #draw(kind: MeshKind): Operation {
    const random = this.#random;
    const peer = random.pick(this.#ids);
    switch (kind) {
      case "join":
        return {
          kind,
          peer,
          clockOffsetMs: random.between(-100_000, 100_000),
          clockDriftPpm: random.between(-200, 200),
        };
      case "leave":
      case "crash":
      case "kick":
      case "retry":
        return { kind, peer };
      case "stall":
        return { kind, peer, ms: random.pick([30, 200, 1_000, 4_000]) };
      case "drift":
        return { kind, peer, ppm: random.pick([-200_000, -100, 0, 100, 200_000]) };
      case "send":
        return this.#drawSend();
      case "disconnect":
        return { kind, peer, other: this.#drawOther(peer) };
      case "partition":
        return { kind, groups: this.#drawGroups(), oneWay: random.chance(0.3) };
      case "link":
        return this.#drawLink(peer);
      case "reach":
        return { kind, one: peer, other: this.#drawOther(peer), isReachable: random.chance(0.5) };
      case "server":
        return { kind, isUp: random.chance(0.6) };
      case "line":
        return { kind, peer, isUp: random.chance(0.6) };
      case "lines":
        return { kind, conditions: { latencyMs: random.pick([0, 5, 50, 300]), jitterMs: random.pick([0, 100]) } };
      case "heal":
        return { kind };
      case "repair":
        return { kind, peer, other: this.#drawOther(peer), step: random.pick(["restart", "replace"]) };
      case "network":
        return { kind, peer, isTold: random.chance(0.5) };
    }
  }

  #drawLink(peer: number): Operation {
    const random = this.#random;
    const conditions = this.#drawConditions();
    const which = random.pick([{}, { from: peer }, { to: peer }, { from: peer, to: this.#drawOther(peer) }]);
    return { kind: "link", conditions, which };
  }

  #drawConditions(): LinkChange {
    const random = this.#random;
    const conditions: LinkChange = { latencyMs: random.pick([0, 1, 20, 80, 300]) };
    return {
      ...conditions,
      ...(random.chance(0.4) && { jitterMs: random.pick([5, 50, 200]) }),
      ...(random.chance(0.4) && { lossRatio: random.pick([0, 0.01, 0.1, 0.3]) }),
      ...(random.chance(0.2) && { burst: { startRatio: 0.02, endRatio: 0.2, lossRatio: 0.9 } }),
      ...(random.chance(0.3) && { reorderRatio: random.pick([0.02, 0.3]), reorderMs: random.pick([2, 60]) }),
      ...(random.chance(0.2) && { duplicateRatio: random.pick([0.05, 0.5]) }),
      ...(random.chance(0.3) && {
        bandwidthKbps: random.pick([256, 2_000, 50_000, null]),
        queueBytes: random.pick([4_000, 256_000]),
      }),
    };
  }

  #drawSend(): Operation {
    const random = this.#random;
    const peer = random.pick(this.#ids);
    const other = this.#drawOther(peer);
    return {
      kind: "send",
      peer,
      to: random.pick([0, 0, other, -other]),
      mode: this.#drawMode(),
      channel: random.below(this.#extraChannels.length + 1),
      size: this.#drawSize(),
    };
  }

  #drawSize(): number {
    const random = this.#random;
    const most = random.pick(SIZES);
    return random.chance(0.5) ? most : random.between(1, most);
  }

  #drawMode(): TransferMode {
    return this.#random.below(3) as TransferMode;
  }

  #drawOther(peer: number): number {
    return this.#random.pick(this.#ids.filter((id) => id !== peer));
  }

  #drawGroups(): number[][] {
    const count = this.#random.between(2, 3);
    const groups: number[][] = Array.from({ length: count }, () => []);
    for (const id of this.#ids) if (this.#random.chance(0.9)) this.#random.pick(groups).push(id);
    return groups;
  }
}
