import { expect } from "vitest";
import { BackendPair, carries, connectedPair, pattern, quiet, sendFailure } from "./backend-pair.ts";
import type { AddDuty, Subject } from "./duty.ts";

export function messageDuties(duty: AddDuty, subject: Subject): void {
  duty("B8 messages keep their boundaries, their kind and their order, empty ones too", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    const sent: (Uint8Array | string)[] = [
      pattern(1, 1),
      "text",
      new Uint8Array(0),
      "",
      pattern(2, 2),
      "",
      "\uFEFFmark \0 nul grüße 🎮",
      pattern(1_200, 3),
      "x".repeat(65_536),
      new Uint8Array(0),
    ];
    for (const data of sent) toB.backend.send(data);
    await pair.until(() => toA.messages.length >= sent.length, "the messages");
    await quiet(subject);
    expect(toA.messages).toHaveLength(sent.length);
    for (const [i, data] of sent.entries()) {
      if (typeof data === "string") expect(toA.messages[i]).toBe(data);
      else expect([i, carries(toA.messages[i], data)]).toEqual([i, true]);
    }
    pair.close();
  });

  duty("B8 a thousand messages of all sizes, both ways at once, arrive exactly once and in order", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    const length = (i: number): number => 1 + ((i * 7_919) % 3_000);
    for (let i = 0; i < 1_000; i++) {
      toB.backend.send(pattern(length(i), i));
      toA.backend.send(pattern(length(i + 5), i));
    }
    await pair.until(() => toA.messages.length >= 1_000 && toB.messages.length >= 1_000, "the messages");
    await quiet(subject);
    expect([toA.messages.length, toB.messages.length]).toEqual([1_000, 1_000]);
    const wrong = (data: ArrayBuffer | string, i: number, shift: number): boolean =>
      !carries(data, pattern(length(i + shift), i));
    expect(toA.messages.findIndex((data, i) => wrong(data, i, 0))).toBe(-1);
    expect(toB.messages.findIndex((data, i) => wrong(data, i, 5))).toBe(-1);
    pair.close();
  });

  duty("B8 a message of maxMessageSize arrives, which is 64 kB or more once the channel is open", async () => {
    const pair = new BackendPair(subject);
    expect(pair.a.backend.maxMessageSize).toBeGreaterThan(0);
    const [toB, toA] = pair.negotiate(1);
    await pair.connect(toB, toA);
    const limit = pair.a.backend.maxMessageSize;
    expect(limit).toBeGreaterThanOrEqual(65_536);
    expect(Number.isFinite(limit)).toBe(true);
    const sizes = [65_535, 65_536, limit - 1, limit];
    for (const size of sizes) toB.backend.send(pattern(size, size));
    toB.backend.send("é".repeat(limit / 2));
    await pair.until(() => toA.messages.length === 5, "the messages");
    for (const [i, size] of sizes.entries()) expect(carries(toA.messages[i], pattern(size, size))).toBe(true);
    expect(toA.messages[4]).toBe("é".repeat(limit / 2));
    pair.close();
  });

  duty("B8 a binary message is held by nobody else", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    toA.react = (what) => {
      // Whoever owns a buffer may hand it on, which leaves it empty: the later messages must not notice.
      const last = toA.messages.at(-1);
      if (what === "message" && toA.messages.length <= 10 && last instanceof ArrayBuffer) {
        new Uint8Array(last).fill(255);
        structuredClone(last, { transfer: [last] });
      }
    };
    for (let i = 0; i < 20; i++) toB.backend.send(pattern(100, i));
    await pair.until(() => toA.messages.length === 20, "the messages");
    for (let i = 10; i < 20; i++) expect(carries(toA.messages[i], pattern(100, i))).toBe(true);
    expect(new Set(toA.messages).size).toBe(20);
    pair.close();
  });

  duty("B8 an unordered and an unreliable channel keep boundaries and kind, and never say a thing twice", async () => {
    const pair = new BackendPair(subject);
    const [loose, looseEnd] = pair.negotiate(1, { ordered: false, maxRetransmits: 0 });
    const [free, freeEnd] = pair.negotiate(2, { ordered: false });
    await pair.connect(loose, looseEnd, free, freeEnd);
    for (let i = 0; i < 200; i++) {
      loose.backend.send(`loose ${i}`);
      free.backend.send(`free ${i}`);
    }
    await pair.until(() => freeEnd.messages.length === 200, "the reliable ones");
    await quiet(subject);
    expect(new Set(freeEnd.messages)).toEqual(new Set(Array.from({ length: 200 }, (_, i) => `free ${i}`)));
    expect(freeEnd.messages).toHaveLength(200);
    expect(new Set(looseEnd.messages).size).toBe(looseEnd.messages.length);
    for (const data of looseEnd.messages) expect(data).toMatch(/^loose \d+$/);
    pair.close();
  });

  duty("B9 send takes the bytes before it returns, and of a view its own alone", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    const buffer = new Uint8Array(3_000);
    for (let i = 0; i < 50; i++) {
      buffer.set(pattern(1_000, i), 1_000);
      expect(toB.backend.send(buffer.subarray(1_000, 2_000))).toBeUndefined();
      buffer.fill(255);
    }
    await pair.until(() => toA.messages.length === 50, "the messages");
    toA.messages.forEach((data, i) => void expect([i, carries(data, pattern(1_000, i))]).toEqual([i, true]));
    pair.close();
  });

  duty("B9 send takes the bytes from shared and from resizable memory, as WebAssembly's is", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    const resizable = Reflect.construct(ArrayBuffer, [1_000, { maxByteLength: 2_000 }]) as ArrayBuffer;
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
    for (const memory of [resizable, shared]) {
      const view = new Uint8Array(memory, 100, 500);
      view.set(pattern(500, 3));
      expect(sendFailure(toB.backend, view)).toBeNull();
      view.fill(255);
    }
    await pair.until(() => toA.messages.length === 2, "the messages");
    for (const data of toA.messages) expect(carries(data, pattern(500, 3))).toBe(true);
    pair.close();
  });

  duty("B9 a message that is too large is refused whole, and the channel goes on", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    const limit = pair.a.backend.maxMessageSize;
    toB.backend.send("before");
    expect(sendFailure(toB.backend, new Uint8Array(limit + 1))).toBe("too-large");
    expect(sendFailure(toB.backend, "é".repeat(limit / 2 + 1))).toBe("too-large");
    expect(sendFailure(toB.backend, new Uint8Array(limit * 3))).toBe("too-large");
    toB.backend.send("after");
    await pair.until(() => toA.messages.length >= 2, "the messages");
    await quiet(subject);
    expect(toA.messages).toEqual(["before", "after"]);
    expect(toA.heard).toEqual(["open", "message", "message"]);
    expect(toB.heard.filter((word) => word !== "low")).toEqual(["open"]);
    pair.close();
  });

  duty("B9 a channel that is not open says so: before, while it closes, and after", async () => {
    const pair = new BackendPair(subject);
    const [toB, toA] = pair.negotiate(1);
    expect(sendFailure(toB.backend, "early")).toBe("not-open");
    expect(sendFailure(toB.backend, new Uint8Array(1))).toBe("not-open");
    await pair.connect(toB, toA);
    expect(sendFailure(toB.backend, "open")).toBeNull();
    toB.backend.close();
    expect(sendFailure(toB.backend, "closing")).toBe("not-open");
    await pair.until(() => toA.heard.includes("closed") && toB.heard.includes("closed"), "both ends to close");
    expect(sendFailure(toB.backend, new Uint8Array(1))).toBe("not-open");
    expect(sendFailure(toA.backend, "closed")).toBe("not-open");
    // Not open weighs more than too large.
    expect(sendFailure(toA.backend, new Uint8Array(pair.b.backend.maxMessageSize + 1))).toBe("not-open");
    expect(toA.messages).toEqual(["open"]);
    pair.close();
    expect(sendFailure(toB.backend, "gone")).toBe("not-open");
  });

  duty(
    "B9 a full buffer refuses, nothing of it is sent, and what was taken arrives",
    async () => {
      const { pair, toB, toA } = await connectedPair(subject);
      const size = 262_144;
      expect(pair.a.backend.maxMessageSize).toBeGreaterThanOrEqual(size);
      let taken = 0;
      let failure: string | null = null;
      while (failure === null && taken < 512) {
        failure = sendFailure(toB.backend, pattern(size, taken));
        if (failure === null) taken += 1;
      }
      expect(failure).toBe("buffer-full");
      await pair.until(() => toA.messages.length >= taken, "what was taken");
      toB.backend.send("after");
      await pair.until(() => toA.messages.length > taken, "the message after it");
      expect(toA.messages).toHaveLength(taken + 1);
      for (let i = 0; i < taken; i++) expect([i, carries(toA.messages[i], pattern(size, i))]).toEqual([i, true]);
      expect(toA.messages[taken]).toBe("after");
      pair.close();
    },
    { timeoutMs: 40_000 },
  );
}
