import { afterEach, expect, test } from "vitest";
import { browserBackend } from "../../src/backends/browser/browser-backend.ts";
import { relayThrough } from "../../src/backends/paths/index.ts";
import { ErrorCode } from "../../src/base/error-code.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { InMemorySignalling } from "../../src/signalling/in-memory-signalling.ts";
import type { MeshConnectorOptions } from "../../src/signalling/mesh-connector.ts";
import { blocked } from "../support/blocked-backend.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { readAll } from "../support/link-mesh.ts";
import { MemoryRelay } from "../support/memory-relay.ts";
import { MeshMember, pollMembers, pollUntilMeshed } from "../support/mesh-member.ts";

collectDiagnostics();

const present: MeshMember[] = [];
afterEach(() => {
  for (const member of present.splice(0)) member.peer.close();
});

/** Members 1 and 2, connected; the second offers. `options`: by id. */
async function twoConnected(
  options: (id: number) => MeshConnectorOptions = () => ({}),
): Promise<[MeshMember, MeshMember]> {
  const group = new InMemorySignalling();
  const [one, two] = [1, 2].map((id) => new MeshMember(group.join(id), options(id))) as [MeshMember, MeshMember];
  present.push(one, two);
  await pollUntilMeshed([one, two]);
  for (const { log } of [one, two]) log.length = 0;
  return [one, two];
}

function native(member: MeshMember): RTCPeerConnection {
  const [info] = member.peer.getPeers().values();
  return info?.connection.getNative() as RTCPeerConnection;
}

/** What ICE calls itself on each side: another one after each restart. */
function fragments(members: readonly MeshMember[]): (string | undefined)[] {
  return members.map((member) => /a=ice-ufrag:(\S+)/.exec(native(member).currentLocalDescription?.sdp ?? "")?.[1]);
}

/** Sends numbers to everybody, and reads them: in order, whatever happens. */
class Counting {
  readonly #from: MeshMember;
  readonly #to: MeshMember;
  #sent = 0;
  read = 0;

  constructor(from: MeshMember, to: MeshMember) {
    this.#from = from;
    this.#to = to;
  }

  step(): void {
    this.#from.peer.transferMode = TransferMode.RELIABLE;
    if (
      this.#from.connected.length > 0 &&
      this.#from.peer.putPacket(Uint8Array.of(this.#sent & 255)) === ErrorCode.OK
    ) {
      this.#sent += 1;
    }
    for (let left = this.#to.peer.getAvailablePacketCount(); left > 0; left--) {
      expect(this.#to.peer.getPacket()).toEqual(Uint8Array.of(this.read & 255));
      this.read += 1;
    }
  }
}

for (const asking of [0, 1]) {
  test(`K26 ICE is restarted below a connection that goes on, as the ${asking === 0 ? "answering" : "offering"} side asks`, async () => {
    const members = await twoConnected();
    const [one, two] = members;
    const counting = [new Counting(one, two), new Counting(two, one)];
    const before = fragments(members);
    expect(before).not.toContain(undefined);
    expect(members[asking]?.peer.repairPeer(asking === 0 ? 2 : 1, "restart")).toBe(ErrorCode.OK);
    let readBefore = 0;
    await pollMembers(members, () => {
      for (const each of counting) each.step();
      const isRestarted = fragments(members).every((fragment, index) => fragment !== before[index]);
      if (isRestarted && readBefore === 0) readBefore = Math.max(1, ...counting.map(({ read }) => read));
      return isRestarted && counting.every(({ read }) => read > readBefore + 20);
    });
    expect(members.map(({ log }) => log)).toEqual([[], []]);
    expect(two.connector.getPairs()).toMatchObject([{ state: "connected", attempt: 1 }]);
    expect(members.map(({ connector }) => connector.counters.unansweredRestarts)).toEqual([0, 0]);
  });
}

test("K27 the browser's word that it is online again has every connection looked after", async () => {
  const members = await twoConnected();
  const before = fragments(members);
  dispatchEvent(new Event("online"));
  await pollMembers(members, () => fragments(members).every((fragment, index) => fragment !== before[index]));
  expect(members.map(({ log }) => log)).toEqual([[], []]);
});

for (const asking of [[0], [1], [0, 1]]) {
  test(`K29 a connection is replaced, as ${asking.map((index) => index + 1).join(" and ")} asks`, async () => {
    const members = await twoConnected();
    const before = members.map(native);
    for (const index of asking) members[index]?.peer.repairPeer(index === 0 ? 2 : 1, "replace");
    await pollMembers(members, () => {
      const areNew = members.every((member, index) => native(member) !== before[index]);
      return areNew && members.every((member) => member.isConnectedTo(members));
    });
    for (const index of asking) {
      const other = index === 0 ? 2 : 1;
      expect(members[index]?.log.at(-1)).toBe(`+${other}`);
      expect(members[index]?.log.filter((line) => line.startsWith("+"))).toHaveLength(1);
    }
    expect(members[1].connector.getPairs()).toMatchObject([{ attempt: 2 }]);
    expect(before.map(({ connectionState }) => connectionState)).toEqual(["closed", "closed"]);
  });
}

test("K31, K32 two who find no direct way are connected by the relay, and getPairs says why", async () => {
  const relay = new MemoryRelay();
  const members = await twoConnected((id) => ({
    backend: blocked(browserBackend),
    relay: relayThrough(relay.pipe(id)),
  }));
  const [one, two] = members;
  const counting = [new Counting(one, two), new Counting(two, one)];
  await pollMembers(members, () => {
    for (const each of counting) each.step();
    return counting.every(({ read }) => read > 20) && two.connector.getPairs()[0]?.path === "relay";
  });
  expect(two.connector.getPairs()[0]?.problem).not.toBeNull();
  two.peer.repairPeer(1, "replace");
  const { packets } = relay;
  await pollMembers(members, () => {
    // What came by the old connection is read before there is another.
    for (const { peer } of members) readAll(peer);
    return two.log.length > 0 && members.every((member) => member.isConnectedTo(members));
  });
  await pollMembers(members, () => relay.packets > packets);
});

test("K32 a direct pair is told as such", async () => {
  const relay = new MemoryRelay();
  const members = await twoConnected((id) => ({ relay: relayThrough(relay.pipe(id)) }));
  await pollMembers(members, () => members.every(({ connector }) => connector.getPairs()[0]?.path === "direct"));
  expect(members.map(({ connector }) => connector.getPairs()[0]?.problem)).toEqual([null, null]);
  expect(relay.packets).toBe(0);
});
