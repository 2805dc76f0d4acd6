import { expect, test } from "vitest";
import { browserBackend } from "../../src/backends/browser/browser-backend.ts";
import { pathOf } from "../../src/backends/browser/path-of.ts";
import { relayThrough } from "../../src/backends/paths/index.ts";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import { blocked } from "../support/blocked-backend.ts";
import { MemoryRelay } from "../support/memory-relay.ts";
import { connect, link, negotiate, type Pair } from "../support/pair.ts";
import { Talk } from "../support/talk.ts";
import { until } from "../support/until.ts";

test("Q3 in a browser: relayed while nothing gets through, and moved over under load once something does, nothing lost", async () => {
  let isBlocked = true;
  const relay = new MemoryRelay({ later: (task) => void setTimeout(task, 15) });
  const direct = blocked(browserBackend, () => isBlocked);
  const ways = [1, 2].map((id) =>
    relayThrough(relay.pipe(id)).to(3 - id, { direct, clock: systemClock, random: systemRandom, headStartMs: 300 }),
  );
  const [a, b] = ways.map(({ backend }) => new WebRTCPeerConnection({ backend })) as [
    WebRTCPeerConnection,
    WebRTCPeerConnection,
  ];
  link(a, b);
  const step = (): void => {
    for (const way of ways) way.poll();
    a.poll();
    b.poll();
  };
  const pair: Pair = { a, b, step };
  const [toB, toA] = negotiate(pair, 1);
  const inBand = a.createDataChannel("band") as WebRTCDataChannel;
  let received: WebRTCDataChannel | null = null;
  b.on("dataChannelReceived", (channel) => {
    received = channel;
  });
  await connect(pair, toB, toA, inBand);
  expect(ways.map(({ carrier }) => carrier)).toEqual(["relay", "relay"]);
  expect(await pathOf(a)).toBe("relay");
  const size = (): number => 8 + ((talks[0]?.sent ?? 0) % 40) * 50;
  const talks: Talk[] = [
    new Talk(toB, () => toA, size),
    new Talk(toA, () => toB, size),
    new Talk(inBand, () => received, size),
  ];
  const stepAndTalk = (): void => {
    step();
    for (const talk of talks) {
      talk.say();
      talk.hear();
    }
  };
  const sentBefore = talks.map(({ sent }) => sent);
  isBlocked = false;
  // The network has changed: that is what a restart says.
  expect(a.restartIce()).toBe(0);
  await until(() => ways.every(({ carrier }) => carrier === "direct") && relay.lineCount === 0, {
    step: stepAndTalk,
    what: "the move",
  });
  expect(await pathOf(a)).toBe("direct");
  const hearAll = (): void => {
    step();
    for (const talk of talks) talk.hear();
  };
  await until(() => talks.every(({ got, sent }) => got.length >= sent), { step: hearAll, what: "what was sent" });
  for (const [i, talk] of talks.entries()) {
    expect(talk.isComplete).toBe(true);
    expect(talk.sent).toBeGreaterThan(sentBefore[i] as number);
  }
  // And from here on it is a connection like any other.
  expect(b.restartIce()).toBe(0);
  await until(() => [a, b].every((end) => end.getSignalingState() === 0 && end.getGatheringState() === 2), { step });
  relay.crash();
  talks[0]?.say();
  await until(() => talks[0]?.isComplete, { step: hearAll, what: "one more" });
  expect([a.closeReason, b.closeReason]).toEqual([null, null]);
  a.close();
  b.close();
});
