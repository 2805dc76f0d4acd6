import { describe, expect, test } from "vitest";
import { AssociationPair, losingData, RELIABLE } from "../support/association-pair.ts";

const UNORDERED = { ...RELIABLE, ordered: false };
const UNRELIABLE = { ...UNORDERED, maxRetransmits: 0 };

/** Sends `count` messages of 32 bytes, numbered from 0, one each 10 ms. */
function sendEvery10Ms(
  { a, advance }: { a: AssociationPair["a"]; advance: (ms: number) => void },
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    a.association.send(1, "binary", i, 32);
    advance(10);
  }
}

function started(reliability = RELIABLE, ...path: ConstructorParameters<typeof AssociationPair>) {
  const pair = new AssociationPair(...path);
  pair.a.association.openStream(1, reliability);
  return { pair, a: pair.a, b: pair.b, advance: (ms: number) => pair.advance(ms) };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const timesOf = (end: AssociationPair["a"]) =>
  new Map(end.told.flatMap((told) => (told.what === "message" ? [[told.payload, told.atUs / 1_000] as const] : [])));

describe("W30 ordered and reliable", () => {
  test("W30 a message arrives once and in order; what comes after a lost one waits for it", () => {
    const run = started(RELIABLE, losingData(3));
    sendEvery10Ms(run, 10);
    run.pair.settle();
    expect(run.b.received()).toEqual(numbers(10));
    const times = timesOf(run.b);
    expect(times.get(2)).toBe(30);
    // Lost at 30; messages 4, 5 and 6 reach the far end at 50, 60 and 70, which says so each time.
    expect([3, 4, 5, 6].map((i) => times.get(i))).toEqual([90, 90, 90, 90]);
    expect(run.a.association.counters).toMatchObject({ retransmissions: 1, timeouts: 0 });
  });

  test("W31 unordered and reliable: only the lost message is late", () => {
    const run = started(UNORDERED, losingData(3));
    sendEvery10Ms(run, 10);
    run.pair.settle();
    expect([...run.b.received()].sort()).toEqual(numbers(10));
    const times = timesOf(run.b);
    expect([2, 3, 4].map((i) => times.get(i))).toEqual([30, 90, 50]);
  });
});

test("W49 a handler that throws: what was left to tell is told by a call of its own, at once", () => {
  const run = started(RELIABLE, losingData(3));
  run.b.onMessage = (_stream, payload) => {
    if (payload === 3) throw new Error("a handler is wrong");
  };
  sendEvery10Ms(run, 7);
  expect(() => run.pair.settle()).toThrow("a handler is wrong");
  expect(run.b.received()).toEqual(numbers(4));
  run.pair.settle();
  expect(run.b.received()).toEqual(numbers(7));
  expect([3, 4, 5, 6].map((i) => timesOf(run.b).get(i))).toEqual([90, 90, 90, 90]);
  expect(run.pair.isQuiet).toBe(true);
});

describe("W32 limits to retransmission", () => {
  test("W32 with maxRetransmits 0 what is lost stays lost, and nothing else is late for it", () => {
    const run = started(UNRELIABLE, losingData(3, 4, 9));
    sendEvery10Ms(run, 10);
    run.pair.settle();
    expect(run.b.received()).toEqual([0, 1, 2, 5, 6, 7, 8]);
    expect(run.a.association.counters).toMatchObject({ retransmissions: 0, abandoned: 3 });
    expect(run.pair.isQuiet).toBe(true);
  });

  test("W33 with maxRetransmits 2 a message is sent three times at most", () => {
    const isData = (packet: { first: unknown }) => packet.first !== null;
    const run = started({ ...RELIABLE, maxRetransmits: 2 }, (_, packet, sender) =>
      sender === "a" && isData(packet) ? [] : [10_000],
    );
    run.a.association.send(1, "binary", "gone", 32);
    run.pair.settle();
    expect(run.a.sent.filter(({ packet }) => isData(packet)).map(({ atUs }) => atUs / 1_000)).toEqual([0, 500, 1_500]);
    expect(run.pair.isQuiet).toBe(true);
  });

  test("W34 a lifetime: what waits too long is not sent, what is found missing too late is not sent again", () => {
    const run = started({ ...UNORDERED, maxPacketLifeTime: 15 }, losingData(3));
    sendEvery10Ms(run, 10);
    run.pair.settle();
    expect(run.b.received()).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9]);
    expect(run.a.association.counters.retransmissions).toBe(0);
    // A window of ten packets leaves at once; the others wait for 20 ms, until it is confirmed.
    for (let i = 0; i < 20; i++) run.a.association.send(1, "binary", `large ${i}`, 1_160);
    expect(run.a.association.bufferedBytes(1)).toBeGreaterThan(0);
    run.pair.settle();
    const large = run.b.received().slice(9);
    expect(large.length).toBeLessThan(20);
    expect(large).toEqual(numbers(large.length).map((i) => `large ${i}`));
    expect(run.a.association.bufferedBytes(1)).toBe(0);
  });

  test("W35 an ordered stream goes on as soon as the far end knows what was given up", () => {
    const run = started({ ...RELIABLE, maxRetransmits: 0 }, losingData(3));
    sendEvery10Ms(run, 10);
    run.pair.settle();
    expect(run.b.received()).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9]);
    const times = timesOf(run.b);
    expect([4, 5, 6, 7].map((i) => times.get(i))).toEqual([90, 90, 90, 90]);
  });
});

