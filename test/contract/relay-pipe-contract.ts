import { describe, expect, test } from "vitest";
import {
  MAX_RELAY_PACKET_BYTES,
  type RelayLine,
  type RelayObserver,
  type RelayPipe,
} from "../../src/seam/relay-pipe.ts";
import { until } from "../support/until.ts";

/** Two peers that can be relayed to each other, and a third. */
export interface RelayGroup {
  readonly pipes: readonly [RelayPipe, RelayPipe, RelayPipe];
  readonly ids: readonly [number, number, number];
  end(): Promise<void> | void;
}

class End implements RelayObserver {
  readonly heard: string[] = [];
  readonly packets: Uint8Array[] = [];
  isInCall = false;
  drains = 0;
  readonly toldInsideCalls: string[] = [];
  readonly line: RelayLine;

  constructor(pipe: RelayPipe, peerId: number, name: string) {
    this.isInCall = true;
    this.line = pipe.open(peerId, name, this);
    this.isInCall = false;
  }

  send(...bytes: readonly number[]): void {
    this.call(() => this.line.send(Uint8Array.from(bytes)));
  }

  call(act: () => void): void {
    this.isInCall = true;
    act();
    this.isInCall = false;
  }

  onOpen(): void {
    this.#note("open");
  }

  onPacket(bytes: Uint8Array): void {
    this.packets.push(bytes);
    this.#note("packet");
  }

  onDrain(): void {
    this.drains += 1;
    this.#note("drain");
  }

  onDown(reason: string): void {
    expect(reason).toMatch(/\w/);
    this.#note("down");
  }

  #note(what: string): void {
    if (what !== "drain") this.heard.push(what);
    if (this.isInCall) this.toldInsideCalls.push(what);
  }
}

