import { expect, test } from "vitest";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { RandomStream } from "../../src/simulator/network/random-stream.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { VirtualMesh } from "../support/virtual-mesh.ts";

collectDiagnostics();

const SEEDS = 80;
const LINK = { latencyMs: 30, jitterMs: 10, lossRatio: 0.01 };

/** A mesh with a relay, in which 1 and 2 find no direct way. */
function apart(seed = 1): VirtualMesh {
  const mesh = new VirtualMesh({ seed, link: LINK }, {}, { hasRelay: true });
  mesh.network.setReachable(1, 2, false);
  return mesh.join(1, 2, 3);
}

function pathOf(mesh: VirtualMesh, from: number, to: number) {
  return mesh
    .peer(from)
    .connector.getPairs()
    .find(({ peerId }) => peerId === to);
}

/** What is known of paths is found out by promises. */
async function pass(mesh: VirtualMesh, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    mesh.pass(500);
    for (const { connector } of mesh.peers.values()) connector.getPairs();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

test("K31 a pair without a direct way is connected by the relay after its head start; the others do not use it", async () => {
  const mesh = apart();
  const tookMs = mesh.connect(4_000);
  expect(tookMs).toBeGreaterThan(2_000);
  await pass(mesh, 3_000);
  expect(pathOf(mesh, 2, 1)).toMatchObject({ path: "relay", problem: "timeout", state: "connected" });
  expect(pathOf(mesh, 3, 1)).toMatchObject({ problem: null });
  const { log } = mesh.peer(1);
  const find = (what: string): number => log.find(([, said]) => said === what)?.[0] ?? Number.NaN;
  expect(find("+3")).toBeLessThan(1_500);
  mesh.network.setReachable(1, 2, true);
  await pass(mesh, 70_000);
  expect(pathOf(mesh, 2, 1)).toMatchObject({ problem: null, attempt: 1 });
  expect(mesh.relay?.lineCount).toBe(0);
});

test("K31 a search for a direct way is made with the signaller's iceServers of then", () => {
  const mesh = apart();
  mesh.connect(4_000);
  const iceServers = [{ urls: "turn:turn.example", username: "later", credential: "secret" }];
  for (const id of [1, 2]) {
    const { signaller, configurations } = mesh.peer(id);
    expect(configurations.every((made) => made.iceServers?.length === 0)).toBe(true);
    Object.assign(signaller, { iceServers });
  }
  const before = [1, 2].map((id) => mesh.peer(id).configurations.length);
  mesh.pass(60_000);
  for (const [i, id] of [1, 2].entries()) {
    const searches = mesh.peer(id).configurations.slice(before[i]);
    expect(searches.length).toBeGreaterThan(1);
    for (const made of searches) expect(made).toEqual({ iceServers });
  }
  expect(mesh.isComplete).toBe(true);
});

test("K31 a relay that crashes is made anew by a repair, faster than at first", () => {
  const mesh = apart(2);
  mesh.connect(4_000);
  const lostMs = mesh.network.nowMs;
  mesh.relay?.crash();
  mesh.pass(500);
  expect(mesh.isComplete).toBe(false);
  mesh.connect(4_000);
  expect(mesh.network.nowMs - lostMs).toBeLessThan(1_500);
  expect(pathOf(mesh, 2, 1)).toMatchObject({ attempt: 2 });
});

test(`K29, K30, K31 in ${SEEDS} meshes with a relay, whatever breaks, everybody is connected by some path in the end, and hears what is sent`, () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = RandomStream.named(seed, "paths");
    const mesh = new VirtualMesh({ seed, link: LINK }, {}, { hasRelay: true });
    const ids = [1, 2, 3];
    const other = (id: number): number => random.pick(ids.filter((one) => one !== id));
    if (random.chance(0.7)) mesh.network.setReachable(1, 2, false);
    mesh.join(...ids);
    for (let changes = random.between(2, 10); changes > 0; changes--) {
      mesh.pass(random.between(1, random.pick([300, 3_000])));
      const id = random.pick(ids);
      const { device, peer } = mesh.peer(id);
      const change = random.below(6);
      if (change === 0) mesh.relay?.crash();
      else if (change === 1) device.changeNetwork(random.chance(0.5));
      else if (change === 2) peer.repairPeer(other(id), "restart");
      else if (change === 3) peer.repairPeer(other(id), "replace");
      else if (change === 4) mesh.network.setReachable(id, other(id), random.chance(0.5));
      else mesh.signalling.interrupt(id);
    }
    for (const id of ids) mesh.signalling.restore(id);
    // Two who cannot reach each other any more are told so after some 10 s.
    mesh.pass(12_000);
    mesh.connect(40_000);
    mesh.pass(8_000);
    mesh.connect(1_000);
    for (const { peer, packets } of mesh.peers.values()) {
      packets.length = 0;
      peer.transferMode = TransferMode.RELIABLE;
      peer.setTargetPeer(0);
      peer.putPacket(Uint8Array.of(7));
    }
    mesh.pass(4_000);
    for (const { packets, device } of mesh.peers.values()) {
      const from = packets.map(([id]) => id).sort();
      expect([seed, device.id, from]).toEqual([seed, device.id, ids.filter((id) => id !== device.id)]);
    }
  }
});
