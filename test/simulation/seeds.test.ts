import { expect, test } from "vitest";
import { PINNED_RUNS } from "./pinned-runs.ts";
import { RUNS } from "./run-seeds.ts";
import { runInPool } from "./seed-pool.ts";

/** Every kind of operation that there is: `satisfies` would not notice one that is missing. */
const KINDS = [
  ...["crash", "disconnect", "drift", "heal", "join", "kick", "leave", "line", "lines", "link", "network"],
  ...["partition", "reach", "repair", "retry", "send", "server", "stall"],
];

test("W74 a thousand random runs of whole meshes keep every promise, and everybody agrees in the end", {
  timeout: 600_000,
}, async () => {
  const report = await runInPool({ from: 0, count: 1_000 });
  expect(report.failures).toEqual([]);
  expect(report.seeds).toBe(1_000);
  expect(report.ticks).toBeGreaterThan(300_000);
  expect(Object.keys(report.operations).sort()).toEqual(KINDS);
  expect(report.slowestAgreementS).toBeLessThan(60);
});

test("W85 four hundred random runs of sessions keep every promise, and everybody hears everybody in the end", {
  timeout: 600_000,
}, async () => {
  const report = await runInPool({ what: "session", from: 0, count: 400 });
  expect(report.failures).toEqual([]);
  expect(report.seeds).toBe(400);
  expect(report.ticks).toBeGreaterThan(120_000);
  expect(report.operations.input).toBeGreaterThan(40_000);
  expect(report.slowestAgreementS).toBeLessThan(60);
});

test("W90 two hundred random runs in which connections are cut, repaired and replaced keep every promise", {
  timeout: 600_000,
}, async () => {
  const report = await runInPool({ what: "resume", from: 0, count: 200 });
  expect(report.failures).toEqual([]);
  expect(report.seeds).toBe(200);
  expect(report.operations.repair).toBeGreaterThan(600);
  expect(report.slowestAgreementS).toBeLessThan(60);
});

test.each(PINNED_RUNS)("W75 a run that failed once: $found", ({ what = "mesh", recording }) => {
  expect(RUNS[what].play(recording).fault).toBeNull();
});
