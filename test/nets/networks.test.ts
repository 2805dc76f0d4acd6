import { describe, expect, test } from "vitest";
import { areToolsRequired } from "../support/executables.ts";
import { expectedPaths } from "./expected-path.ts";
import type { FaultRow } from "./faults.ts";
import { missingForLab } from "./lab/lab-tools.ts";
import type { PathRow } from "./paths.ts";
import { type LabResults, runLab } from "./run-lab.ts";
import { readPair, writePair } from "./seats.ts";

// `npm run nets` takes all pairs and all faults; here are those that differ in kind.
const CHROMIUM_PAIRS = [
  "open+symmetric",
  "address-restricted+symmetric",
  "port-restricted+port-restricted",
  "port-restricted+lossy-10",
  "port-restricted+symmetric",
  "symmetric+symmetric",
  "open+udp-blocked",
  "symmetric+symmetric -turn",
  "open+udp-blocked -turn",
];
const NODE_PAIRS = [
  "node:symmetric+open",
  "node:symmetric+address-restricted",
  "node:symmetric+port-restricted",
  "node:symmetric+symmetric",
  "node:symmetric+udp-blocked",
  "node:symmetric+lossy-10",
  "node:symmetric+open -turn",
  "node:symmetric+symmetric -turn",
  "node:udp-blocked+open",
  "node:symmetric+node:symmetric",
];
const SURVIVED = [
  "cut for 3 s",
  "address changes, direct",
  "UDP blocked all of a sudden, no TURN",
  "Node's address changes",
  "Node's UDP blocked all of a sudden",
];
const TOO_LONG = "cut for 20 s";
const SERVER_GONE = "lobby server killed, back after 5 s";

const missing = missingForLab();

if (missing === null) describe("real networks", laboratory);
else notRun(missing);

async function laboratory(): Promise<void> {
  const results = await runLab({
    pairs: [...CHROMIUM_PAIRS, ...NODE_PAIRS].map(readPair),
    // The longest first.
    faults: [TOO_LONG, SERVER_GONE, ...SURVIVED],
    atOnce: 4,
  });

  test("G1 every pair of networks gets the best path there is: direct, else by TURN, else by the lobby server", () => {
    expectBest(results, CHROMIUM_PAIRS);
  });

  test("G5 a Node behind a symmetric NAT meets everybody: directly, else by TURN, else by the lobby server", () => {
    expectBest(results, NODE_PAIRS);
  });

  test.each(SURVIVED)("G2 nobody leaves, and no reliable message is lost, doubled or out of order: %s", (name) => {
    expect(rowOf(results, name)).toMatchObject({ left: 0, wrong: 0, recovered: true });
  });

  test("G3 who was cut off for longer than the session waits has left, and comes again by itself", () => {
    expect(rowOf(results, TOO_LONG)).toMatchObject({ left: 2, wrong: 0, recovered: true });
  });

  test("G4 a game goes on while its lobby server is gone", () => {
    expect(rowOf(results, SERVER_GONE)).toMatchObject({ unstable: 0, left: 0, wrong: 0, recovered: true });
  });
}

function expectBest({ paths }: LabResults, pairs: readonly string[]): void {
  for (const pair of pairs) {
    const row = paths.find((each) => writePair(each) === pair) as PathRow;
    for (const path of row.paths) expect(expectedPaths(row), `${pair}, in all ${row.paths}`).toContain(path);
  }
}

function rowOf({ faults }: LabResults, name: string): FaultRow {
  return faults.find(({ fault }) => fault === name) as FaultRow;
}

/** `npm test` counts it apart, by the beginning of its title. */
function notRun(why: string): void {
  test(`NOT RUN: the lab of real networks (${why})`, () => {
    if (areToolsRequired) expect.fail(`the lab of real networks must run here, but ${why}`);
  });
}
