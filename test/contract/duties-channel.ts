import { expect } from "vitest";
import type { ChannelOptions } from "../../src/seam/connection-backend.ts";
import { BackendPair, carries, connectedPair, PLAIN, pattern, quiet, Side, sendFailure } from "./backend-pair.ts";
import type { AddDuty, Subject } from "./duty.ts";
import type { ChannelRecord } from "./recording.ts";

/** Every kind that the seam knows. */
const KINDS: readonly [string, Partial<ChannelOptions>][] = [
  ["plain", {}],
  ["unordered", { ordered: false }],
  ["counted", { ordered: false, maxRetransmits: 0 }],
  ["timed", { maxPacketLifeTime: 150 }],
  ["named", { protocol: "sub.protocol" }],
];

export function channelDuties(duty: AddDuty, subject: Subject): void {
  duty("B6 a channel is there at once, connecting, as it was asked for", () => {
    const side = new Side(subject);
    const made = KINDS.map(([label, options]) => side.channel(label, options));
    made.push(side.channel("negotiated", { negotiated: true, id: 7 }));
    for (const [i, { backend, facts }] of made.entries()) {
      const [label, options] = KINDS[i] ?? ["negotiated", { negotiated: true, id: 7 }];
      expect(propertiesOf(facts)).toEqual({ ...PLAIN, ...options, label });
      expect(facts.bufferedAmount).toBe(0);
      expect(sendFailure(backend, "early")).toBe("not-open");
    }
    expect(side.recording.heard).toEqual([]);
    side.backend.close();
  });

  duty("B6 a channel that cannot be made throws, in words", () => {
    const side = new Side(subject);
    side.channel("first", { negotiated: true, id: 7 });
    expect(() => side.channel("second", { negotiated: true, id: 7 })).toThrow(/\w+ \w+/);
    side.backend.close();
  });

  duty("B6 any number of channels, negotiated and not, from both ends, each for itself", async () => {
    const pair = new BackendPair(subject);
    const negotiated = Array.from({ length: 40 }, (_, i) => pair.negotiate(i * 2 + 1, KINDS[i % KINDS.length]?.[1]));
    const fromA = Array.from({ length: 12 }, (_, i) => pair.a.channel(`a${i}`));
    const fromB = Array.from({ length: 12 }, (_, i) => pair.b.channel(`b${i}`));
    await pair.connect(...negotiated.flat(), ...fromA, ...fromB);
    const ends = (): [ChannelRecord, ChannelRecord | undefined][] => [
      ...negotiated,
      ...fromA.map((near): [ChannelRecord, ChannelRecord | undefined] => [near, twin(near, pair.b)]),
      ...fromB.map((near): [ChannelRecord, ChannelRecord | undefined] => [near, twin(near, pair.a)]),
    ];
    await pair.until(() => ends().every(([, far]) => far?.heard.includes("open")), "the far ends to open");
    for (const [near] of ends()) near.backend.send(near.facts.label);
    await pair.until(() => ends().every(([, far]) => (far?.messages.length ?? 0) > 0), "a message on each");
    for (const [near, far] of ends()) expect(far?.messages).toEqual([near.facts.label]);
    expect(pair.b.recording.received).toHaveLength(12);
    expect(pair.a.recording.received).toHaveLength(12);
    const ids = fromA.concat(fromB).map(({ facts }) => facts.id);
    expect(new Set(ids).size).toBe(24);
    pair.close();
  });

  duty("B7 a channel of the far side is told once, before its opening and its messages", async () => {
    const pair = new BackendPair(subject);
    const made = KINDS.map(([label, options]) => pair.a.channel(label, options));
    for (const channel of made) {
      channel.react = (what) => {
        // As early as can be: from inside the opening.
        if (what === "open") for (let i = 0; i < 3; i++) channel.backend.send(pattern(100, i));
      };
    }
    await pair.connect(...made);
    const { received, heard } = pair.b.recording;
    await pair.until(() => made.every((near) => twin(near, pair.b)?.messages.length === 3), "three messages on each");
    await quiet(subject);
    expect(received).toHaveLength(made.length);
    for (const near of made) {
      const label = near.facts.label;
      const far = twin(near, pair.b) as ChannelRecord;
      expect(heard.filter((word) => word === `channel ${label}` || word.startsWith(`${label}:`))).toEqual([
        `channel ${label}`,
        `${label}: open`,
        ...Array<string>(3).fill(`${label}: message`),
      ]);
      const { protocol, id, negotiated } = near.facts;
      expect(far.facts).toMatchObject({ label, protocol, id, negotiated });
      expect(id).toBeTypeOf("number");
      if (near.facts.ordered) far.messages.forEach((data, i) => void expect(carries(data, pattern(100, i))).toBe(true));
      far.backend.send("back");
    }
    await pair.until(() => made.every((near) => near.messages.length === 1), "the way back");
    for (const near of made) expect(near.heard.filter((word) => word !== "low")).toEqual(["open", "message"]);
    expect(pair.a.recording.received).toEqual([]);
    pair.close();
  });

  duty("B7 a channel of the far side is told with the order and the reliability that it was made with", async () => {
    const pair = new BackendPair(subject);
    const made = KINDS.map(([label, options]) => pair.a.channel(label, options));
    await pair.connect(...made);
    await pair.until(() => pair.b.recording.received.length === made.length, "the channels");
    for (const near of made)
      expect(propertiesOf((twin(near, pair.b) as ChannelRecord).facts)).toEqual(propertiesOf(near.facts));
    pair.close();
  });

  for (const [when, title] of [
    [
      "heard",
      "B7 a channel that has carried a message, and that its maker fills and closes then, gives all that was on it",
    ],
    ["told", "B7 a channel that its maker fills and closes once the far side knows it gives all that was on it"],
    ["open", "B7 a channel that its maker fills and closes the moment it opens is told, with all that was on it"],
  ] as const) {
    duty(title, async () => {
      for (let round = 0; round < 10; round++) {
        const pair = new BackendPair(subject);
        const brief = pair.a.channel("brief");
        const fillAndClose = (): void => {
          for (let i = 0; i < 20; i++) brief.backend.send(pattern(10_000, i));
          brief.backend.close();
        };
        brief.react = (what) => void (when === "open" && what === "open" && fillAndClose());
        await pair.connect(brief);
        await pair.until(() => twin(brief, pair.b)?.heard.includes("open"), "the far end to open");
        if (when === "heard") {
          brief.backend.send("hello");
          await pair.until(() => twin(brief, pair.b)?.messages.length === 1, "a message");
          (twin(brief, pair.b) as ChannelRecord).messages.length = 0;
        }
        if (when !== "open") fillAndClose();
        await pair.until(() => twin(brief, pair.b)?.heard.includes("closed"), "the channel to close");
        const far = twin(brief, pair.b) as ChannelRecord;
        expect(far.heard.filter((word) => word !== "closing")).toEqual([
          "open",
          ...Array(when === "heard" ? 21 : 20).fill("message"),
          "closed",
        ]);
        expect(far.messages.findIndex((data, i) => !carries(data, pattern(10_000, i)))).toBe(-1);
        pair.close();
      }
    });
  }

  duty("B10 bufferedAmount counts the bytes that wait, and the event comes once, at the threshold", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    const threshold = 65_536;
    toB.facts.bufferedAmountLowThreshold = threshold;
    expect(toB.facts.bufferedAmountLowThreshold).toBe(threshold);
    let atEvent = -1;
    toB.react = (what) => {
      if (what === "low") atEvent = toB.facts.bufferedAmount;
    };
    const [count, length] = [64, 65_536];
    for (let i = 0; i < count; i++) {
      toB.backend.send(pattern(length, i));
      expect(toB.facts.bufferedAmount).toBeLessThanOrEqual((i + 1) * length);
    }
    expect(toB.facts.bufferedAmount).toBeGreaterThan(threshold);
    expect(toB.count("low")).toBe(0);
    await pair.until(() => toA.messages.length === count && toB.count("low") > 0, "everything to be sent");
    await pair.until(() => toB.facts.bufferedAmount === 0, "nothing to wait");
    await quiet(subject);
    // A page or process that was held up while it filled the buffer may have seen it fall in between.
    expect(toB.count("low")).toBeLessThanOrEqual(3);
    expect(atEvent).toBeLessThanOrEqual(threshold);
    expect(atEvent).toBeGreaterThanOrEqual(0);
    pair.close();
  });

  duty(
    "B10 text counts in bytes of UTF-8, and the event does not come to one who stays below the threshold",
    async () => {
      const { pair, toB, toA } = await connectedPair(subject);
      // Some hand a megabyte to their SCTP at once: what counts is what waits before it.
      toB.facts.bufferedAmountLowThreshold = 8_388_608;
      toB.backend.send("é".repeat(1_000));
      expect(toB.facts.bufferedAmount).toBeLessThanOrEqual(2_000);
      await pair.until(() => toA.messages.length === 1 && toB.facts.bufferedAmount === 0, "the message");
      // What goes out meanwhile makes a step smaller, never larger.
      let largestStep = 0;
      for (let i = 0; i < 40; i++) {
        const before = toB.facts.bufferedAmount;
        toB.backend.send("é".repeat(30_000));
        largestStep = Math.max(largestStep, toB.facts.bufferedAmount - before);
      }
      expect(largestStep).toBe(60_000);
      await pair.until(() => toA.messages.length === 41, "the messages");
      await quiet(subject);
      expect(toB.count("low")).toBe(0);
      pair.close();
    },
  );

  for (const [from, told] of [
    ["offering", "the far end"],
    ["answering", "the near end"],
  ] as const) {
    duty(
      `B11 what was sent before the ${from} side closes a channel arrives, then ${told} and its own are told`,
      async () => {
        const pair = new BackendPair(subject);
        const [toB, toA] = pair.negotiate(1);
        const [other, otherEnd] = pair.negotiate(2);
        await pair.connect(toB, toA, other, otherEnd);
        const [near, far] = from === "offering" ? [toB, toA] : [toA, toB];
        far.backend.send("arrives before");
        await pair.until(() => near.messages.length === 1, "a message");
        for (let i = 0; i < 20; i++) near.backend.send(pattern(65_536, i));
        expect(near.backend.close()).toBeUndefined();
        expect(sendFailure(near.backend, "late")).toBe("not-open");
        await pair.until(() => far.heard.includes("closed") && near.heard.includes("closed"), "both ends to close");
        await quiet(subject);
        expect(far.messages).toHaveLength(20);
        far.messages.forEach((data, i) => void expect(carries(data, pattern(65_536, i))).toBe(true));
        expect(far.heard.filter((word) => word !== "closing" && word !== "low")).toEqual([
          "open",
          ...Array(20).fill("message"),
          "closed",
        ]);
        expect(near.heard.filter((word) => word !== "closing" && word !== "low")).toEqual([
          "open",
          "message",
          "closed",
        ]);
        expect(sendFailure(far.backend, "late")).toBe("not-open");
        for (const end of [near, far]) {
          expect(end.count("closing")).toBeLessThanOrEqual(1);
          expect(end.heard.at(-1)).toBe("closed");
          end.backend.close();
        }
        otherEnd.backend.send("still here");
        await pair.until(() => other.messages.length === 1, "the other channel to go on");
        expect(other.heard).toEqual(["open", "message"]);
        expect(pair.a.recording.toldInsideCalls.concat(pair.b.recording.toldInsideCalls)).toEqual([]);
        pair.close();
      },
    );
  }

  duty("B11 both ends close at once: both are told once", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    toB.backend.close();
    toA.backend.close();
    toB.backend.close();
    await pair.until(() => toA.heard.includes("closed") && toB.heard.includes("closed"), "both ends to close");
    await quiet(subject);
    expect([toA.count("closed"), toB.count("closed")]).toEqual([1, 1]);
    pair.close();
  });

  duty("B11 a channel closed before it has opened is told as closed, and the others open", async () => {
    const pair = new BackendPair(subject);
    const [toB, toA] = pair.negotiate(1);
    const never = pair.a.channel("never");
    never.backend.close();
    await pair.connect(toB, toA);
    await pair.until(() => never.heard.includes("closed"), "the channel to close");
    await quiet(subject);
    expect(never.heard.filter((word) => word !== "closing")).toEqual(["closed"]);
    expect(toB.heard).toEqual(["open"]);
    pair.close();
  });
}

function propertiesOf(channel: ChannelOptions & { readonly label: string }): ChannelOptions & { label: string } {
  const { label, protocol, ordered, negotiated, id, maxPacketLifeTime, maxRetransmits } = channel;
  return { label, protocol, ordered, negotiated, id, maxPacketLifeTime, maxRetransmits };
}

/** The far end of a channel made in band. */
function twin(channel: ChannelRecord, far: Side): ChannelRecord | undefined {
  return far.recording.received.find(({ facts }) => facts.label === channel.facts.label);
}
