/**
 * Measures data channels of a real Chromium and of the simulator side by side, and writes `docs/calibration.md`:
 * `npm run calibrate [-- --seconds 90]`. Needs root or unprivileged user namespaces, iproute2 and nftables.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { calibrationPage, type Row } from "./calibration-page.ts";
import { cellsOf, figuresOf, LOSS_PERCENTS, ROUND_TRIPS_MS, together } from "./cell.ts";
import { enterNamespace, PortLoss } from "./namespace.ts";
import { runForReal } from "./real-cells.ts";
import { runSimulated } from "./simulated-cells.ts";

/** One run of the simulator for each. */
const SEEDS: readonly number[] = [1, 2, 3, 4, 5];

const { values } = parseArgs({ options: { seconds: { type: "string", default: "90" }, out: { type: "string" } } });
const seconds = Number(values.seconds);
enterNamespace();
const loss = new PortLoss(LOSS_PERCENTS.filter((percent) => percent > 0));
const rows: Row[] = [];
let chromium = "";
for (const roundTripMs of ROUND_TRIPS_MS) {
  const cells = cellsOf(roundTripMs);
  console.log(`${cells.length} connections at a round trip of ${roundTripMs} ms, for ${seconds} s`);
  const { outcomes, version } = await runForReal(cells, seconds, loss);
  chromium = version;
  const real = outcomes.map(figuresOf);
  const unhurt = real.filter((_, index) => cells[index]?.lossPercent === 0).map(({ p50 }) => p50.at - roundTripMs / 2);
  const processorMs = Math.max(0, unhurt.reduce((sum, ms) => sum + ms, 0) / unhurt.length);
  for (const [index, cell] of cells.entries()) {
    const runs = SEEDS.map((seed) => runSimulated(cell, seconds, processorMs, seed));
    const simulated = figuresOf(together(runs));
    rows.push({ cell, real: real[index] as Row["real"], simulated, processorMs });
  }
}
const page = calibrationPage(rows, seconds, chromium);
console.log(page);
writeFileSync(values.out ?? new URL("../../docs/calibration.md", import.meta.url), page);
