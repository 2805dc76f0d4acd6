import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import type { Order } from "./agent/mesh-agent.ts";
import type { Payload } from "./agent/payload.ts";
import { Meeting } from "./meeting.ts";
import type { Member } from "./member.ts";
import { sessionMember } from "./session-member.ts";
import { type Stage, setStage } from "./stage.ts";
import { missingTools } from "./tools.ts";

/** Modes of the extra channels: transfer channel 1 is reliable, 2 unreliable ordered, 3 unreliable. */
const EXTRA = [2, 1, 0] as const;
/** Every way for a packet: mode and transfer channel. */
const LANES = [
  { mode: 0, channel: 0 },
  { mode: 1, channel: 0 },
  { mode: 2, channel: 0 },
  { mode: 2, channel: 1 },
  { mode: 1, channel: 2 },
  { mode: 0, channel: 3 },
] as const;
const RELIABLE = { mode: 2, channel: 0 } as const;
/** The ids of the first, second, … to join: who offers differs from pair to pair, and one is Godot's id for servers. */
const IDS = [1_073_741_824, 7, 2_147_483_647, 1];
/** What Chromium takes, and libdatachannel by default. Unit: bytes. */
const LARGEST = 262_144;
/** Its web build has 64 kB for what a channel brings, overhead included. Unit: bytes. */
const LARGEST_FOR_GODOT = 65_530;

let stage: Stage;
let members: readonly Member[];
let seeds = 0;
/** Told at the end: each is worth a look, although the mesh came to be. */
const retries: string[] = [];
beforeAll(async () => {
  stage = await setStage(await missingTools());
  members = stage.members;
});
afterAll(async () => {
  if (retries.length > 0) console.log(`attempts that were followed by others: ${retries.join("; ")}`);
  await stage?.close();
});

/** Everybody in one mesh, having come in this order. */
async function meet(inOrder: readonly Member[] = members): Promise<Meeting> {
  const meeting = new Meeting(EXTRA);
  for (const [i, member] of inOrder.entries()) await meeting.join(member, IDS[i] as number);
  await meeting.untilMeshed();
  return meeting;
}

/** Everybody leaves. */
async function part(meeting: Meeting): Promise<void> {
  for (const member of meeting.members) await meeting.leave(member);
  expectNoTrouble();
}

function expectNoTrouble(): void {
  retries.push(...members.flatMap((member) => member.retries));
  expect(members.flatMap((member) => member.troubles.map((words) => `${member.name}: ${words}`))).toEqual([]);
}

function packet(target: number, lane: { readonly mode: 0 | 1 | 2; readonly channel: number }, size = 100): Order {
  return { target, mode: lane.mode, channel: lane.channel, seed: seeds++, size };
}

/** Packets that came from one member, on one lane, if it is given. */
function arrived(at: Member, from: number, lane?: { readonly mode: number; readonly channel: number }): Payload[] {
  const ofLane = at.packets.filter(
    (it) => it.from === from && (!lane || (it.mode === lane.mode && it.channel === lane.channel)),
  );
  return ofLane.map(({ payload }) => payload);
}

function payloadsOf(orders: readonly Order[]): Payload[] {
  return orders.map(({ seed, size }) => ({ seed, size }));
}

function pairs(): [Member, Member][] {
  return pairsOf(members);
}

function pairsOf(some: readonly Member[]): [Member, Member][] {
  return some.flatMap((from) => some.filter((to) => to !== from).map((to): [Member, Member] => [from, to]));
}

function permutations(all: readonly Member[]): Member[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((first) => permutations(all.filter((other) => other !== first)).map((rest) => [first, ...rest]));
}

