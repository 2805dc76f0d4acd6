import { expect, test } from "vitest";
import { runInPool } from "./seed-pool.ts";

test("H15 five hundred random runs with hosts: one host within 2 s of healing, little or nothing lost, nobody acts who is none", {
  timeout: 1_800_000,
}, async () => {
  const report = await runInPool({ what: "host", from: 0, count: 500 });
  expect(report.failures).toEqual([]);
  expect(report.seeds).toBe(500);
  expect(report.operations.input).toBeGreaterThan(1_000);
  expect(report.slowestAgreementS).toBeLessThanOrEqual(2.1);
});
