import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAX_QUEUED_EVENTS, type Signal, type Signaller, type SignallerEvent } from "../../src/signalling/signaller.ts";
import { until } from "../support/until.ts";

/** A group under test. What an implementation cannot do on command is left out, and its tests are named under `skip`. */
export interface SignallerGroup {
  /** Resolves once the member is in the group. */
  join(): Promise<Signaller>;
  /** Removes a member, as a host would. */
  kick?(id: number): void | Promise<void>;
  /** Makes a member vanish without a word. */
  lose?(id: number): void | Promise<void>;
  /** Takes the group away from everybody, as a server that stops. */
  goDown?(): void | Promise<void>;
  comeUp?(): void | Promise<void>;
  dispose(): void | Promise<void>;
}

/** Tests that a signaller need not pass. */
interface NotRequired {
  /** How their titles start: `"I8 "` for a whole duty, `"I5 kicked"` for one test. */
  readonly duty: string;
  /** Why, in words: shown in the report. */
  readonly reason: string;
}

export interface SignallerContract {
  readonly name: string;
  readonly create: () => SignallerGroup | Promise<SignallerGroup>;
  readonly skip?: readonly NotRequired[];
}

/** Which call of any member is running, and in which calls somebody was woken (duty I10). */
class Calls {
  #running: string | null = null;
  readonly wokenIn: string[] = [];

  during<Result>(name: string, call: () => Result): Result {
    const outer = this.#running;
    this.#running = name;
    try {
      return call();
    } finally {
      this.#running = outer;
    }
  }

  woken(): void {
    if (this.#running !== null) this.wokenIn.push(this.#running);
  }
}

/** The same signaller, watched. */
class WatchedSignaller implements Signaller {
  readonly #signaller: Signaller;
  readonly #calls: Calls;
  #wake: (() => void) | null = null;

  constructor(signaller: Signaller, calls: Calls) {
    this.#signaller = signaller;
    this.#calls = calls;
    signaller.wake = () => {
      calls.woken();
      this.#wake?.();
    };
  }

  get localId(): number {
    return this.#signaller.localId;
  }

  get iceServers(): Signaller["iceServers"] {
    return this.#signaller.iceServers;
  }

  get wake(): (() => void) | null {
    return this.#wake;
  }

  set wake(wake: (() => void) | null) {
    this.#wake = wake;
  }

  send(to: number, signal: Signal): void {
    this.#calls.during("send", () => this.#signaller.send(to, signal));
  }

  receive(): SignallerEvent | undefined {
    return this.#calls.during("receive", () => this.#signaller.receive());
  }

  close(): void {
    this.#calls.during("close", () => this.#signaller.close());
  }
}

/** A member, and all that it has received. */
class Member {
  readonly signaller: Signaller;
  readonly heard: SignallerEvent[] = [];

  constructor(signaller: Signaller, calls: Calls) {
    this.signaller = new WatchedSignaller(signaller, calls);
  }

  get id(): number {
    return this.signaller.localId;
  }

  listen(): void {
    for (let event = this.signaller.receive(); event !== undefined; event = this.signaller.receive()) {
      this.heard.push(event);
    }
  }

