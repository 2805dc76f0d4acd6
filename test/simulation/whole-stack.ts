import { generate } from "./generate.ts";
import { play } from "./scenario.ts";

/** The trace of a whole run: mesh, connector, connections, channels and network, under one seed. It changes with the code. */
export function wholeStackHash(seed: number): string {
  return play(generate(seed)).world.hash;
}
