import { describe, expect, test } from "vitest";
import { areToolsRequired } from "../support/executables.ts";
import { expectedPaths } from "./expected-path.ts";
import type { FaultRow } from "./faults.ts";
import { missingForLab } from "./lab/lab-tools.ts";
import type { PathRow } from "./paths.ts";
import { runLab } from "./run-lab.ts";

// `npm run nets` takes all pairs and all faults; here are those that differ in kind.
const PAIRS = [
  "open+symmetric",
  "address-restricted+symmetric",
  "port-restricted+port-restricted",
  "port-restricted+lossy-10",
  "port-restricted+symmetric",
  "symmetric+symmetric",
  "open+udp-blocked",
];
const PAIRS_WITHOUT_TURN = ["symmetric+symmetric", "open+udp-blocked"];
const SURVIVED = ["cut for 3 s", "address changes, direct", "UDP blocked all of a sudden, no TURN"];
const FAULTS = [...SURVIVED, "cut for 20 s", "lobby server gone for 5 s"];

const missing = missingForLab();

if (missing === null) describe("real networks", laboratory);
else notRun(missing);

function laboratory(): void {
  test("G1 every pair of networks gets the best path there is: direct, else by TURN, else by the lobby server", async () => {
    const rows = [
      ...(await runLab<PathRow>("paths.ts", "--only", PAIRS.join(","))),
      ...(await runLab<PathRow>("paths.ts", "--no-turn", "--only", PAIRS_WITHOUT_TURN.join(","))),
    ];
    expect(rows).toHaveLength(PAIRS.length + PAIRS_WITHOUT_TURN.length);
    for (const { networks, turn, path } of rows) {
      expect(expectedPaths(networks, turn), `${networks.join(" and ")}, turn: ${turn}`).toContain(path);
    }
  });

  describe("faults", async () => {
    const rows = await runLab<FaultRow>("faults.ts", "--only", FAULTS.join("|"));
    const rowOf = (name: string): FaultRow => rows.find(({ fault }) => fault === name) as FaultRow;

    test.each(SURVIVED)("G2 nobody leaves, and no reliable message is lost, doubled or out of order: %s", (name) => {
      expect(rowOf(name)).toMatchObject({ left: 0, wrong: 0, recovered: true });
    });

    test("G3 who was cut off for longer than the session waits has left, and comes again by itself", () => {
      expect(rowOf("cut for 20 s")).toMatchObject({ left: 2, wrong: 0, recovered: true });
    });

    test("G4 a game goes on while its lobby server is gone", () => {
      expect(rowOf("lobby server gone for 5 s")).toMatchObject({ unstable: 0, left: 0, wrong: 0, recovered: true });
    });
  });
}

/** `npm test` counts it apart, by the beginning of its title. */
function notRun(why: string): void {
  test(`NOT RUN: the lab of real networks (${why})`, () => {
    if (areToolsRequired) expect.fail(`the lab of real networks must run here, but ${why}`);
  });
}