describe("one mesh of different makes", () => {
  test("X1 everybody sees everybody, in whatever order they come, and go", async () => {
    for (const inOrder of permutations(members)) {
      const meeting = await meet(inOrder);
      for (const member of inOrder) {
        await meeting.leave(member);
        await meeting.untilMeshed();
      }
      expectNoTrouble();
    }
  }, 120_000);

  test("X2 every reliable packet of every member arrives at every other, once, in order, with its mode and channel", async () => {
    const meeting = await meet();
    const lanes = LANES.filter(({ mode }) => mode === 2);
    const sent = new Map<string, Order[]>();
    for (const [from, to] of pairs()) {
      const packets = lanes.flatMap((lane) => [4, 31, 1_000, 1_200, 20_000].map((size) => packet(to.id, lane, size)));
      sent.set(`${from.id} to ${to.id}`, packets);
      expect(await from.put(packets)).toEqual(packets.map(() => 0));
    }
    for (const [from, to] of pairs()) {
      const packets = sent.get(`${from.id} to ${to.id}`) ?? [];
      await until(() => arrived(to, from.id).length >= packets.length, { what: `${from.name} to ${to.name}` });
      for (const lane of lanes) {
        const onLane = packets.filter(({ channel }) => channel === lane.channel);
        expect(arrived(to, from.id, lane)).toEqual(payloadsOf(onLane));
      }
    }
    await part(meeting);
  });

  test("X2 unreliable packets arrive with their mode and channel, never twice, on ordered channels in order", async () => {
    const meeting = await meet();
    const lanes = LANES.filter(({ mode }) => mode !== 2);
    const sent: Order[] = [];
    const isMissing = (to: Member, from: Member): boolean =>
      lanes.some((lane) => arrived(to, from.id, lane).length === 0);
    await until(
      async () => {
        for (const [from, to] of pairs()) {
          if (!isMissing(to, from)) continue;
          // What is lost stays lost: a game sends the next.
          const packets = lanes.flatMap((lane) => [packet(to.id, lane), packet(to.id, lane, 1_000)]);
          sent.push(...packets);
          await from.put(packets);
        }
        return !pairs().some(([from, to]) => isMissing(to, from));
      },
      { what: "a packet on each lane of each pair" },
    );
    for (const [from, to] of pairs()) {
      for (const lane of lanes) {
        const got = arrived(to, from.id, lane);
        const known = payloadsOf(sent.filter(({ mode, channel }) => mode === lane.mode && channel === lane.channel));
        for (const payload of got) expect(known).toContainEqual(payload);
        const numbers = got.map(({ seed }) => seed);
        expect(new Set(numbers).size).toBe(numbers.length);
        if (lane.mode === 1) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
    }
    await part(meeting);
  });

  test("X3 a packet reaches its target: all, one, or all but one", async () => {
    const meeting = await meet();
    for (const from of members) {
      const others = members.filter((other) => other !== from);
      const targets = [0, ...others.map(({ id }) => id), ...others.map(({ id }) => -id)];
      // The last goes to all: when it is there, nothing else is on its way.
      const packets = [...targets, 0].map((target) => packet(target, RELIABLE));
      expect(await from.put(packets)).toEqual(packets.map(() => 0));
      const last = packets.at(-1)?.seed;
      for (const to of others) {
        const got = (): Payload[] => arrived(to, from.id, RELIABLE);
        await until(() => got().some(({ seed }) => seed === last));
        const meant = packets.filter(
          ({ target }) => target === 0 || target === to.id || (target < 0 && target !== -to.id),
        );
        expect([from.name, to.name, got()]).toEqual([from.name, to.name, payloadsOf(meant)]);
      }
    }
    await part(meeting);
  });

  test("X4 each is the first to leave a mesh that stands, and the last to come, under a new id: the others go on", async () => {
    const meeting = await meet();
    for (const [i, leaver] of members.entries()) {
      const oldId = leaver.id;
      const stayers = members.filter((member) => member !== leaver);
      await meeting.leave(leaver);
      await meeting.untilMeshed();
      for (const stayer of stayers) {
        const gone = stayer.happenings.filter((it) => it.kind === "disconnected" && it.id === oldId);
        expect([stayer.name, gone.length]).toEqual([stayer.name, 1]);
      }
      const first = stayers[0] as Member;
      const between = packet(0, RELIABLE);
      await first.put([between]);
      await meeting.join(leaver, 100 + i);
      await meeting.untilMeshed();
      const after = packet(0, RELIABLE);
      await first.put([after]);
      for (const other of members.filter((member) => member !== first)) {
        const meant = payloadsOf(other === leaver ? [after] : [between, after]);
        const got = (): Payload[] => arrived(other, first.id, RELIABLE);
        await until(() => got().some(({ seed }) => seed === after.seed));
        expect([first.name, other.name, got().slice(-meant.length)]).toEqual([first.name, other.name, meant]);
      }
    }
    await part(meeting);
  });

  test("X5 a packet may be as large as the pair allows; one byte more is refused in words, and nothing is lost", async () => {
    const meeting = await meet();
    for (const [from, to] of pairs()) {
      const isToGodot = to.name === "Godot";
      expect([from.name, to.name, await from.largestFor(to)]).toEqual([from.name, to.name, LARGEST]);
      const limit = isToGodot ? LARGEST_FOR_GODOT : LARGEST;
      const tooLarge = packet(to.id, RELIABLE, limit + 1);
      const sent: Order[] = [];
      /** One at a time: 64 kB is all that Godot has for what comes between two frames. */
      const carry = async (one: Order): Promise<void> => {
        sent.push(one);
        expect(await from.put([one])).toEqual([0]);
        await until(() => arrived(to, from.id).length >= sent.length, { what: `${from.name} to ${to.name}` });
      };
      await carry(packet(to.id, RELIABLE, limit));
      // A Godot page that sends too much is at an end.
      if (from.name !== "Godot") {
        // Godot refuses what comes to it, our side what it is to send.
        const [refuses, words, error] = isToGodot
          ? [to, /Buffer full! Dropping data/, 0]
          : [from, new RegExp(`${limit + 1} bytes.* ${limit}`), 1];
        const diagnosed = refuses.diagnoses.length;
        expect(await from.put([tooLarge])).toEqual([error]);
        await until(() => refuses.diagnoses.slice(diagnosed).some((line) => words.test(line)));
      }
      await carry(packet(to.id, RELIABLE));
      expect([from.name, to.name, arrived(to, from.id)]).toEqual([from.name, to.name, payloadsOf(sent)]);
    }
    await part(meeting);
  });

  test("X6 what a member of ours sent in the moment before it left arrives at the others of ours", async () => {
    const ours = members.filter(({ name }) => name !== "Godot");
    for (const leaver of ours) {
      const meeting = await meet();
      const { id } = leaver;
      const last = Array.from({ length: 30 }, () => packet(0, RELIABLE, 4_000));
      await meeting.leave(leaver, last);
      await meeting.untilMeshed();
      for (const other of ours.filter((member) => member !== leaver)) {
        expect([leaver.name, other.name, arrived(other, id)]).toEqual([leaver.name, other.name, payloadsOf(last)]);
        const gone = other.happenings.findIndex((it) => it.kind === "disconnected" && it.id === id);
        expect(other.happenings.slice(gone).some((it) => it.kind === "packet" && it.from === id)).toBe(false);
      }
      await part(meeting);
    }
  });

  test("X7 a session refuses whoever speaks none, after the time-out, and their game goes on", async () => {
    // What else is missing, tools.test.ts tells.
    if (!members.some(({ name }) => name === "Node")) return;
    const raw = members.filter(({ name }) => name !== "Node");
    const meeting = await meet(raw);
    const session = await sessionMember("a session", 2_000);
    let rounds = 0;
    /** Each to each, and not to the session, which would refuse them at once. */
    const play = async (): Promise<void> => {
      for (const [from, to] of pairsOf(raw)) await from.put([{ ...packet(to.id, RELIABLE), seed: rounds }]);
      rounds += 1;
      await until(() => pairsOf(raw).every(([from, to]) => arrived(to, from.id).length >= rounds), {
        what: "a packet from each to each",
      });
    };
    await play();
    await meeting.join(session, 77);
    const sawOf77 = (kind: "connected" | "disconnected"): boolean =>
      raw.every(({ happenings }) => happenings.some((it) => it.kind === kind && it.id === 77));
    await until(() => sawOf77("connected"), { what: "the session to be connected" });
    await play();
    await until(() => sawOf77("disconnected") && session.happenings.length > raw.length, { what: "all to be refused" });
    await play();
    const refused = session.happenings.flatMap((it) => (it.kind === "disconnected" ? [`${it.id} ${it.reason}`] : []));
    expect(refused.sort()).toEqual(raw.map(({ id }) => `${id} no-handshake`).sort());
    expect(session.happenings.some(({ kind }) => kind === "connected")).toBe(false);
    for (const [from, to] of pairsOf(raw)) {
      expect([from.name, to.name, arrived(to, from.id).map(({ seed }) => seed)]).toEqual([
        from.name,
        to.name,
        [0, 1, 2],
      ]);
    }
    for (const { name, happenings } of raw) {
      const lost = happenings.flatMap((it) => (it.kind === "disconnected" ? [it.id] : []));
      expect([name, lost]).toEqual([name, [77]]);
    }
    await part(meeting);
  });
});
