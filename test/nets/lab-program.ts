/**
 * The lab, in a network namespace of its own: `--pair "open+node:symmetric -turn" --fault "cut for 3 s" --at-once 4`, as many as wanted of
 * each. Prints a line of JSON for each when it is done: a `PathRow` or a `FaultRow`. Needs root, iproute2, nftables, coturn and a
 * Chromium.
 */
import { parseArgs } from "node:util";
import { sufferFault } from "./faults.ts";
import { Lab } from "./lab/lab.ts";
import type { LabLobbies } from "./lab/lab-lobbies.ts";
import { enterNamespace } from "./namespace.ts";
import { connectPair } from "./paths.ts";
import { readPair } from "./seats.ts";

const { values } = parseArgs({
  options: {
    pair: { type: "string", multiple: true, default: [] },
    fault: { type: "string", multiple: true, default: [] },
    "at-once": { type: "string", default: "1" },
  },
});

enterNamespace();
const lab = await Lab.open();
try {
  const lobbies = new Map<boolean, Promise<LabLobbies>>();
  const lobbiesOf = (turn: boolean): Promise<LabLobbies> => {
    const known = lobbies.get(turn) ?? lab.openLobbies(turn);
    lobbies.set(turn, known);
    return known;
  };
  const waiting = [
    ...values.fault.map((name) => () => sufferFault(lab, name)),
    ...values.pair.map(readPair).map((pair) => async () => connectPair(lab, await lobbiesOf(pair.turn), pair)),
  ];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      console.log(JSON.stringify(await next()));
    }
  };
  await Promise.all(Array.from({ length: Number(values["at-once"]) }, work));
} finally {
  await lab.close();
}
