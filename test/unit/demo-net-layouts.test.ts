import { describe, expect, test } from "vitest";
import { decodeEffect, encodeBoosted, encodeBumped, encodeFired } from "../../demo/net/effect-layout.ts";
import { PacketKind } from "../../demo/net/packet-kind.ts";
import { decodePing, encodePing } from "../../demo/net/ping-layout.ts";
import { decodePose, encodePose } from "../../demo/net/pose-layout.ts";

const pose = {
  x: -312.25,
  y: 88.5,
  vx: 410.125,
  vy: -3,
  angle: -2.5,
  thrust: 1,
  damage: 63.5,
  alive: true,
  boosting: false,
  shielded: true,
};

describe("poses on the wire", () => {
  test("a pose comes back as it was, as far as anybody can see", () => {
    const bytes = encodePose(65_535, 123_456.7, pose);
    expect(bytes.length).toBe(21);
    const read = decodePose(bytes);
    expect(read).toMatchObject({ sequence: 65_535, sentMs: 123_456 });
    for (const [name, value] of Object.entries(pose)) {
      const back = read?.pose[name as keyof typeof pose];
      if (typeof value === "number") expect(back).toBeCloseTo(value, 2);
      else expect(back).toBe(value);
    }
  });

  test("values beyond the layout end at its bounds, and no value becomes another sign", () => {
    const read = decodePose(
      encodePose(0, 2 ** 32 + 5, { ...pose, x: 1e9, y: -1e9, damage: 1e9, angle: 9 * Math.PI, thrust: -3 }),
    );
    expect(read?.pose.x).toBeCloseTo(2_048, 0);
    expect(read?.pose.y).toBe(-2_048);
    expect(read?.pose.damage).toBeCloseTo(4_096, 0);
    expect(Math.abs(read?.pose.angle ?? 0)).toBeCloseTo(Math.PI, 3);
    expect(read?.pose.thrust).toBe(-1);
    expect(read?.sentMs).toBe(5);
  });

  test("what has another length or kind is no pose", () => {
    const bytes = encodePose(1, 1, pose);
    expect(decodePose(bytes.subarray(0, 20))).toBeNull();
    expect(decodePose(new Uint8Array(22))).toBeNull();
    expect(decodePose(new Uint8Array(0))).toBeNull();
    expect(decodePose(bytes.map((byte, index) => (index === 0 ? PacketKind.FIRED : byte)))).toBeNull();
  });
});

describe("effects on the wire", () => {
  test("a bolt belongs to whoever sent it", () => {
    const fired = { shooter: 77, bolt: 3_000_000_000, x: 1.5, y: -2.5, vx: 820, vy: 0.25, big: true };
    expect(decodeEffect(encodeFired(fired), 9)).toEqual({ type: "fired", fired: { ...fired, shooter: 9 } });
  });

  test("bumps and boosts come back", () => {
    const bump = { player: 5, other: 2_147_483_647, pushX: 12.5, pushY: -8, x: 4, y: 5 };
    expect(decodeEffect(encodeBumped(bump), 5)).toEqual({ type: "bumped", bump });
    expect(decodeEffect(encodeBoosted(), 5)).toEqual({ type: "boosted", player: 5 });
  });

  test("what no craft can do is no effect: NaN, infinities, places and speeds out of this world", () => {
    const fired = { shooter: 1, bolt: 1, x: 0, y: 0, vx: 800, vy: 0, big: false };
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1e30, 4_001]) {
      for (const name of ["x", "y", "vx", "vy"])
        expect(decodeEffect(encodeFired({ ...fired, [name]: bad }), 1)).toBeNull();
    }
    expect(decodeEffect(new Uint8Array(0), 1)).toBeNull();
    expect(decodeEffect(Uint8Array.of(PacketKind.BOOSTED, 0), 1)).toBeNull();
    expect(decodeEffect(Uint8Array.of(PacketKind.FIRED, 0), 1)).toBeNull();
    const odd = encodeFired(fired);
    odd[21] = 2;
    expect(decodeEffect(odd, 1)).toBeNull();
  });
});

test("a ping's token comes back; other packets have none", () => {
  expect(decodePing(encodePing(PacketKind.PING, 2 ** 32 + 7))).toBe(7);
  expect(decodePing(encodePing(PacketKind.PONG, 4_000_000_000))).toBe(4_000_000_000);
  expect(decodePing(Uint8Array.of(PacketKind.PING))).toBeNull();
  expect(decodePing(Uint8Array.of(9, 0, 0, 0, 0))).toBeNull();
});
