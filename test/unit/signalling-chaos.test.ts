import fc from "fast-check";
import { expect, test } from "vitest";
import type { RepairStep } from "../../src/multiplayer/companion.ts";
import type { Signal } from "../../src/signalling/signaller.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { FakeMeeting } from "../support/fake-meeting.ts";
import type { MeshMember } from "../support/mesh-member.ts";
import { ScriptedSignaller } from "../support/scripted-signaller.ts";

collectDiagnostics();

interface Letter {
  readonly from: number;
  readonly to: number;
  readonly signal: Signal;
}

/** Members whose letters a bad post carries: loses, doubles, holds back; and who lose sight of each other. */
class BadPost {
  readonly meeting = new FakeMeeting();
  readonly signallers: ScriptedSignaller[] = [];
  #post: Letter[] = [];

  constructor(count: number) {
    for (let id = 1; id <= count; id++) {
      const signaller = new ScriptedSignaller(id);
      this.signallers.push(signaller);
      this.meeting.add(signaller);
    }
    this.introduceAll();
  }

  get members(): readonly MeshMember[] {
    return this.meeting.members;
  }

  introduceAll(): void {
    for (const a of this.signallers) for (const b of this.signallers) if (a !== b) a.introduce(b.localId);
  }

  poll(ms: number): void {
    this.meeting.clock.advance(ms);
    for (const { peer } of this.members) peer.poll();
    for (const { localId, sent } of this.signallers) {
      this.#post.push(...sent.splice(0).map(({ to, signal }) => ({ from: localId, to, signal })));
    }
  }

  deliver(index: number, keepsCopy: boolean): void {
    if (this.#post.length === 0) return;
    const at = index % this.#post.length;
    const letter = this.#post[at] as Letter;
    if (!keepsCopy) this.#post.splice(at, 1);
    this.#signaller(letter.to).hear(letter.from, letter.signal);
  }

  lose(index: number): void {
    if (this.#post.length > 0) this.#post.splice(index % this.#post.length, 1);
  }

  blink(a: number, b: number): void {
    if (a !== b) this.#signaller(a).say({ kind: "left", peerId: b, reason: "lost" }, { kind: "introduced", peerId: b });
  }

  breakLink(index: number): void {
    const { links } = this.meeting;
    links[index % Math.max(1, links.length)]?.fail();
  }

  /** Packets stop arriving on a link, until its ICE has been restarted. */
  interrupt(index: number): void {
    const { links } = this.meeting;
    links[index % Math.max(1, links.length)]?.disconnect();
  }

  repair(a: number, b: number, step: RepairStep): void {
    this.members[a - 1]?.peer.repairPeer(b, step);
  }

  setHubs(member: number, hubs: readonly number[]): void {
    this.members[member - 1]?.connector.setHubs(hubs);
  }

  /** Whether all are connected of whom one is a hub, as one of the two sees it. */
  get isStar(): boolean {
    return this.members.every(({ connector, id }) => {
      const wanted = this.members.filter((other) => [id, other.id].some((hub) => connector.hubs?.includes(hub)));
      return wanted.every((other) => other.id === id || (this.#hears(id, other.id) && this.#hears(other.id, id)));
    });
  }

  #hears(one: number, other: number): boolean {
    return this.members[one - 1]?.peer.getPeer(other)?.connected === true;
  }

  /** From here on nothing is lost or late. What is said meanwhile arrives in order. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 50) {
      this.poll(50);
      while (this.#post.length > 0) this.deliver(0, false);
    }
  }

  /**
   * From here on all is well: what is on its way is lost, everybody is introduced anew, and letters arrive. Five seconds must do.
   */
  heal(): void {
    this.#post = [];
    for (const signaller of this.signallers) signaller.say({ kind: "down", reason: "healing" }, { kind: "up" });
    this.introduceAll();
    this.pass(5_000);
  }

  #signaller(id: number): ScriptedSignaller {
    return this.signallers[id - 1] as ScriptedSignaller;
  }
}

const index = fc.nat({ max: 1_000 });
const id = fc.integer({ min: 1, max: 3 });
const how = fc.constantFrom("restart" as const, "replace" as const);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("poll" as const), ms: fc.nat({ max: 400 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("deliver" as const), index, keepsCopy: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("lose" as const), index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("blink" as const), a: id, b: id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("break" as const), index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("interrupt" as const), index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("repair" as const), a: id, b: id, how }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("poll" as const), ms: fc.constant(15_000) }) },
);

const someHubs = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
const newHubs = fc.record({ kind: fc.constant("hubs" as const), of: fc.integer({ min: 1, max: 4 }), hubs: someHubs });

type StepOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

function take(post: BadPost, each: StepOf<typeof step> | StepOf<typeof newHubs>): void {
  if (each.kind === "poll") post.poll(each.ms);
  else if (each.kind === "deliver") post.deliver(each.index, each.keepsCopy);
  else if (each.kind === "lose") post.lose(each.index);
  else if (each.kind === "blink") post.blink(each.a, each.b);
  else if (each.kind === "interrupt") post.interrupt(each.index);
  else if (each.kind === "repair") post.repair(each.a, each.b, each.how);
  else if (each.kind === "hubs") post.setHubs(each.of, each.hubs);
  else post.breakLink(each.index);
}

test("K5, K6, K8, K9, K28, K29 whatever a bad post does to signals, all are connected once it is well again", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const post = new BadPost(3);
      for (const each of steps) {
        take(post, each);
        expect(post.meeting.links.length).toBeLessThanOrEqual(6);
      }
      post.heal();
      const logs = post.members.map((member) => member.log.join(" | ")).join("\n");
      for (const member of post.members) expect(member.isConnectedTo(post.members), logs).toBe(true);
      expect(post.meeting.links).toHaveLength(6);
    }),
    { numRuns: 150 },
  );
});

test("K36, K38, K41, K42 whatever hubs each names meanwhile, and whatever the post does, a star stands once all is well", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 20, arbitrary: step }, { weight: 5, arbitrary: newHubs }), { maxLength: 120 }),
      someHubs,
      (steps, hubs) => {
        const post = new BadPost(4);
        for (const { id: of } of post.members) post.setHubs(of, [1]);
        for (const each of steps) take(post, each);
        for (const { id: of } of post.members) post.setHubs(of, hubs);
        post.heal();
        const logs = post.members.map((member) => member.log.join(" | ")).join("\n");
        expect(post.isStar, logs).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

test("K38, K39, K42 with a good post, all are connected whom one of the two takes for a hub", () => {
  const orderly = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat({ max: 3_000 }) }) },
    { weight: 6, arbitrary: newHubs },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("break" as const), index }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("repair" as const), a: id, b: id, how }) },
  );
  fc.assert(
    fc.property(
      fc.array(orderly, { maxLength: 60 }),
      fc.array(someHubs, { minLength: 4, maxLength: 4 }),
      (steps, hubs) => {
        const post = new BadPost(4);
        for (const { id: of } of post.members) post.setHubs(of, [1]);
        for (const each of steps) {
          if (each.kind === "pass") post.pass(each.ms);
          else take(post, each);
        }
        for (const { id: of } of post.members) post.setHubs(of, hubs[of - 1] ?? []);
        post.pass(20_000);
        const logs = post.members.map((member) => member.log.join(" | ")).join("\n");
        expect(post.isStar, logs).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
