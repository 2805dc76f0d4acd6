import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { type RandomSource, seededRandom } from "../../src/base/random.ts";
import type { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import type { FakeBackend } from "../support/fake-backend.ts";
import { type FakeMesh, fakeMesh } from "../support/fake-mesh.ts";

collectDiagnostics();

interface Fellow {
  readonly id: number;
  readonly connection: WebRTCPeerConnection;
  readonly far: FakeBackend;
  life: "added" | "connected" | "over";
  sent: number;
  read: number;
  /** Closed by the far side, so that all it sent must be read. */
  saidGoodbye: boolean;
  dropped: boolean;
}

/** Plays at random with one mesh, and checks after every step. */
class Game {
  readonly mesh: FakeMesh = fakeMesh({ disconnectGraceMs: 1_000, connectTimeoutMs: 3_000 });
  readonly fellows = new Map<number, Fellow>();
  readonly past: Fellow[] = [];
  readonly #random: RandomSource;
  #isOver = false;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const { mesh } = this.mesh;
    mesh.on("peerConnected", (id) => this.#follows(id, "added", "connected"));
    mesh.on("peerDisconnected", (id) => this.#follows(id, "connected", "over"));
    mesh.on("peerFailed", (id) => this.#follows(id, "added", "over"));
    // Handlers meddle too, one time in four.
    for (const event of ["peerConnected", "peerDisconnected", "peerFailed"] as const) {
      mesh.on(event, () => {
        if (!this.#isOver && this.#below(4) === 0) this.act();
      });
    }
  }

  act(): void {
    const id = 2 + this.#below(5);
    const fellow = this.fellows.get(id);
    const { mesh, clock } = this.mesh;
    const action = this.#below(12);
    if (action === 0) clock.advance(this.#below(800));
    else if (action < 4) this.poll();
    else if (action === 4) this.readSome(this.#below(6));
    else if (fellow === undefined) this.#add(id);
    else if (action === 5) fellow.far.open();
    else if (action < 8) this.#send(fellow);
    else if (action === 8) this.#sayGoodbye(fellow);
    else if (action === 9) fellow.far.state(this.#below(2) === 0 ? "disconnected" : "connected");
    else if (action === 10) this.#drop(fellow, () => mesh.disconnectPeer(id, this.#below(2) === 0));
    else this.#drop(fellow, () => mesh.removePeer(id));
  }

  poll(): void {
    this.mesh.mesh.poll();
  }

  readSome(most: number): void {
    const { mesh } = this.mesh;
    for (let i = 0; i < most && mesh.getAvailablePacketCount() > 0; i++) {
      const from = this.fellows.get(mesh.getPacketPeer());
      expect(from?.life).toBe("connected");
      const bytes = mesh.getPacket();
      expect(mesh.getPacketError()).toBe(ErrorCode.OK);
      expect(bytes[0]).toBe((from?.read ?? 0) % 256);
      if (from !== undefined) from.read += 1;
    }
  }

  check(): void {
    expect([...this.mesh.mesh.getPeers().keys()].sort()).toEqual([...this.fellows.keys()].sort());
    for (const [id, peer] of this.mesh.mesh.getPeers())
      expect(peer.connected).toBe(this.fellows.get(id)?.life === "connected");
  }

  /** Nobody does anything any more: within one grace everybody has either stayed or gone. */
  end(): void {
    this.#isOver = true;
    for (let i = 0; i < 20; i++) {
      this.mesh.clock.advance(300);
      this.poll();
      this.readSome(1_000);
    }
    for (const fellow of this.fellows.values()) {
      expect(fellow.life).toBe("connected");
      expect(fellow.read).toBe(fellow.sent);
    }
    this.mesh.mesh.close();
    const events = this.mesh.events.length;
    this.poll();
    expect(this.mesh.events.length).toBe(events);
  }

  #add(id: number): void {
    const { connection, far } = this.mesh.connection();
    expect(this.mesh.mesh.addPeer(connection, id)).toBe(ErrorCode.OK);
    connection.createOffer();
    this.fellows.set(id, { id, connection, far, life: "added", sent: 0, read: 0, saidGoodbye: false, dropped: false });
  }

  #send(fellow: Fellow): void {
    const channel = fellow.far.channels[0];
    if (channel?.isOpen !== true) return;
    channel.receive(fellow.sent % 256);
    fellow.sent += 1;
  }

  #sayGoodbye(fellow: Fellow): void {
    if (fellow.far.channels[0]?.isOpen !== true) return;
    fellow.far.closeByPeer();
    fellow.saidGoodbye = true;
  }

  /** What is unread is given up by this side itself. An announced peer is reported by an event, at once or in a later poll. */
  #drop(fellow: Fellow, call: () => void): void {
    fellow.dropped = true;
    call();
    if (!this.mesh.mesh.hasPeer(fellow.id) && this.fellows.get(fellow.id) === fellow) this.fellows.delete(fellow.id);
  }

  #follows(id: number, from: Fellow["life"], to: Fellow["life"]): void {
    const fellow = this.fellows.get(id);
    expect(fellow?.life).toBe(from);
    if (fellow === undefined) return;
    fellow.life = to;
    if (to !== "over") return;
    this.fellows.delete(id);
    this.past.push(fellow);
  }

  #below(limit: number): number {
    return this.#random.nextUint32() % limit;
  }
}

test("M22 random play: every peer has one life, and no packet is lost or promised in vain", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const game = new Game(seed);
    try {
      for (let i = 0; i < 150; i++) {
        game.act();
        game.check();
      }
      game.end();
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
});

test("M15 random play: who says goodbye to a game that reads is heard out", () => {
  let heardOut = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const game = new Game(seed);
    for (let i = 0; i < 150; i++) {
      game.act();
      game.poll();
      game.readSome(1_000);
    }
    for (const fellow of game.past) {
      if (!fellow.saidGoodbye || fellow.dropped) continue;
      expect(fellow.read, `seed ${seed}, peer ${fellow.id}`).toBe(fellow.sent);
      heardOut += 1;
    }
  }
  expect(heardOut).toBeGreaterThan(50);
});
