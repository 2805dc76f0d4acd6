/**
 * `npm run faults`: breaks servers, browsers and clocks under real games, and tells what the players noticed, in some fifteen minutes.
 * `--write` puts the tables into `docs/faults.md`; `--only "part of a title|another"` chooses; `--seed K` draws other moments; `--at-once
 * N` is quicker, and its times say less. Needs Linux, a Chromium and a Redis.
 */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { FAULTS, titleOf } from "./faults.ts";
import { faultsPage } from "./faults-page.ts";
import { sufferAll } from "./suffer-all.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    "at-once": { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});
const wanted = values.only?.split("|");
const chosen = FAULTS.filter((fault) => wanted?.some((part) => titleOf(fault).includes(part)) ?? true);
const loads: number[] = [];
const suffered = await sufferAll(chosen, {
  seed: Number(values.seed),
  atOnce: Number(values["at-once"]),
  tell({ fault, row, wrong }) {
    loads.push(loadavg()[0] as number);
    console.log(`${wrong.length === 0 ? "✓" : "✗"} ${titleOf(fault)}`);
    for (const words of wrong) console.log(`    ${words}`);
    if (row !== null) console.log(`    ${JSON.stringify({ ...row, fault: undefined })}`);
  },
});
const page = faultsPage(
  suffered.flatMap(({ row }) => row ?? []),
  loads,
);
if (values.write) writeFileSync(new URL("../../docs/faults.md", import.meta.url), page);
console.log(page);
if (suffered.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