  /** As `"+2"`, `"-2 left"`, `"2: 1"` for a signal of attempt 1, `"down"`, `"up"`. */
  get log(): string[] {
    return this.heard.map(shown);
  }
}

function shown(event: SignallerEvent): string {
  switch (event.kind) {
    case "introduced":
      return `+${event.peerId}`;
    case "left":
      return `-${event.peerId} ${event.reason}`;
    case "signal":
      return `${event.from}: ${event.signal.attempt}`;
    case "down":
    case "up":
      return event.kind;
  }
}

/** Duties I1 to I10 of `src/signalling/signaller.ts`, for one implementation. Call it in a test file of its own. */
export function runSignallerContract({ name, create, skip = [] }: SignallerContract): void {
  let group: SignallerGroup;
  let members: Member[];
  let calls: Calls;

  const join = async (): Promise<Member> => {
    const member = new Member(await group.join(), calls);
    members.push(member);
    return member;
  };
  const hears = (member: Member, ...lines: string[]): Promise<unknown> =>
    until(() => lines.every((line) => member.log.includes(line)), {
      step: () => {
        for (const each of members) each.listen();
      },
      what: `${member.id} to hear ${lines.join(", ")}; it heard ${member.log.join(", ")}`,
    });
  const meet = async (count: number): Promise<Member[]> => {
    const met: Member[] = [];
    for (let i = 0; i < count; i++) met.push(await join());
    for (const member of met) await hears(member, ...others(met, member).map((other) => `+${other.id}`));
    return met;
  };
  const meetTwo = async (): Promise<[Member, Member]> => (await meet(2)) as [Member, Member];
  const notRequired: string[] = [];
  const unused = new Set(skip.map((skipped) => skipped.duty));
  const duty = (title: string, body: () => Promise<void>): void => {
    const skipped = skip.find((each) => title.startsWith(each.duty));
    if (skipped === undefined) return test(title, body);
    unused.delete(skipped.duty);
    notRequired.push(`${title} (${skipped.reason})`);
  };

  describe(`signaller contract: ${name}`, () => {
    beforeEach(async () => {
      group = await create();
      members = [];
      calls = new Calls();
    });
    afterEach(async () => {
      for (const member of members) member.signaller.close();
      await group.dispose();
      expect(calls.wokenIn, "I10: nobody is woken from within a call").toEqual([]);
    });

    duty("I1 every member has an id of its own, which stays", async () => {
      const met = await meet(3);
      const ids = met.map((member) => member.id);
      expect(new Set(ids).size).toBe(3);
      for (const id of ids) {
        expect(Number.isInteger(id)).toBe(true);
        expect(id).toBeGreaterThanOrEqual(1);
        expect(id).toBeLessThanOrEqual(2_147_483_647);
      }
      met[0]?.signaller.close();
      expect(met.map((member) => member.id)).toEqual(ids);
    });

    duty("I2 any two members are introduced to each other, each side once", async () => {
      const met = await meet(4);
      for (const [index, member] of met.entries()) {
        const next = met[(index + 1) % met.length] as Member;
        next.signaller.send(member.id, ping(1));
        await hears(member, `${next.id}: 1`);
        const introduced = member.log.filter((line) => line.startsWith("+"));
        expect(introduced.sort()).toEqual(
          others(met, member)
            .map((other) => `+${other.id}`)
            .sort(),
        );
      }
    });

    duty("I3 the sender is who sent it, whatever it wrote", async () => {
      const [a, b, c] = (await meet(3)) as [Member, Member, Member];
      const forged: Signal & { readonly from: number } = { ...ping(1), from: c.id };
      a.signaller.send(b.id, forged);
      await hears(b, `${a.id}: 1`);
      expect(b.log.filter((line) => line.includes(":"))).toEqual([`${a.id}: 1`]);
    });

    duty("I3 nobody is heard after leaving", async () => {
      const [a, b] = await meetTwo();
      a.signaller.send(b.id, ping(1));
      a.signaller.close();
      a.signaller.send(b.id, ping(2));
      await hears(b, `-${a.id} left`);
      expect(b.log.slice(-2)).toEqual([`${a.id}: 1`, `-${a.id} left`]);
    });

    duty("I4 signals arrive whole, once each and in order", async () => {
      const [a, b] = await meetTwo();
      const sent: Signal[] = [];
      for (let attempt = 1; attempt <= 40; attempt++) {
        sent.push(attempt % 3 === 0 ? offer(attempt) : attempt % 3 === 1 ? candidates(attempt) : ping(attempt));
      }
      for (const signal of sent) a.signaller.send(b.id, signal);
      await hears(b, `${a.id}: 40`);
      expect(b.heard.flatMap((event) => (event.kind === "signal" ? [event.signal] : []))).toEqual(sent);
    });

    duty("I5 a member that leaves is told of once", async () => {
      const [a, b, c] = (await meet(3)) as [Member, Member, Member];
      a.signaller.close();
      a.signaller.close();
      await hears(b, `-${a.id} left`);
      await hears(c, `-${a.id} left`);
      c.signaller.send(b.id, ping(1));
      await hears(b, `${c.id}: 1`);
      expect(b.log.filter((line) => line.startsWith("-"))).toEqual([`-${a.id} left`]);
    });

    duty("I5 kicked: a member that is removed hears so, and so do the others", async () => {
      // The one who came last: the first may be a host, whom nobody can remove.
      const [b, c, a] = (await meet(3)) as [Member, Member, Member];
      await group.kick?.(a.id);
      await hears(b, `-${a.id} kicked`);
      await hears(c, `-${a.id} kicked`);
      await hears(a, `-${a.id} kicked`);
      expect(a.log.at(-1)).toBe(`-${a.id} kicked`);
    });

    duty("I5 lost: a member that vanishes without a word is lost", async () => {
      const [a, b] = await meetTwo();
      await group.lose?.(a.id);
      await hears(b, `-${a.id} lost`);
    });

    duty("I6 sending to nobody, to oneself or nonsense is dropped", async () => {
      const [a, b] = await meetTwo();
      const absent = [a.id, b.id].includes(77) ? 78 : 77;
      a.signaller.send(absent, ping(1));
      a.signaller.send(0, ping(2));
      a.signaller.send(Number.NaN, ping(3));
      a.signaller.send(a.id, ping(4));
      b.signaller.send(a.id, ping(5));
      a.signaller.send(b.id, ping(6));
      await hears(a, `${b.id}: 5`);
      await hears(b, `${a.id}: 6`);
      expect(a.log).toEqual([`+${b.id}`, `${b.id}: 5`]);
      expect(b.log).toEqual([`+${a.id}`, `${a.id}: 6`]);
    });

    duty("I6 what is sent is taken before the call returns", async () => {
      const [a, b] = await meetTwo();
      const list = [{ media: "0", index: 0, name: "candidate:1" }];
      a.signaller.send(b.id, { kind: "candidates", attempt: 1, candidates: list });
      list.length = 0;
      await hears(b, `${a.id}: 1`);
      expect(b.heard.at(-1)).toMatchObject({ signal: { candidates: [{ name: "candidate:1" }] } });
    });

    duty("I7 a queue that nobody reads ends in down, after all that it held", async () => {
      const [a, b] = await meetTwo();
      const heardBefore = b.heard.length;
      for (let attempt = 1; attempt <= MAX_QUEUED_EVENTS + 10; attempt++) a.signaller.send(b.id, ping(attempt));
      await until(() => a.log.includes(`-${b.id} lost`), { step: () => a.listen() });
      await hears(b, "down");
      const late = b.log.slice(heardBefore);
      const held = late.slice(0, late.indexOf("down"));
      expect(held).toEqual(Array.from({ length: MAX_QUEUED_EVENTS }, (_, index) => `${a.id}: ${index + 1}`));
    });

    duty("I8 losing the group is told once, and touches nobody; its return introduces everybody anew", async () => {
      const [a, b] = await meetTwo();
      await group.goDown?.();
      await hears(a, "down");
      await hears(b, "down");
      a.signaller.send(b.id, ping(1));
      await group.comeUp?.();
      await until(() => [a, b].every((member) => member.log.filter((line) => line.startsWith("+")).length === 2), {
        step: () => {
          for (const member of members) member.listen();
        },
      });
      expect(a.log).toEqual([`+${b.id}`, "down", "up", `+${b.id}`]);
      expect(b.log).toEqual([`+${a.id}`, "down", "up", `+${a.id}`]);
    });

    duty("I9 after close nothing is received", async () => {
      const [a, b] = await meetTwo();
      b.signaller.send(a.id, ping(1));
      a.signaller.close();
      expect(a.signaller.receive()).toBeUndefined();
      await hears(b, `-${a.id} left`);
      b.signaller.send(a.id, ping(2));
      const c = await join();
      await hears(c, `+${b.id}`);
      expect(a.signaller.receive()).toBeUndefined();
    });

    duty("I10 wake says that there is something to receive", async () => {
      const [a, b] = await meetTwo();
      let woken = 0;
      b.signaller.wake = () => {
        woken += 1;
      };
      a.signaller.send(b.id, ping(1));
      await until(() => woken > 0);
      b.listen();
      expect(b.log.at(-1)).toBe(`${a.id}: 1`);
      const wokenBefore = woken;
      a.signaller.close();
      await until(() => woken > wokenBefore);
    });

    duty("I10 who is woken may poll and answer, and no call of anybody's wakes another", async () => {
      // That none does is seen after every test of this contract; here members answer as they are woken.
      const met = await meet(3);
      for (const member of met) {
        member.signaller.wake = () => {
          const before = member.heard.length;
          member.listen();
          for (const event of member.heard.slice(before)) {
            if (event.kind === "signal" && event.signal.attempt < 20) {
              member.signaller.send(event.from, ping(event.signal.attempt + 1));
            }
          }
        };
      }
      const [a, b, c] = met as [Member, Member, Member];
      a.signaller.send(b.id, ping(1));
      c.signaller.send(a.id, ping(1));
      await until(() => [a.log, c.log].every((log) => log.some((line) => line.endsWith(": 20"))));
    });
  });

  // Shown one by one, so that what a signaller leaves out can be read and counted in every report.
  describe(`signaller contract: ${name}, not required`, () => {
    test("every exception names a test and a reason", () => {
      expect([...unused]).toEqual([]);
      expect(skip.filter(({ reason }) => reason.trim() === "")).toEqual([]);
    });
    for (const line of notRequired) test(`not required: ${line}`, () => {});
  });
}

function others(members: readonly Member[], member: Member): Member[] {
  return members.filter((other) => other !== member);
}

function ping(attempt: number): Signal {
  return { kind: "retry", attempt };
}

function candidates(attempt: number): Signal {
  const candidate = { media: "0", index: 0, name: `candidate:${attempt} 1 udp 2122260223 127.0.0.1 5000 typ host` };
  return { kind: "candidates", attempt, candidates: [candidate] };
}

function offer(attempt: number): Signal {
  return { kind: "description", attempt, type: "offer", sdp: `v=0\r\no=- ${attempt} ü\r\n`, candidates: [] };
}
