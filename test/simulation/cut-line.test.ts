import { expect, test } from "vitest";
import { message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { meeting } from "../support/virtual-session.ts";

collectDiagnostics();

const messages = defineMessages({ say: message<number>() });
const TICK_MS = 10;

/** Two who play, each with a line to the lobby that loses nothing, as TCP does. */
function playing(seed: number, everyMs: number) {
  const { sessions, all } = meeting(2, { messages }, { seed, link: { latencyMs: 20, jitterMs: 10, lossRatio: 0.01 } });
  const heard: number[] = [];
  let said = 0;
  const [a, b] = all as [(typeof all)[number], (typeof all)[number]];
  b.session.onMessage("say", (n) => heard.push(n));
  for (const { events, log } of all) {
    events.length = 0;
    log.length = 0;
  }
  const play = (ms: number, each: (passedMs: number) => void = () => {}): void => {
    for (let passedMs = 0; passedMs < ms; passedMs += TICK_MS) {
      each(passedMs);
      if (passedMs % everyMs === 0) a.session.send("say", said++);
      sessions.tick();
    }
  };
  play(1_000);
  return { sessions, all, a, b, heard, play, said: () => said };
}

/** When TCP brings what was said in a cut: first after 1 s, then tried again after pauses that double from 200 ms on. */
function broughtAtMs(cutMs: number): number {
  let triedAtMs = 1_000;
  for (let pauseMs = 200; triedAtMs < cutMs; pauseMs *= 2) triedAtMs += pauseMs;
  return triedAtMs;
}

// SCTP waits longer from try to try, too, 3 s at the most; what the lobby brings before it tries again is a new connection.
for (const [cutMs, everyMs, isKept] of [
  [1_500, 50, true],
  [1_500, 10, false],
  [2_500, 10, true],
  [3_000, 50, false],
  [4_500, 50, true],
  [6_000, 10, false],
] as const) {
  const what = isKept ? "goes on on the same connection" : "goes on on another as soon as the lobby is back";
  test(`K33, K34, S72 who is cut off for ${cutMs} ms, from the lobby too, and says ${1_000 / everyMs} things a second ${what}`, () => {
    for (let seed = 0; seed < 4; seed++) {
      const { sessions, all, heard, play, said } = playing(seed, everyMs);
      const { network, signalling } = sessions.mesh;
      network.partition([[1], [2]]);
      play(cutMs, (passedMs) => signalling.setLines({ latencyMs: broughtAtMs(cutMs) - passedMs }));
      network.heal();
      signalling.setLines({ latencyMs: 20 });
      const isStable = (): boolean => all.every(({ id, session }) => !session.statistics(3 - id)?.isUnstable);
      expect(sessions.until(isStable, 8_000 - cutMs)).toBeLessThan(2_000);
      play(5_000);
      sessions.pass(1_000);
      expect(heard).toEqual(Array.from({ length: said() }, (_, n) => n));
      for (const { id, events, log, connector } of all) {
        const other = 3 - id;
        expect([seed, events]).toEqual([seed, [`${other} unstable`, `${other} stable`]]);
        expect(connector.getPairs()).toMatchObject([{ state: "connected", attempt: isKept ? 1 : 2 }]);
        expect([seed, log.length]).toEqual([seed, isKept ? 0 : 2]);
      }
    }
  });
}

test("K33, S72 a path that is gone while the lobby is not is replaced 1 s after a restart was answered in vain", () => {
  for (let seed = 0; seed < 4; seed++) {
    const { sessions, all, b, heard, play, said } = playing(seed, 10);
    const { network } = sessions.mesh;
    network.partition([[1], [2]]);
    play(2_600);
    const [lost] = b.log;
    expect(lost?.[1]).toMatch(/^-1 c/);
    network.heal();
    sessions.until(() => all.every(({ events }) => events.at(-1)?.endsWith(" stable")), 2_000);
    sessions.pass(1_000);
    expect(heard).toEqual(Array.from({ length: said() }, (_, n) => n));
    for (const { connector, events } of all) {
      expect(events).toHaveLength(2);
      expect(connector.getPairs()).toMatchObject([{ state: "connected", attempt: 2 }]);
    }
  }
});