describe("W36 packets", () => {
  test("W36 a large message is cut and arrives whole; no packet is larger than 1,241 bytes", () => {
    const { pair, a, b } = started();
    a.association.send(1, "binary", "large", 100_000);
    pair.settle();
    expect(b.told.map(({ what }) => what)).toEqual(["message"]);
    expect(b.told[0]).toMatchObject({ payload: "large", bytes: 100_000, kind: "binary" });
    expect(Math.max(...a.sent.map(({ bytes }) => bytes))).toBe(1_238);
    const data = a.sent.filter(({ packet }) => packet.first !== null);
    expect(data.length).toBe(Math.ceil(100_000 / 1_160));
  });

  test("W36 messages that wait share packets", () => {
    const { pair, a, b } = started();
    a.association.send(1, "binary", "large", 30_000);
    for (let i = 0; i < 100; i++) a.association.send(1, "text", i, 32);
    expect(a.sent.length).toBe(10);
    pair.settle();
    expect(b.received()).toEqual(["large", ...numbers(100)]);
    const full = a.sent.filter(({ packet }) => (packet.rest?.length ?? 0) >= 20);
    expect(full.length).toBeGreaterThanOrEqual(4);
  });

  test("W36 one message of 32 bytes is 110 bytes on the wire, an acknowledgement 78", () => {
    const { pair, a, b } = started();
    a.association.send(1, "binary", "small", 32);
    pair.settle();
    expect(a.sent.map(({ bytes }) => bytes)).toEqual([110]);
    expect(b.sent.map(({ bytes }) => bytes)).toEqual([78]);
  });

  test("W36 a part of a large message that is given up takes the rest with it", () => {
    const { pair, a, b } = started({ ...RELIABLE, maxRetransmits: 0 }, losingData(2));
    a.association.send(1, "binary", "given up", 100_000);
    a.association.send(1, "binary", "after", 10);
    pair.settle();
    expect(b.received()).toEqual(["after"]);
    expect(a.association.counters.abandoned).toBe(1);
    expect(a.sent.length).toBeLessThan(40);
    expect(pair.isQuiet).toBe(true);
  });

  test("W47 an empty message arrives empty, and text as text", () => {
    const { pair, b, a } = started();
    a.association.send(1, "text", "", 0);
    a.association.send(1, "binary", "nothing", 0);
    pair.settle();
    expect(b.told).toMatchObject([
      { kind: "text", payload: "", bytes: 0 },
      { kind: "binary", payload: "nothing", bytes: 0 },
    ]);
    expect(a.association.bufferedBytes(1)).toBe(0);
  });
});

describe("W37 the send buffer", () => {
  test("W37 bufferedBytes counts what has not left; drained is told as it falls, down to 0", () => {
    const { pair, a } = started();
    a.association.send(1, "binary", "small", 100);
    expect(a.association.bufferedBytes(1)).toBe(0);
    a.association.send(1, "binary", "large", 50_000);
    const buffered = a.association.bufferedBytes(1);
    expect(buffered).toBeGreaterThan(50_000 - 11_910);
    expect(buffered).toBeLessThan(50_000);
    expect(a.told).toEqual([]);
    a.association.send(1, "binary", "more", 1_000);
    // Four packets leave on each occasion, as long as the window allows.
    expect(a.association.bufferedBytes(1)).toBe(buffered - 4 * 1_160 + 1_000);
    expect(a.toldOf("drained")).toEqual([1]);
    pair.settle();
    expect(a.association.bufferedBytes(1)).toBe(0);
    expect(a.toldOf("drained").length).toBeGreaterThan(1);
    expect(a.association.bufferedBytes(7)).toBe(0);
  });
});

