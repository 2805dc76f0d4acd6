import { RandomStream } from "../../../src/simulator/network/random-stream.ts";
import type { Operation } from "../../../src/simulator/world/operation.ts";
import type { RecordedOperation, Recording } from "../../../src/simulator/world/recording.ts";
import type { HostInput } from "../host/host-game.ts";

const TICKS_PER_SECOND = 30;

/** A run of three to eight players in a star, with some trouble: lines that are cut, pages that stand still, players who come and go. */
export function generateStar(seed: number): Recording {
  const random = RandomStream.named(seed, "star operations");
  const ids = Array.from({ length: random.between(3, 8) }, (_, i) => i + 1);
  const ticks = TICKS_PER_SECOND * random.between(6, 16);
  const operations: RecordedOperation[] = [];
  const add = (tick: number, operation: Operation): void => void operations.push({ tick, operation });
  const late = random.chance(0.3);
  for (const peer of ids) add(late && peer > 2 ? random.below(ticks) : 0, { kind: "join", peer });
  const trouble = random.pick([0, 0.01, 0.03]);
  for (let tick = TICKS_PER_SECOND; tick < ticks; tick++) {
    if (!random.chance(trouble)) continue;
    const peer = random.pick(ids);
    const other = random.pick(ids.filter((id) => id !== peer));
    const kind = random.below(12);
    if (kind < 4) {
      const which = random.chance(0.7) ? { between: [peer, other] } : { from: peer, to: other };
      add(tick, { kind: "link", conditions: { lossRatio: 1 }, which });
      const lasts = random.pick([0.3, 1, 2, 4, 10]) * TICKS_PER_SECOND;
      add(Math.min(ticks, tick + Math.round(lasts)), { kind: "link", conditions: { lossRatio: 0 }, which });
    } else if (kind < 6) {
      add(tick, { kind: "repair", peer, other, step: random.chance(0.5) ? "replace" : "restart" });
    } else if (kind === 6) {
      add(tick, { kind: "stall", peer, ms: random.pick([200, 900, 2_000, 5_000]) });
    } else if (kind === 7) {
      add(tick, { kind: "server", isUp: false });
      add(tick + random.below(4 * TICKS_PER_SECOND), { kind: "server", isUp: true });
    } else if (kind === 8) {
      add(tick, { kind: "crash", peer });
      add(tick + random.below(4 * TICKS_PER_SECOND), { kind: "join", peer });
    } else if (kind === 9) {
      add(tick, { kind: "leave", peer });
      add(tick + random.below(4 * TICKS_PER_SECOND), { kind: "join", peer });
    } else if (kind === 10) {
      const input: HostInput = { do: random.pick(["hide", "show", "resign"] as const) };
      add(tick, { kind: "input", peer, input });
    } else {
      add(tick, { kind: "disconnect", peer, other });
      add(tick + random.below(2 * TICKS_PER_SECOND), { kind: "retry", peer });
    }
  }
  return {
    options: {
      seed,
      ticksPerSecond: TICKS_PER_SECOND,
      link: { latencyMs: random.pick([1, 20, 80]), lossRatio: random.pick([0, 0, 0.02]) },
      crashNoticeMs: random.pick([0, 500, 2_000]),
      disconnectGraceMs: random.pick([2_000, 5_000]),
    },
    operations: operations.filter(({ tick }) => tick < ticks).sort((one, other) => one.tick - other.tick),
    ticks,
    hasGame: true,
  };
}
