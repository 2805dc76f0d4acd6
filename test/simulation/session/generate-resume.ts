import { RandomStream } from "../../../src/simulator/network/random-stream.ts";
import type { Operation } from "../../../src/simulator/world/operation.ts";
import type { RecordedOperation, Recording } from "../../../src/simulator/world/recording.ts";
import { drawInput } from "./generate-session.ts";

const TICKS_PER_SECOND = 30;
/** How long a connection may be cut. Unit: s. */
const CUTS_S = [1, 1, 2, 3, 4, 6, 8, 12, 20];
const LARGEST_BYTES = 60_000;

/**
 * A run of some players who mean to stay together, and a network that cuts them apart for seconds, while connections are repaired and
 * replaced at random moments, and pages are loaded again.
 */
export function generateResume(seed: number): Recording {
  const random = RandomStream.named(seed, "resume operations");
  const ids = Array.from({ length: random.pick([2, 2, 2, 3, 4]) }, (_, i) => i + 1);
  const ticks = TICKS_PER_SECOND * random.between(8, 24);
  const operations: RecordedOperation[] = ids.map((peer) => ({ tick: 0, operation: { kind: "join", peer } }));
  const add = (tick: number, operation: Operation): void => void operations.push({ tick, operation });
  const trouble = random.pick([0.01, 0.03, 0.06]);
  const talk = random.pick([0.1, 0.5, 1]);
  for (let tick = TICKS_PER_SECOND; tick < ticks; tick++) {
    if (random.chance(talk)) add(tick, drawInput(random, ids, random.chance(0.02) ? LARGEST_BYTES : 3_000));
    if (!random.chance(trouble)) continue;
    const peer = random.pick(ids);
    const other = random.pick(ids.filter((id) => id !== peer));
    const which = random.chance(0.7) ? { between: [peer, other] } : { from: peer, to: other };
    const kind = random.below(20);
    if (kind < 8) {
      add(tick, { kind: "link", conditions: { lossRatio: 1 }, which });
      const lasts = random.pick(CUTS_S) * TICKS_PER_SECOND + random.below(TICKS_PER_SECOND);
      add(Math.min(ticks, tick + lasts), { kind: "link", conditions: { lossRatio: 0 }, which });
    } else if (kind < 15) {
      add(tick, { kind: "repair", peer, other, step: random.chance(0.8) ? "replace" : "restart" });
    } else if (kind === 15) {
      add(tick, { kind: "stall", peer, ms: random.pick([500, 2_000, 4_000]) });
    } else if (kind === 16) {
      add(tick, { kind: "server", isUp: false });
      add(tick + random.below(3 * TICKS_PER_SECOND), { kind: "server", isUp: true });
    } else if (kind === 17) {
      add(tick, { kind: "crash", peer });
      add(tick + random.below(2 * TICKS_PER_SECOND), { kind: "join", peer });
    } else if (kind === 18) {
      add(tick, { kind: "disconnect", peer, other });
      add(tick + random.below(4 * TICKS_PER_SECOND), { kind: "retry", peer });
    } else {
      add(tick, { kind: "link", conditions: { latencyMs: random.pick([1, 30, 120]) } });
    }
  }
  return {
    options: {
      seed,
      ticksPerSecond: TICKS_PER_SECOND,
      link: { latencyMs: random.pick([5, 30, 80]), lossRatio: random.pick([0, 0, 0.02]) },
      crashNoticeMs: random.pick([0, 500, 2_000]),
      connectTimeoutMs: random.pick([2_000, 5_000, 15_000]),
      disconnectGraceMs: random.pick([500, 5_000]),
      maxUnreadBytes: 16_777_216,
    },
    operations: operations.sort((one, other) => one.tick - other.tick),
    ticks,
    hasGame: true,
  };
}
