import { RandomStream } from "../../../src/simulator/network/random-stream.ts";
import type { RecordedOperation, Recording } from "../../../src/simulator/world/recording.ts";
import { generate } from "../generate.ts";
import type { HostInput } from "./host-game.ts";

/** A run with hosts for each seed: what is done to the mesh is drawn as for meshes, and in place of some packets hosts resign or hide. */
export function generateHost(seed: number): Recording {
  const random = RandomStream.named(seed, "host operations");
  const mesh = generate(seed);
  const operations = mesh.operations.flatMap(({ tick, operation }): RecordedOperation[] => {
    if (operation.kind === "stall" && random.chance(0.3)) {
      return [{ tick, operation: { ...operation, ms: random.between(1_000, 10_000) } }];
    }
    if (operation.kind !== "send") return [{ tick, operation }];
    if (!random.chance(0.03)) return [];
    const input: HostInput = { do: random.pick(["hide", "show", "show", "resign"] as const) };
    return [{ tick, operation: { kind: "input", peer: operation.peer, input } }];
  });
  const { extraChannels: _none, maxUnreadBytes: _unread, ...options } = mesh.options;
  return { ...mesh, options: { ...options, maxUnreadBytes: 16_777_216 }, operations, hasGame: true };
}
