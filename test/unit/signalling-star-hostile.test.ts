import { expect, test } from "vitest";
import { checkSignal } from "../../src/signalling/check-signal.ts";
import { SignalLimits } from "../../src/signalling/signal-limits.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { FakeMeeting } from "../support/fake-meeting.ts";
import type { MeshMember } from "../support/mesh-member.ts";
import { ScriptedSignaller } from "../support/scripted-signaller.ts";

collectDiagnostics();

/** A member of id 10 whose group the test plays. */
function scripted(hubs: readonly number[] | null, meeting = new FakeMeeting()) {
  const signaller = new ScriptedSignaller(10);
  return { meeting, signaller, member: meeting.add(signaller, { hubs }) };
}

/**
 * For ten seconds, a far side of id 9 that answers each offer as a page which has just been loaded, and says something as soon as the
 * connection stands. Gives how many offers it was made.
 */
function offersTo(kind: "want" | "retry"): number {
  const { meeting, signaller, member } = scripted([9]);
  signaller.introduce(9);
  let far: { signaller: ScriptedSignaller; member: MeshMember } | null = null;
  let offers = 0;
  for (let passedMs = 0; passedMs < 10_000; passedMs += 10) {
    meeting.clock.advance(10);
    member.peer.poll();
    for (const { signal } of signaller.sent.splice(0)) {
      if (signal.kind === "description") {
        offers += 1;
        far?.member.connector.close();
        const page = new ScriptedSignaller(9);
        far = { signaller: page, member: meeting.add(page, { hubs: [9] }) };
        page.introduce(10);
      }
      far?.signaller.hear(10, signal);
    }
    far?.member.peer.poll();
    for (const { signal } of far?.signaller.sent.splice(0) ?? []) {
      if (signal.kind === "description" || signal.kind === "candidates") signaller.hear(9, signal);
    }
    if (member.connected.includes(9)) signaller.hear(9, { kind, attempt: kind === "want" ? 1 : offers });
  }
  expect(member.log.filter((line) => line === "+9").length).toBeGreaterThan(10);
  return offers;
}

test.each(["want", "retry"] as const)(
  "K45 who says %s as soon as it is connected is connected some five times a second",
  (kind) => {
    expect(offersTo(kind)).toBeLessThanOrEqual(55);
  },
);

test("K46 who claims to have seen the last attempt that there is, is offered nothing that is no signal", () => {
  const { meeting, signaller, member } = scripted([9]);
  signaller.introduce(9);
  meeting.settle();
  for (const attempt of [SignalLimits.maxAttempt - 1, SignalLimits.maxAttempt, SignalLimits.maxAttempt]) {
    signaller.hear(9, { kind: "retry", attempt });
    meeting.pass(3_000);
  }
  expect(member.log.length).toBeGreaterThan(1);
  expect(signaller.sent.length).toBeGreaterThan(1);
  for (const { signal } of signaller.sent) expect(checkSignal(signal)).toEqual(signal);
});

test("K47 whatever wishes, offers and restarts a far side says at once, little is begun, little is said, and nobody else is harmed", () => {
  const { meeting, signaller, member } = scripted([1]);
  const far = new ScriptedSignaller(1);
  const hub = meeting.add(far, { hubs: [1] });
  far.introduce(10);
  for (const id of [1, 8, 9, 12]) signaller.introduce(id);
  const post = (): void => {
    for (const { to, signal } of signaller.sent.splice(0)) {
      if (to === 1) far.hear(10, signal);
      else said += 1;
    }
    for (const { signal } of far.sent.splice(0)) signaller.hear(1, signal);
  };
  let said = 0;
  const ids = [8, 9, 12, 10, 77, 0, -1, 2 ** 31];
  const description = (type: string, attempt: unknown, restart: unknown) => {
    return {
      kind: "description",
      type,
      attempt,
      sdp: `sdp ${attempt}`,
      candidates: [],
      ...(restart === 0 ? {} : { restart }),
    };
  };
  for (let tick = 0; tick < 600; tick++) {
    for (const from of ids) {
      for (const attempt of [1, 2, tick, 5 * tick, 0, -1, 2 ** 31, 2 ** 53, Number.NaN, "1", null]) {
        for (const kind of ["want", "retry", "restart", "probe", "echo"]) signaller.hear(from, { kind, attempt });
        signaller.hear(from, description("offer", attempt, tick % 3));
        signaller.hear(from, description("answer", attempt, tick % 3));
      }
    }
    meeting.clock.advance(16);
    meeting.settle();
    post();
  }
  // Ten seconds of three who do nothing else.
  expect(meeting.network.made.length).toBeLessThan(100);
  expect(said).toBeLessThan(100);
  expect(member.connected).toEqual([1]);
  expect(hub.log).toEqual(["+10"]);
  expect(member.connector.getPairs().map(({ peerId }) => peerId)).toEqual([1, 8, 9, 12]);
});

test("K41 hubs that are others in each tick, present or not, have each pair begin once a second at most", () => {
  const ids = Array.from({ length: 12 }, (_, index) => index + 1);
  const meeting = new FakeMeeting();
  const signaller = new ScriptedSignaller(20);
  const createConnection = (): never => {
    throw new Error("a page has 500");
  };
  const member = meeting.add(signaller, { hubs: [1], createConnection });
  for (const id of ids) signaller.introduce(id);
  for (let tick = 0; tick < 600; tick++) {
    member.connector.setHubs([500 + tick, 20 + (tick % 2), ids[tick % 12] as number]);
    meeting.clock.advance(16);
    member.peer.poll();
  }
  expect(member.log.length).toBeGreaterThan(12);
  expect(member.log.length).toBeLessThanOrEqual(12 * 10);
  expect(member.connector.getPairs()).toHaveLength(12);
});