describe("W38 time-outs", () => {
  test("W38 with nothing after it, a lost message is sent again after 400 ms, then after twice that, up to 3 s", () => {
    let isCut = false;
    const { pair, a, b, advance } = started(RELIABLE, () => (isCut ? [] : [10_000]));
    a.association.send(1, "binary", 0, 32);
    advance(1_000);
    isCut = true;
    const from = pair.schedule.nowUs;
    a.association.send(1, "binary", 1, 32);
    advance(12_000);
    const times = a.sent.map(({ atUs }) => (atUs - from) / 1_000).filter((ms) => ms >= 0);
    expect(times).toEqual([0, 400, 1_200, 2_800, 5_800, 8_800, 11_800]);
    isCut = false;
    pair.settle();
    expect(b.received()).toEqual([0, 1]);
    expect(a.association.counters.timeouts).toBe(7);
  });
});

describe("W39 congestion", () => {
  test("W39 ten packets leave at first; more with each acknowledgement", () => {
    const { pair, a, b, advance } = started();
    for (let i = 0; i < 100; i++) a.association.send(1, "binary", i, 1_160);
    expect(a.sent.length).toBe(10);
    advance(20);
    expect(a.sent.length).toBeGreaterThan(20);
    pair.settle();
    expect(b.received()).toEqual(numbers(100));
    expect(a.association.windowBytes).toBeGreaterThan(30_000);
  });

  test("W39 a loss halves the window, a time-out leaves one packet of it", () => {
    let isCut = false;
    let count = 0;
    const { pair, a, b, advance } = started(RELIABLE, (_, packet, sender) => {
      if (isCut) return [];
      if (sender === "a" && packet.first !== null) count += 1;
      return sender === "a" && count === 3 ? [] : [10_000];
    });
    for (let i = 0; i < 12; i++) a.association.send(1, "binary", i, 1_100);
    advance(25);
    // It had grown to 14,216 before.
    expect(a.association.windowBytes).toBe(7_108);
    advance(1_000);
    isCut = true;
    for (let i = 12; i < 24; i++) a.association.send(1, "binary", i, 1_100);
    advance(500);
    expect(a.association.windowBytes).toBe(1_191);
    isCut = false;
    pair.settle();
    expect(b.received()).toEqual(numbers(24));
  });
});

describe("W40 turns", () => {
  test("W40 streams take turns message by message; a message is never split by another stream's", () => {
    const { pair, a, b } = started();
    for (let i = 0; i < 20; i++) a.association.send(1, "binary", `one ${i}`, 3_000);
    for (let i = 0; i < 5; i++) a.association.send(2, "binary", `two ${i}`, 100);
    pair.settle();
    const lastOfTwo = b.received().indexOf("two 4");
    // Ten packets were full of stream 1 before stream 2 had anything; from there on it is one for one.
    expect(lastOfTwo).toBeLessThan(14);
    expect(b.received(1)).toEqual(numbers(20).map((i) => `one ${i}`));
    expect(b.received(2)).toEqual(numbers(5).map((i) => `two ${i}`));
  });
});

describe("W41 acknowledgements", () => {
  test("W41 the first packet is acknowledged at once, then every second, and a single one after 200 ms", () => {
    const { pair, a, b, advance } = started();
    a.association.send(1, "binary", 0, 32);
    advance(11);
    expect(b.sent.length).toBe(1);
    a.association.send(1, "binary", 1, 32);
    advance(100);
    expect(b.sent.length).toBe(1);
    a.association.send(1, "binary", 2, 32);
    advance(11);
    expect(b.sent.length).toBe(2);
    const from = pair.schedule.nowUs;
    a.association.send(1, "binary", 3, 32);
    pair.settle();
    expect(b.sent.map(({ atUs }) => (atUs - from) / 1_000).at(-1)).toBe(210);
    expect(b.sent.length).toBe(3);
  });

  test("W41 an acknowledgement travels with data that goes the other way", () => {
    const { pair, a, b, advance } = started();
    b.onMessage = (_stream, payload) => b.association.send(1, "binary", payload, 32);
    for (let i = 0; i < 20; i++) {
      a.association.send(1, "binary", i, 32);
      advance(100);
    }
    pair.settle();
    expect(a.received()).toEqual(numbers(20));
    // Besides the answers: the acknowledgement of the first packet of all.
    expect(b.sent.length).toBe(21);
  });

  test("W41 while the window is below what it was at first, every packet is acknowledged at once", () => {
    const run = started(RELIABLE, losingData(2));
    sendEvery10Ms(run, 12);
    run.pair.settle();
    const before = run.b.sent.length;
    run.a.association.send(1, "binary", 12, 32);
    run.advance(15);
    expect(run.b.sent.length).toBe(before + 1);
  });
});

