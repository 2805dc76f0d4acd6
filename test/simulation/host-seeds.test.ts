import { expect, test } from "vitest";
import { runInPool } from "./seed-pool.ts";

test("H15 a hundred and fifty random runs with hosts: one host within 2 s of healing, little or nothing lost, nobody acts who is none", {
  timeout: 600_000,
}, async () => {
  const report = await runInPool({ what: "host", from: 0, count: 150 });
  expect(report.failures).toEqual([]);
  expect(report.seeds).toBe(150);
  expect(report.operations.input).toBeGreaterThan(300);
  expect(report.slowestAgreementS).toBeLessThanOrEqual(2.1);
});
