import { expect, test } from "vitest";
import { runInPool } from "./seed-pool.ts";

test("S98 forty random runs in stars: whoever stays meets everybody, and loses neither players nor words", {
  timeout: 600_000,
}, async () => {
  const report = await runInPool({ what: "star", from: 0, count: 40 });
  expect(report.failures).toEqual([]);
  expect(report.seeds).toBe(40);
  expect(report.slowestAgreementS).toBeLessThanOrEqual(2.1);
});
