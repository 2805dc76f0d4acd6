import { relayThrough } from "../../src/backends/paths/index.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { BackendFactory, ConnectionBackend } from "../../src/seam/connection-backend.ts";
import type { PairPaths } from "../../src/seam/pair-paths.ts";
import type { MemoryRelay } from "./memory-relay.ts";
import type { Time } from "./until.ts";

/** Connections with two ways, for those who know backends alone: `pass` polls them. */
export interface PolledPaths {
  readonly create: BackendFactory;
  readonly time: Time;
  /** The connection whose direct way is this. */
  backendOf(native: object): ConnectionBackend | undefined;
}

const random = seededRandom(99);

export function polledPaths(
  relay: MemoryRelay,
  direct: BackendFactory,
  headStartMs: number,
  time: Time,
  pollsEvery: number,
): PolledPaths {
  const clock = { nowMs: () => time.nowMs() };
  const { to } = relayThrough(relay.pipe(1));
  // Held weakly: who is let go of is to be collected.
  const polled = new Set<WeakRef<PairPaths>>();
  const backends = new WeakMap<object, WeakRef<ConnectionBackend>>();
  const poll = (): void => {
    for (const held of polled) {
      const paths = held.deref();
      if (paths === undefined) polled.delete(held);
      else paths.poll();
    }
  };
  return {
    create: (configuration, observer) => {
      const paths = to(1, { direct, clock, random, headStartMs });
      const backend = paths.backend(configuration, observer);
      polled.add(new WeakRef(paths));
      lives.set(backend, paths);
      if (typeof backend.native === "object" && backend.native !== null) {
        backends.set(backend.native, new WeakRef(backend));
      }
      return backend;
    },
    time: {
      nowMs: () => time.nowMs(),
      pass: async (ms) => {
        for (let rest = ms; rest > 0; rest -= pollsEvery) {
          await time.pass(Math.min(rest, pollsEvery));
          poll();
        }
      },
    },
    backendOf: (native) => backends.get(native)?.deref(),
  };
}

/** Its paths live as long as a backend. */
const lives = new WeakMap<ConnectionBackend, PairPaths>();