describe("W42 closing a stream", () => {
  test("W42 everything sent before arrives, then the far end is told, then this one", () => {
    const { pair, a, b } = started(RELIABLE, losingData(0, 4));
    for (let i = 0; i < 40; i++) a.association.send(1, "binary", i, 1_000);
    a.association.resetStream(1);
    pair.settle();
    expect(b.received()).toEqual(numbers(40));
    expect(b.told.at(-1)).toMatchObject({ what: "reset", stream: 1 });
    expect(a.toldOf("reset done")).toEqual([1]);
    expect(a.toldOf("reset")).toEqual([]);
    expect(pair.isQuiet).toBe(true);
  });

  test("W42 the number is as new: what is sent on it later arrives after that, in order", () => {
    const { pair, a, b } = started(RELIABLE, losingData(1));
    a.association.send(1, "binary", "old 1", 32);
    a.association.send(1, "binary", "old 2", 32);
    a.association.resetStream(1);
    a.association.resetStream(1);
    a.association.send(1, "binary", "new 1", 32);
    a.association.send(1, "binary", "new 2", 32);
    expect(a.association.bufferedBytes(1)).toBe(64);
    pair.settle();
    expect(b.told.map((told) => (told.what === "message" ? told.payload : told.what))).toEqual([
      "old 1",
      "old 2",
      "reset",
      "new 1",
      "new 2",
    ]);
    a.association.resetStream(1);
    pair.settle();
    expect(a.toldOf("reset done")).toEqual([1, 1]);
    expect(b.toldOf("reset")).toEqual([1, 1]);
  });

  test("W42 both ends may close at once, several streams too, also streams that nothing was sent on", () => {
    const { pair, a, b } = started(RELIABLE, (number) => (number % 3 === 0 ? [] : [10_000]));
    for (const end of [a, b]) {
      end.association.send(1, "binary", "last", 32);
      for (const id of [1, 2, 3]) end.association.resetStream(id);
    }
    pair.settle();
    for (const end of [a, b]) {
      expect(end.received(1)).toEqual(["last"]);
      expect(end.toldOf("reset").sort()).toEqual([1, 2, 3]);
      expect(end.toldOf("reset done").sort()).toEqual([1, 2, 3]);
    }
  });
});

describe("W43 rest", () => {
  test("W43 an association that has nothing to do asks for nothing and holds nothing", () => {
    const { pair, a, b, advance } = started();
    sendEvery10Ms({ a, advance }, 300);
    pair.settle();
    expect(pair.isQuiet).toBe(true);
    // Three seconds of traffic: a timer that is put off is not asked for again each time.
    expect(a.wakes + b.wakes).toBeLessThan(30);
    const { wakes } = a;
    advance(60_000);
    expect(a.wakes).toBe(wakes);
    expect(pair.schedule.size).toBe(0);
  });

  test("W44 after the end nothing is sent, told or asked for", () => {
    const { pair, a, b, advance } = started();
    a.association.send(1, "binary", "one", 30_000);
    b.onMessage = () => b.association.end();
    a.association.send(1, "binary", "two", 10);
    a.association.send(1, "binary", "three", 10);
    advance(200);
    expect(b.received()).toEqual(["one"]);
    const { length } = b.sent;
    a.association.end();
    a.association.send(1, "binary", "four", 10);
    a.association.resetStream(1);
    const sentByA = a.sent.length;
    pair.settle();
    expect(b.received()).toEqual(["one"]);
    expect(b.sent.length).toBe(length);
    expect(a.sent.length).toBe(sentByA);
  });
});

describe("W45 and W46", () => {
  test("W45 a receiver that waits for one packet holds at most its window, and all arrives in the end", () => {
    let isOpen = false;
    const { pair, a, b, advance } = started(RELIABLE, (_, packet, sender) => {
      const carriesFirst = packet.first?.tsn === 1 || packet.rest?.some(({ tsn }) => tsn === 1) === true;
      return sender === "a" && carriesFirst && !isOpen ? [] : [1_000];
    });
    const count = 5_000;
    for (let i = 0; i < count; i++) a.association.send(1, "binary", i, 1_160);
    advance(10_000);
    expect(b.received()).toEqual([]);
    expect(b.sent.at(-1)?.packet.windowBytes).toBeLessThan(600_000);
    isOpen = true;
    pair.settle();
    expect(b.received()).toEqual(numbers(count));
    expect(pair.isQuiet).toBe(true);
  }, 30_000);

  test("W46 until an opening message is answered, everything follows it in order, and it is never given up", () => {
    const run = started(UNRELIABLE, losingData(0));
    run.a.association.send(1, "open", "open", 20);
    run.a.association.send(1, "binary", "first", 20);
    run.pair.settle();
    expect(run.b.received()).toEqual(["open", "first"]);
    run.b.association.send(1, "acknowledge", "yes", 1);
    run.pair.settle();
    expect(run.a.told.at(-1)).toMatchObject({ kind: "acknowledge" });
    run.a.association.send(1, "binary", "second", 20);
    expect(run.a.sent.at(-1)?.packet.first?.isOrdered).toBe(false);
  });
});