/** The duties of `src/seam/relay-pipe.ts`, as tests that any pipe must pass. */
export function runRelayPipeContract(name: string, makeGroup: () => Promise<RelayGroup> | RelayGroup): void {
  async function withGroup(run: (group: RelayGroup) => Promise<void>): Promise<void> {
    const group = await makeGroup();
    try {
      await run(group);
    } finally {
      await group.end();
    }
  }

  async function opened(group: RelayGroup, line = "line"): Promise<[End, End]> {
    const [a, b] = [new End(group.pipes[0], group.ids[1], line), new End(group.pipes[1], group.ids[0], line)];
    await until(() => [a, b].every(({ heard }) => heard.includes("open")), { what: "the line to open" });
    return [a, b];
  }

  /** What was under way has come: each pair has said something, and answered, on a line of its own. */
  async function settled({ ids, pipes }: RelayGroup): Promise<void> {
    for (const [one, other] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      fences += 1;
      const name = `fence${fences}`;
      const [a, b] = [new End(pipes[one], ids[other], name), new End(pipes[other], ids[one], name)];
      await until(() => [a, b].every(({ heard }) => heard.includes("open")), { what: "a line of its own" });
      for (let round = 1; round <= 2; round++) {
        a.send(round);
        await until(() => b.packets.length === round);
        b.send(round);
        await until(() => a.packets.length === round);
      }
      a.call(() => a.line.close());
    }
  }
  let fences = 0;

  describe(`relay pipe: ${name}`, () => {
    test("R2 and R9 a line is up once both have opened it, under one name, to each other; until then nothing is carried", () =>
      withGroup(async (group) => {
        const a = new End(group.pipes[0], group.ids[1], "one");
        const other = new End(group.pipes[1], group.ids[0], "other");
        const third = new End(group.pipes[2], group.ids[0], "one");
        a.send(1);
        await settled(group);
        for (const end of [a, other, third]) expect(end.heard).toEqual([]);
        const b = new End(group.pipes[1], group.ids[0], "one");
        await until(() => a.heard.length > 0 && b.heard.length > 0, { what: "the line to open" });
        await settled(group);
        expect([a.heard, b.heard, other.heard, third.heard]).toEqual([["open"], ["open"], [], []]);
        expect([a, b].flatMap(({ toldInsideCalls }) => toldInsideCalls)).toEqual([]);
      }));

    test("R3, R4 and R5 packets arrive whole, in order, once each, both ways, also the longest; the bytes given may be reused", () =>
      withGroup(async (group) => {
        const [a, b] = await opened(group);
        const buffer = new Uint8Array(100);
        for (let i = 0; i < 200; i++) {
          buffer.fill(i);
          a.call(() => a.line.send(buffer.subarray(0, 1 + (i % 100))));
          buffer.fill(255);
        }
        b.call(() => b.line.send(new Uint8Array(MAX_RELAY_PACKET_BYTES).fill(7)));
        await until(() => b.packets.length >= 200 && a.packets.length >= 1, { what: "the packets" });
        await settled(group);
        expect(b.packets.map((bytes) => [bytes.length, bytes[0]])).toEqual(
          Array.from({ length: 200 }, (_, i) => [1 + (i % 100), i]),
        );
        expect(a.packets.map((bytes) => [bytes.length, bytes.at(-1)])).toEqual([[MAX_RELAY_PACKET_BYTES, 7]]);
        expect([a, b].flatMap(({ toldInsideCalls }) => toldInsideCalls)).toEqual([]);
      }));

    test("R10 several lines of a pair, and of other pairs, are each for themselves", () =>
      withGroup(async (group) => {
        const [a, b] = await opened(group, "one");
        const [second, secondEnd] = await opened(group, "two");
        const toThird = new End(group.pipes[0], group.ids[2], "one");
        const third = new End(group.pipes[2], group.ids[0], "one");
        await until(() => third.heard.includes("open") && toThird.heard.includes("open"), { what: "the third's line" });
        a.send(1);
        second.send(2);
        toThird.send(3);
        await until(() => b.packets.length + secondEnd.packets.length + third.packets.length >= 3, {
          what: "all three",
        });
        await settled(group);
        expect([b, secondEnd, third].map(({ packets }) => packets.map(([byte]) => byte))).toEqual([[1], [2], [3]]);
      }));

    test("R8 closing gives what was sent before, then the far side is told, once, and this side nothing", () =>
      withGroup(async (group) => {
        const [a, b] = await opened(group);
        for (let i = 0; i < 50; i++) a.send(i);
        a.call(() => a.line.close());
        a.call(() => a.line.close());
        a.send(99);
        b.send(1);
        await until(() => b.heard.includes("down"), { what: "the far side to be told" });
        await settled(group);
        expect(b.packets.map(([byte]) => byte)).toEqual(Array.from({ length: 50 }, (_, i) => i));
        expect(b.heard.filter((word) => word === "down")).toEqual(["down"]);
        expect(a.heard).toEqual(["open"]);
        b.send(2);
        b.call(() => b.line.close());
        expect([a, b].flatMap(({ toldInsideCalls }) => toldInsideCalls)).toEqual([]);
      }));

    test("R6 what is much is slowed down, not dropped, and who waits is told when nothing waits any more", () =>
      withGroup(async (group) => {
        const [a, b] = await opened(group);
        let waited = 0;
        for (let i = 0; i < 64; i++) {
          a.call(() => a.line.send(new Uint8Array(16_384).fill(i)));
          waited = Math.max(waited, a.line.bufferedBytes);
          // A connection would not have more than that under way.
          if (i % 4 === 3) await until(() => b.packets.length === i + 1, { what: "what was sent" });
        }
        await until(() => a.line.bufferedBytes === 0, { what: "nothing to wait" });
        if (waited > 0) await until(() => a.drains > 0, { what: "the news of it" });
        expect(b.packets.map((bytes) => [bytes.length, bytes[16_383]])).toEqual(
          Array.from({ length: 64 }, (_, i) => [16_384, i]),
        );
      }));

    test("R7 a line that went down can be opened again under its name, once both have done so", () =>
      withGroup(async (group) => {
        const [a, b] = await opened(group);
        a.line.close();
        await until(() => b.heard.includes("down"), { what: "the far side to be told" });
        const [again, againEnd] = await opened(group);
        again.send(5);
        await until(() => againEnd.packets.length === 1, { what: "a packet" });
        expect(b.packets).toEqual([]);
      }));

    test("R4 a packet that is too long takes its line down on both sides, and no other", () =>
      withGroup(async (group) => {
        const [a, b] = await opened(group, "one");
        const [other, otherEnd] = await opened(group, "two");
        a.call(() => a.line.send(new Uint8Array(MAX_RELAY_PACKET_BYTES + 1)));
        await until(() => a.heard.includes("down") && b.heard.includes("down"), { what: "both to be told" });
        expect(b.packets).toEqual([]);
        other.send(1);
        await until(() => otherEnd.packets.length === 1, { what: "the other line's packet" });
      }));

    test("R1 a line to somebody who is not there opens never, and harms nobody", () =>
      withGroup(async (group) => {
        const nobody = new End(group.pipes[0], 2_000_000_000, "line");
        nobody.send(1);
        const [a, b] = await opened(group);
        a.send(1);
        await until(() => b.packets.length === 1, { what: "a packet" });
        expect(nobody.heard).not.toContain("open");
        nobody.line.close();
      }));
  });
}
