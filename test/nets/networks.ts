/**
 * Runs the lab of real networks, all of it, and writes `docs/networks.md`: `npm run nets`. Needs root, iproute2, nftables, coturn and a
 * Chromium; takes some ten minutes.
 */
import { writeFileSync } from "node:fs";
import type { FaultRow } from "./faults.ts";
import { missingForLab } from "./lab/lab-tools.ts";
import { networksPage } from "./networks-page.ts";
import type { PathRow } from "./paths.ts";
import { runLab } from "./run-lab.ts";

const missing = missingForLab();
if (missing !== null) throw new Error(`the lab cannot run here: ${missing}`);
const withTurn = await runLab<PathRow>("paths.ts");
const withoutTurn = await runLab<PathRow>("paths.ts", "--no-turn");
const faults = await runLab<FaultRow>("faults.ts");
const page = networksPage([...withTurn, ...withoutTurn], faults);
writeFileSync(new URL("../../docs/networks.md", import.meta.url), page);
console.log(page);
