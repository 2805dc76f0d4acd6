import { RandomStream } from "../../../src/simulator/network/random-stream.ts";
import type { Operation } from "../../../src/simulator/world/operation.ts";
import type { RecordedOperation, Recording } from "../../../src/simulator/world/recording.ts";
import { generate } from "../generate.ts";
import { CALL_NAMES, type Input, MESSAGE_NAMES, mostBytesOf } from "./table.ts";

/** Small ones mostly; lengths at which something changes; and a few that need many parts. Unit: bytes. */
const SIZES = [
  0, 1, 8, 20, 20, 32, 32, 100, 100, 127, 128, 200, 230, 250, 300, 900, 1_000, 1_080, 1_090, 1_200, 4_090, 4_097,
  16_380, 20_000,
];
const LARGEST = 300_000;

/** A run with sessions for each seed: what is done to the mesh is drawn as for meshes, and in place of packets players send messages. */
export function generateSession(seed: number): Recording {
  const random = RandomStream.named(seed, "session operations");
  const mesh = generate(seed);
  const ids = [
    ...new Set(mesh.operations.flatMap(({ operation }) => (operation.kind === "join" ? [operation.peer] : []))),
  ];
  const largest = random.chance(0.1) ? LARGEST : 60_000;
  const operations = mesh.operations.flatMap(({ tick, operation }): RecordedOperation[] => {
    if (operation.kind !== "send") return [{ tick, operation }];
    return Array.from({ length: random.pick([1, 1, 2, 5]) }, () => ({
      tick,
      operation: drawInput(random, ids, largest),
    }));
  });
  const { extraChannels: _none, maxUnreadBytes: _unread, ...options } = mesh.options;
  return { ...mesh, options: { ...options, maxUnreadBytes: 16_777_216 }, operations, hasGame: true };
}

/** What some player says or asks. `largest`: its bytes, now and then. */
export function drawInput(random: RandomStream, ids: readonly number[], largest: number): Operation {
  const peer = random.pick(ids);
  const other = random.pick(ids);
  return {
    kind: "input",
    peer,
    input: random.chance(0.15) ? drawCall(random, other) : drawSend(random, other, largest),
  };
}

function drawSend(random: RandomStream, other: number, largest: number): Input {
  const name = random.pick(MESSAGE_NAMES);
  const size = Math.min(random.chance(0.02) ? largest : random.pick(SIZES), mostBytesOf(name));
  return { do: "send", name, size, to: random.pick([0, 0, other, -other]) };
}

function drawCall(random: RandomStream, to: number): Input {
  return {
    do: "call",
    name: random.pick(CALL_NAMES),
    size: random.pick([1, 30, 300, 6_000]),
    to,
    wish: random.pick(["same", "same", "long", "none", "failure"] as const),
    timeoutMs: random.pick([100, 1_000, 5_000]),
  };
}
