import { networkHash } from "./pinned.ts";
import { wholeStackHash } from "./whole-stack.ts";

// What another engine's hashes are compared with: the network's, then those of the seeds that were asked for.
console.log(JSON.stringify([networkHash(), ...process.argv.slice(2).map((seed) => wholeStackHash(Number(seed)))]));
