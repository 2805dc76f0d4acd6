import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { Companion } from "../../src/multiplayer/companion.ts";
import { ConnectionStatus } from "../../src/multiplayer/multiplayer-peer.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { FakeMesh, fakeMesh } from "../support/fake-mesh.ts";

collectDiagnostics();

test("M22 a handler that removes others, of all kinds", () => {
  const game = fakeMesh();
  const [two, three] = game.join(2, 3, 4);
  two?.closeByPeer();
  three?.closeByPeer();
  game.add(5).far.open();
  game.add(6).far.open();
  game.mesh.once("peerDisconnected", () => {
    for (const id of [3, 4, 5]) game.mesh.removePeer(id);
  });
  game.mesh.poll();
  expect(game.events.slice(3)).toEqual(["-2 closed-by-peer", "-3 closed-by-peer", "-4 closed-locally", "+6"]);
  expect([...game.mesh.getPeers().keys()]).toEqual([6]);
});

test("M22 a handler that adds the same id again", () => {
  const game = fakeMesh();
  const [two] = game.join(2);
  game.mesh.once("peerDisconnected", (id) => game.add(id).far.open());
  two?.closeByPeer();
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "-2 closed-by-peer"]);
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "-2 closed-by-peer", "+2"]);
});

test("M22 a handler that closes everything", () => {
  const game = fakeMesh();
  const far = game.join(2, 3);
  for (const one of far) one.closeByPeer();
  game.add(4).far.open();
  game.mesh.on("peerDisconnected", () => game.mesh.close());
  game.mesh.poll();
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "+3", "-2 closed-by-peer"]);
  expect(game.mesh.getUniqueId()).toBe(0);
});

test("M22 a handler that closes and begins anew is not disconnected by what came before", () => {
  const game = new FakeMesh();
  game.mesh.createClient(5);
  const { far } = game.add(1);
  far.open();
  game.mesh.poll();
  far.closeByPeer();
  game.mesh.on("peerDisconnected", () => {
    game.mesh.close();
    game.mesh.createClient(6);
    game.add(1).far.open();
  });
  game.mesh.poll();
  expect([game.mesh.getConnectionStatus(), game.mesh.getUniqueId()]).toEqual([ConnectionStatus.CONNECTING, 6]);
  game.mesh.poll();
  expect(game.mesh.getConnectionStatus()).toBe(ConnectionStatus.CONNECTED);
});

test("M22 a handler of the connection that removes its own peer and the next", () => {
  const game = fakeMesh();
  const { connection, far } = game.add(2);
  game.add(3);
  game.join(4);
  connection.on("iceCandidateCreated", () => {
    game.mesh.removePeer(2);
    game.mesh.removePeer(3);
    game.mesh.disconnectPeer(4);
  });
  far.candidate();
  game.mesh.poll();
  expect(game.events).toEqual(["+4", "-4 closed-locally"]);
  expect(game.mesh.getPeers().size).toBe(0);
});

test("M22 a handler that reads, sends and polls", () => {
  const game = fakeMesh();
  const [two, three] = game.join(2, 3);
  const read: string[] = [];
  two?.closeByPeer();
  three?.channels[0]?.receive(1);
  three?.channels[0]?.receive(2);
  game.mesh.on("peerDisconnected", () => {
    game.mesh.poll();
    read.push(...game.read());
    game.mesh.putPacket(Uint8Array.of(5));
  });
  game.mesh.poll();
  expect([...read, ...game.read()]).toEqual(["3/0/2 1", "3/0/2 2"]);
  expect(three?.channels[0]?.sent.length).toBe(1);
  expect(game.events).toEqual(["+2", "+3", "-2 closed-by-peer"]);
});

test("M22 a handler that disconnects the peer that just came", () => {
  const game = fakeMesh();
  game.mesh.on("peerConnected", (id) => game.mesh.disconnectPeer(id));
  game.join(2, 3);
  expect(game.events).toEqual(["+2", "+3"]);
  game.mesh.poll();
  expect(game.events.slice(2)).toEqual(["-2 closed-locally", "-3 closed-locally"]);
});

test("M25 wake is called once between two polls", () => {
  const game = fakeMesh();
  const [two, three] = game.join(2, 3);
  let woken = 0;
  game.mesh.wake = () => {
    woken += 1;
  };
  two?.channels[0]?.receive(1);
  three?.channels[0]?.receive(2);
  two?.channels[0]?.receive(3);
  expect(woken).toBe(1);
  game.mesh.poll();
  expect(woken).toBe(1);
  three?.channels[0]?.receive(4);
  expect(woken).toBe(2);
  game.mesh.poll();
  game.mesh.removePeer(3);
  three?.channels[0]?.receive(5);
  expect(woken).toBe(2);
});

test("M25 what comes up during a poll wakes after it, and polling from wake is allowed", () => {
  const game = fakeMesh();
  const [two] = game.join(2, 3);
  let woken = 0;
  game.mesh.wake = () => {
    woken += 1;
    game.mesh.poll();
  };
  game.mesh.once("peerConnected", () => two?.channels[0]?.receive(1));
  const { far } = game.add(4);
  far.open();
  expect(game.events).toContain("+4");
  expect(woken).toBeGreaterThan(1);
  expect(game.read()).toEqual(["2/0/2 1"]);
});

class TestCompanion implements Companion {
  wake: (() => void) | null = null;
  readonly log: string[];
  readonly name: string;
  onPoll: () => void = () => {};

  constructor(name: string, log: string[]) {
    this.name = name;
    this.log = log;
  }

  poll(): void {
    this.log.push(`${this.name} polled`);
    this.onPoll();
  }

  closed(): void {
    this.log.push(`${this.name} closed`);
  }
}

test("M26 companions are polled before the connections, and wake the peer", () => {
  const game = fakeMesh();
  const log: string[] = [];
  const companion = new TestCompanion("a", log);
  game.mesh.attach(companion);
  game.mesh.attach(companion);
  game.mesh.on("peerConnected", () => log.push("connected"));
  companion.onPoll = () => {
    if (!game.mesh.hasPeer(2)) game.add(2).far.open();
  };
  let woken = 0;
  game.mesh.wake = () => {
    woken += 1;
  };
  companion.wake?.();
  expect(woken).toBe(1);
  game.mesh.poll();
  expect(log).toEqual(["a polled", "connected"]);
  game.mesh.detach(companion);
  game.mesh.poll();
  expect([log.length, companion.wake]).toEqual([2, null]);
});

test("M26 companions learn of close, and are then left alone", () => {
  const game = fakeMesh();
  const log: string[] = [];
  const [a, b] = [new TestCompanion("a", log), new TestCompanion("b", log)];
  game.mesh.attach(a);
  game.mesh.attach(b);
  a.onPoll = () => game.mesh.close();
  game.mesh.poll();
  game.mesh.poll();
  expect(log).toEqual(["a polled", "a closed", "b closed"]);
  expect([a.wake, b.wake, game.mesh.createMesh(2)]).toEqual([null, null, ErrorCode.OK]);
});

test("M26 a companion that detaches another keeps it from being polled", () => {
  const game = new FakeMesh();
  const log: string[] = [];
  const [a, b, c] = [new TestCompanion("a", log), new TestCompanion("b", log), new TestCompanion("c", log)];
  for (const companion of [a, b, c]) game.mesh.attach(companion);
  a.onPoll = () => game.mesh.detach(b);
  game.mesh.poll();
  expect(log).toEqual(["a polled", "c polled"]);
});
