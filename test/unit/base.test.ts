import fc from "fast-check";
import { expect, test } from "vitest";
import { shown } from "../../src/base/diagnostics.ts";
import { Emitter } from "../../src/base/emitter.ts";
import { seededRandom, systemRandom } from "../../src/base/random.ts";
import { Ring } from "../../src/base/ring.ts";
import { TickmeshError } from "../../src/base/tickmesh-error.ts";

test("a ring gives back what was put in, in order, however it grows and wraps", () => {
  const operations = fc.array(fc.oneof(fc.nat(), fc.constant("shift" as const)), { maxLength: 400 });
  fc.assert(
    fc.property(operations, (list) => {
      const ring = new Ring<number>();
      const model: number[] = [];
      for (const operation of list) {
        if (operation === "shift") expect(ring.shift()).toBe(model.shift());
        else {
          ring.push(operation);
          model.push(operation);
        }
        expect(ring.length).toBe(model.length);
        expect(model.map((_, index) => ring.at(index))).toEqual(model);
        expect(ring.at(model.length)).toBeUndefined();
      }
      while (model.length > 0) expect(ring.shift()).toBe(model.shift());
      expect([ring.length, ring.shift(), ring.length]).toEqual([0, undefined, 0]);
    }),
    { seed: 20_261_122 },
  );
});

test("the same seed draws the same numbers, another seed others, all of them 32 bits", () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 1_000 }, () => random.nextUint32());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  for (const numbers of [draw(0), draw(7), draw(4_294_967_295)]) {
    expect(new Set(numbers).size).toBeGreaterThan(995);
    expect(numbers.every((n) => Number.isInteger(n) && n >= 0 && n < 2 ** 32)).toBe(true);
    const mean = numbers.reduce((sum, n) => sum + n, 0) / numbers.length / 2 ** 32;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.04);
  }
  expect(new Set(Array.from({ length: 100 }, () => systemRandom.nextUint32())).size).toBeGreaterThan(95);
});

test("xoshiro128** draws what its authors' C program draws from the same state", () => {
  // Seed 0 through splitmix32 by hand, then the reference algorithm written with BigInt.
  const mask = 0xffff_ffffn;
  let mix = 0n;
  const splitmix = (): bigint => {
    mix = (mix + 0x9e3779b9n) & mask;
    let z = mix;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  };
  const s = [splitmix(), splitmix(), splitmix(), splitmix()] as [bigint, bigint, bigint, bigint];
  const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  const reference = (): number => {
    const result = (rotl((s[1] * 5n) & mask, 7n) * 9n) & mask;
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
    return Number(result);
  };
  const random = seededRandom(0);
  for (let i = 0; i < 200; i++) expect(random.nextUint32()).toBe(reference());
});

test("events reach their handlers until they are taken off, once only where asked", () => {
  class Source extends Emitter<{ ping: (n: number) => void }> {
    ping(n: number): void {
      this.emit("ping", n);
    }
  }
  const source = new Source();
  const got: string[] = [];
  const always = (n: number): void => void got.push(`always ${n}`);
  const once = (n: number): void => void got.push(`once ${n}`);
  source.ping(0);
  source.on("ping", always).once("ping", once);
  source.ping(1);
  source.ping(2);
  source.off("ping", always);
  source.ping(3);
  expect(got).toEqual(["always 1", "once 1", "always 2"]);
});

test("a handler for once runs once, also when the event is emitted again within it", () => {
  class Source extends Emitter<{ ping: (n: number) => void }> {
    ping(n: number): void {
      this.emit("ping", n);
    }
  }
  const source = new Source();
  const got: number[] = [];
  source.once("ping", () => source.ping(2));
  source.once("ping", (n) => void got.push(n));
  source.ping(1);
  expect(got).toEqual([2]);
});

test("a TickmeshError carries its code and its cause", () => {
  const cause = new Error("why");
  const error = new TickmeshError("full", "the lobby is full: 8 of 8", { cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message, error.cause]).toEqual([
    "TickmeshError",
    "full",
    "the lobby is full: 8 of 8",
    cause,
  ]);
});

test("any value can be shown in one short line", () => {
  const hostile = Object.assign(Object.create(null), {
    toString: () => {
      throw new Error("shown");
    },
  });
  const values: [unknown, string][] = [
    ["a\nb", '"a\\nb"'],
    [-0, "0"],
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("s"), "Symbol(s)"],
    [[1, 2], "[object Array]"],
    [{ toString: 5 }, "[object Object]"],
    [hostile, "[object Object]"],
    [() => "long", "[object Function]"],
  ];
  for (const [value, line] of values) expect(shown(value)).toBe(line);
  expect(shown("x".repeat(100))).toHaveLength(60);
});
