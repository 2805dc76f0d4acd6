import { beforeAll, describe, expect, test } from "vitest";
import { areToolsRequired, isExecutable, onPath } from "../support/executables.ts";
import { FAULTS, type Fault, titleOf } from "./faults.ts";
import { type Suffered, sufferAll } from "./suffer-all.ts";

// `npm run faults` takes all of them; here is one of each kind, where most can go wrong.
const SAMPLES = FAULTS.filter((fault) =>
  [
    "server restarted (SIGTERM); migration; key",
    "server killed, started again after 3 s; play; no key",
    "Redis killed, started again after 3 s, empty; set-up; Redis",
    "the host's browser killed, back at once; play; key",
    "the host's browser killed, and the next host's as soon as it plays; play; key",
    "the host's page frozen for 12 s; play; key",
    "the host's machine asleep for 12 s, its clock too; play; key",
    "the host's calendar set an hour back; play; key",
    "the host's clock leaps by an hour; play; key",
  ].includes(titleOf(fault)),
);

if (process.platform !== "linux") notRun("faults of real processes", "only Linux tells which process runs a page");
else if (!onPath("redis-server").some(isExecutable))
  notRun("faults of real processes", "there is no redis-server here");
else describe("faults", suffering);

function suffering(): void {
  let suffered: readonly Suffered[] = [];

  beforeAll(async () => {
    suffered = await sufferAll(SAMPLES, { seed: 1, atOnce: 3 });
  });

  const wrongOf = (rule: Fault["rule"]): readonly string[] => {
    const shown = suffered.filter(({ fault }) => fault.rule === rule);
    expect(shown.length).toBeGreaterThan(0);
    return shown.flatMap(({ wrong }) => wrong);
  };

  test("F1 a server with a key that fails ends nothing: here it is restarted as its lobby's host is killed", () => {
    expect(wrongOf("F1")).toEqual([]);
  });

  test("F2 without a key a lobby ends with its server, and its game goes on", () => {
    expect(wrongOf("F2")).toEqual([]);
  });

  test("F3 a Redis that is killed while a player joins, and comes back empty, ends nothing", () => {
    expect(wrongOf("F3")).toEqual([]);
  });

  test("F4 a host whose browser is killed is followed by another, and comes back as who it was", () => {
    expect(wrongOf("F4")).toEqual([]);
  });

  test("F5 two hosts that are killed one after the other are followed by a third", () => {
    expect(wrongOf("F5")).toEqual([]);
  });

  test("F6 a host whose page stood still for 12 s comes back by itself, and follows another", () => {
    expect(wrongOf("F6")).toEqual([]);
  });

  test("F7 a host whose calendar is set, or whose clock leaps, stays host; one whose machine slept without counting follows another", () => {
    expect(wrongOf("F7")).toEqual([]);
    for (const what of ["calendar", "leaps"]) {
      const row = suffered.find(({ fault }) => fault.name.includes(what))?.row;
      expect(row).toMatchObject({ goneMs: null, newHostMs: null });
    }
  });
}

/** `npm test` counts it apart, by the beginning of its title. */
function notRun(what: string, why: string): void {
  test(`NOT RUN: ${what} (${why})`, () => {
    if (areToolsRequired) expect.fail(`${what} must run here, but ${why}`);
  });
}
