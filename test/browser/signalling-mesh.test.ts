import { afterEach, expect, test } from "vitest";
import { browserBackend } from "../../src/backends/browser/browser-backend.ts";
import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import { TARGET_PEER_BROADCAST } from "../../src/multiplayer/multiplayer-peer.ts";
import type { ConnectionBackend } from "../../src/seam/connection-backend.ts";
import { joinTabs } from "../../src/signalling/broadcast-channel-signaller.ts";
import { InMemorySignalling } from "../../src/signalling/in-memory-signalling.ts";
import type { MeshConnectorOptions } from "../../src/signalling/mesh-connector.ts";
import type { Signaller } from "../../src/signalling/signaller.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { readAll } from "../support/link-mesh.ts";
import { MeshMember, pollMembers, pollUntilMeshed } from "../support/mesh-member.ts";

collectDiagnostics();

const present: MeshMember[] = [];
afterEach(() => {
  for (const member of present.splice(0)) member.peer.close();
});

function meet(signaller: Signaller, options: MeshConnectorOptions = {}): MeshMember {
  const member = new MeshMember(signaller, options);
  present.push(member);
  return member;
}

function meetAll(group: InMemorySignalling, ids: readonly number[]): MeshMember[] {
  return ids.map((id) => meet(group.join(id)));
}

for (const ids of [
  [1, 2],
  [3, 1, 2],
  [900, 1, 77, 5, 2_147_483_647],
]) {
  test(`K1 a mesh of ${ids.length} connects through signalling in memory`, async () => {
    const members = meetAll(new InMemorySignalling(), ids);
    await pollUntilMeshed(members);
    for (const member of members) {
      const expected = ids.filter((id) => id !== member.id).map((id) => `+${id}`);
      expect(member.log.sort()).toEqual(expected.sort());
    }
  });
}

test("K1 a mesh of 5 connects between tabs, and everybody hears everybody", async () => {
  const group = `mesh ${Math.floor(performance.now() * 1_000)}`;
  const members = Array.from({ length: 5 }, () => meet(joinTabs({ group })));
  await pollUntilMeshed(members);
  for (const member of members) {
    member.peer.setTargetPeer(TARGET_PEER_BROADCAST);
    member.peer.putPacket(Uint8Array.of(7));
  }
  const heard = new Map(members.map((member) => [member.id, 0]));
  await pollMembers(members, () => {
    for (const { id, peer } of members) heard.set(id, (heard.get(id) ?? 0) + readAll(peer).length);
    return members.every((member) => heard.get(member.id) === 4);
  });
});

test("K3 a late joiner connects to everyone", async () => {
  const group = new InMemorySignalling();
  const members = meetAll(group, [1, 30, 20]);
  await pollUntilMeshed(members);
  members.push(meet(group.join(25)));
  await pollUntilMeshed(members);
  expect(members[3]?.connected).toEqual([1, 20, 30]);
});

test("K10 what a member sent before it left arrives, then it is disconnected as left", async () => {
  const members = meetAll(new InMemorySignalling(), [1, 2, 3]);
  await pollUntilMeshed(members);
  const [a, b, c] = members as [MeshMember, MeshMember, MeshMember];
  const bytes = new Uint8Array(1_024).fill(5);
  c.peer.setTargetPeer(TARGET_PEER_BROADCAST);
  for (let i = 0; i < 64; i++) c.peer.putPacket(bytes);
  c.peer.close();
  const read = new Map([a, b].map((member) => [member, 0]));
  await pollMembers([a, b], () => {
    for (const member of [a, b]) read.set(member, (read.get(member) ?? 0) + readAll(member.peer).length);
    return [a, b].every((member) => member.log.includes("-3 left"));
  });
  expect([...read.values()]).toEqual([64, 64]);
  expect(a.connected).toEqual([2]);
});

test("K11 everybody closes its own connection to a kicked member, and the kicked member all of its own", async () => {
  const group = new InMemorySignalling();
  const members = meetAll(group, [1, 2, 3]);
  await pollUntilMeshed(members);
  const [a, b, c] = members as [MeshMember, MeshMember, MeshMember];
  group.kick(2);
  await pollMembers(members, () => a.log.includes("-2 kicked") && c.log.includes("-2 kicked"));
  await pollMembers(members, () => b.log.filter((line) => line.startsWith("-")).length === 2);
  expect(b.log.filter((line) => line.startsWith("-") || line === "kicked").sort()).toEqual([
    "-1 kicked",
    "-3 kicked",
    "kicked",
  ]);
  expect([a.connected, b.connected, c.connected]).toEqual([[3], [], [1]]);
});

test("K12 losing the signaller, or sight of a member, touches no connection that stands", async () => {
  const group = new InMemorySignalling();
  const members = meetAll(group, [1, 2, 3]);
  await pollUntilMeshed(members);
  group.interrupt(2);
  group.goDown();
  await pollMembers(members, () => members.every((member) => member.log.includes("down")));
  group.comeUp();
  await pollMembers(members, () => members.every((member) => member.log.includes("up")));
  const late = meet(group.join(4));
  await pollUntilMeshed([...members, late]);
  expect(members.flatMap((member) => member.log.filter((line) => line.startsWith("-")))).toEqual([]);
  expect(members.flatMap((member) => member.connector.getPairs().map((pair) => pair.attempt))).toEqual(
    Array(9).fill(1),
  );
});

test("K7 a pair whose candidates were lost at first is reported, retried and connected", async () => {
  let attempts = 0;
  const createConnection = (): WebRTCPeerConnection => {
    attempts += 1;
    return attempts === 1 ? new WebRTCPeerConnection({ backend: withoutCandidates }) : new WebRTCPeerConnection();
  };
  const group = new InMemorySignalling();
  const a = meet(group.join(1));
  const b = new MeshMember(group.join(2), { createConnection, mesh: { connectTimeoutMs: 400 } });
  present.push(b);
  await pollUntilMeshed([a, b]);
  expect(attempts).toBe(2);
  expect(b.log.filter((line) => line.startsWith("failed"))).toHaveLength(1);
  expect(b.log.find((line) => line.startsWith("failed"))).toMatch(/^failed 1 [a-z-]+, attempt 1, retries$/);
  expect(b.log.at(-1)).toBe("+1");
});

/** The browser's connection, deaf to the far side's candidates and with none of its own. */
function withoutCandidates(...[configuration, observer]: Parameters<typeof browserBackend>): ConnectionBackend {
  const backend = browserBackend(configuration, { ...observer, onIceCandidate: () => {} });
  backend.addIceCandidate = () => {};
  return backend;
}
