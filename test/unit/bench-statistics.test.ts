import { expect, test } from "vitest";
import { estimate, quantile, ratios } from "../../bench/statistics.ts";

const from1To = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

test("the median's interval cuts off what the sign test allows", () => {
  // From the table of the sign test: of 21 values five at each end, of 30 nine, of 6 none.
  expect(estimate(from1To(21).reverse())).toEqual({ median: 11, low: 6, high: 16 });
  expect(estimate(from1To(30))).toEqual({ median: 15.5, low: 10, high: 21 });
  expect(estimate(from1To(6))).toEqual({ median: 3.5, low: 1, high: 6 });
});

test("too few values have their range as interval", () => {
  expect(estimate([3, 1])).toEqual({ median: 2, low: 1, high: 3 });
  expect(estimate([5])).toEqual({ median: 5, low: 5, high: 5 });
});

test("quantiles lie between the nearest values", () => {
  expect(quantile([10, 20, 30], 0.5)).toBe(20);
  expect(quantile([10, 20, 30], 0.95)).toBeCloseTo(29);
  expect(quantile([10], 0.99)).toBe(10);
});

test("ratios are taken round by round", () => {
  expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
});
