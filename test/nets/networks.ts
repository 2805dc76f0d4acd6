/**
 * Runs the lab of real networks, all of it, and writes `docs/networks.md`: `npm run nets`. Needs root, iproute2, nftables, coturn and a
 * Chromium; takes some ten minutes.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FAULT_NAMES } from "./faults.ts";
import type { Seat } from "./lab/lab-player.ts";
import { missingForLab } from "./lab/lab-tools.ts";
import { NETWORKS } from "./lab/site.ts";
import { networksPage } from "./networks-page.ts";
import type { Pair } from "./paths.ts";
import { runLab } from "./run-lab.ts";

// It has no options: whoever asks for one is not to wait for ten minutes.
parseArgs({ options: {} });
const missing = missingForLab();
if (missing !== null) throw new Error(`the lab cannot run here: ${missing}`);
// One pair after the other, for the times.
const { paths } = await runLab({ pairs: allPairs() });
const { faults } = await runLab({ faults: FAULT_NAMES, atOnce: 3 });
const page = networksPage(paths, faults);
writeFileSync(new URL("../../docs/networks.md", import.meta.url), page);
console.log(page);

function allPairs(): Pair[] {
  const combinations = (["Chromium", "Node"] as const).flatMap((runtime) =>
    NETWORKS.flatMap((one, index) =>
      NETWORKS.slice(index).map((other): [Seat, Seat] => [seat(runtime, one), seat(runtime, other)]),
    ),
  );
  const mixed = NETWORKS.flatMap((one) =>
    NETWORKS.map((other): [Seat, Seat] => [seat("Node", one), seat("Chromium", other)]),
  );
  return [true, false].flatMap((turn) => [...combinations, ...mixed].map((seats) => ({ seats, turn })));
}

function seat(runtime: Seat["runtime"], network: Seat["network"]): Seat {
  return { runtime, network };
}
