import { afterEach, describe, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { MAX_PEER_ID } from "../../src/base/peer-id.ts";
import { ConnectionStatus, TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import type { BackendFactory } from "../../src/seam/connection-backend.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { LinkMesh, type Player, readAll } from "../support/link-mesh.ts";
import type { Time } from "../support/until.ts";

const { OK, ERR_INVALID_PARAMETER, ERR_UNCONFIGURED, ERR_ALREADY_EXISTS, ERR_UNAUTHORIZED } = ErrorCode;

export interface MultiplayerContract {
  /** As it stands in the report. */
  readonly name: string;
  readonly create: BackendFactory;
  /** Default: real time. */
  readonly time?: Time;
}

/** What a `WebRTCMultiplayerPeer` owes to games, whatever its connections stand on: the M rules that need connections. */
export function runMultiplayerContract({ name, create, time }: MultiplayerContract): void {
  const place = new LinkMesh({ backend: create, ...(time === undefined ? {} : { time }) });

  collectDiagnostics();

  describe(`multiplayer peer on ${name}`, () => {
    const playing: Player[] = [];
    function play<Players extends Player[]>(players: Players): Players {
      playing.push(...players);
      return players;
    }
    afterEach(() => {
      for (const player of playing.splice(0)) player.peer.close();
    });

    function lonely(create: (peer: WebRTCMultiplayerPeer) => void): Player {
      const player = place.player();
      create(player.peer);
      play([player]);
      return player;
    }

    test("M1 ids are checked when a peer is created", () => {
      const create = (id: number): ErrorCode[] => [
        new WebRTCMultiplayerPeer().createMesh(id),
        new WebRTCMultiplayerPeer().createClient(id),
      ];
      expect(create(1)).toEqual([OK, ERR_INVALID_PARAMETER]);
      expect([create(0), create(-1), create(2 ** 31)]).toEqual(
        Array(3).fill([ERR_INVALID_PARAMETER, ERR_INVALID_PARAMETER]),
      );
      expect(create(MAX_PEER_ID)).toEqual([OK, OK]);
    });

    test("M2 addPeer reports the first thing that is wrong", () => {
      const connection = place.connection();
      const mesh = new WebRTCMultiplayerPeer();
      expect(mesh.addPeer(connection, 2)).toBe(ERR_UNCONFIGURED);
      mesh.createMesh(1);
      mesh.refuseNewConnections = true;
      expect([mesh.addPeer(connection, 0), mesh.addPeer(connection, 1), mesh.addPeer(connection, 2, -1)]).toEqual([
        31, 31, 31,
      ]);
      expect(mesh.addPeer(null as never, 2)).toBe(ERR_UNAUTHORIZED);
      mesh.refuseNewConnections = false;
      expect(mesh.addPeer(null as never, 2)).toBe(ERR_INVALID_PARAMETER);
      expect(mesh.addPeer(connection, 2)).toBe(OK);
      expect(mesh.addPeer(place.connection(), 2)).toBe(ERR_ALREADY_EXISTS);
      connection.createOffer();
      expect(mesh.addPeer(connection, 3)).toBe(ERR_INVALID_PARAMETER);
      mesh.close();
    });

    test("M3 channels have the labels, ids and lifetimes", () => {
      const mesh = new WebRTCMultiplayerPeer();
      mesh.createMesh(1, [TransferMode.RELIABLE, TransferMode.UNRELIABLE_ORDERED, TransferMode.UNRELIABLE]);
      mesh.addPeer(place.connection(), 2, 300);
      const read = mesh
        .getPeer(2)
        ?.channels.map((c) => [c.getLabel(), c.getId(), c.isOrdered(), c.getMaxPacketLifeTime()]);
      expect(read).toEqual([
        ["reliable", 1, true, 65_535],
        ["ordered", 2, true, 300],
        ["unreliable", 3, false, 300],
        ["4", 4, true, 65_535],
        ["5", 5, true, 1],
        ["6", 6, false, 40],
      ]);
      expect(mesh.getPeer(2)?.channels.every((channel) => channel.isNegotiated())).toBe(true);
      mesh.close();
    });

    test("M4 peers are announced once every channel is open, and what was sent at once is read", async () => {
      const [a, b] = play([lonely((peer) => peer.createMesh(1, [2, 0])), lonely((peer) => peer.createMesh(2, [2, 0]))]);
      if (a === undefined || b === undefined) throw new Error("no players");
      a.peer.on("peerConnected", (id) => {
        const peer = a.peer.getPeer(id);
        expect([
          peer?.connection.getConnectionState(),
          peer?.channels.map((channel) => channel.getReadyState()),
        ]).toEqual([2, [1, 1, 1, 1, 1]]);
        for (const channel of [0, 1, 2]) {
          a.peer.transferChannel = channel;
          a.peer.putPacket(Uint8Array.of(channel));
        }
      });
      place.introduce(a, b);
      const read: string[] = [];
      b.peer.on("peerConnected", () => read.push("connected"));
      await place.pollUntil([a, b], () => {
        read.push(...b.read());
        return read.length === 4;
      });
      expect(read[0]).toBe("connected");
      expect(read.slice(1).sort()).toEqual(["1/0/2 0", "1/1/2 1", "1/2/0 2"]);
    });

    test("M5 two losses and a join, found in one poll", async () => {
      const [a, b, c, d] = play(await place.connectedMesh([1, 2, 3, 4])) as [Player, Player, Player, Player];
      const e = lonely((peer) => peer.createMesh(5));
      a.peer.removePeer(4);
      d.peer.close();
      place.introduce(a, e);
      const [toE, toB, toC] = [5, 2, 3].map((id) => a.peer.getPeer(id));
      b.peer.close();
      c.peer.close();
      // The connections alone are polled until all three are ready: then one poll of the peer finds them so.
      await place.pollUntil([e], () => {
        for (const peer of [toB, toC, toE]) peer?.connection.poll();
        const left = [...(toB?.channels ?? []), ...(toC?.channels ?? [])].every(
          (channel) => channel.getReadyState() === 3,
        );
        return left && toE?.channels.every((channel) => channel.getReadyState() === 1) && e.events.length === 1;
      });
      a.events.length = 0;
      a.peer.poll();
      expect(a.events).toEqual(["-2 closed-by-peer", "-3 closed-by-peer", "+5"]);
    });

    test("M6 a client's status inside and after its handlers", async () => {
      const seen: string[] = [];
      const server = lonely((peer) => peer.createServer());
      const client = lonely((peer) => peer.createClient(2));
      client.peer.on("peerConnected", () => seen.push(`connected: ${client.peer.getConnectionStatus()}`));
      client.peer.on("peerDisconnected", () => seen.push(`disconnected: ${client.peer.getConnectionStatus()}`));
      expect(client.peer.getConnectionStatus()).toBe(ConnectionStatus.CONNECTING);
      place.introduce(client, server);
      await place.pollUntil([server, client], () => seen.length === 1 && server.events.length === 1);
      server.peer.close();
      await place.pollUntil([client], () => seen.length === 2);
      expect(seen).toEqual(["connected: 2", "disconnected: 2"]);
      expect([client.peer.getConnectionStatus(), client.peer.getUniqueId()]).toEqual([
        ConnectionStatus.DISCONNECTED,
        2,
      ]);
    });

    test("M8 targets: one, all, all but one, nobody, unknown", async () => {
      const [a, b, c] = play(await place.connectedMesh([1, 2, 3])) as [Player, Player, Player];
      expect([a.send(0, 1), a.send(2, 2), a.send(-2, 3), a.send(-9, 4), a.send(9, 5)]).toEqual([OK, OK, OK, OK, 31]);
      const [atB, atC]: [string[], string[]] = [[], []];
      await place.pollUntil([a, b, c], () => {
        atB.push(...b.read());
        atC.push(...c.read());
        return atB.length + atC.length === 6;
      });
      expect(atB).toEqual(["1/0/2 1", "1/0/2 2", "1/0/2 4"]);
      expect(atC).toEqual(["1/0/2 1", "1/0/2 3", "1/0/2 4"]);
      const alone = lonely((peer) => peer.createMesh(7));
      expect([alone.send(0, 1), alone.send(2, 1), alone.send(7, 1)]).toEqual([OK, 31, 31]);
    });

    test("M9 two peers are read in turn, reliable before unreliable", async () => {
      const [a, b, c] = play(await place.connectedMesh([1, 2, 3])) as [Player, Player, Player];
      for (const [sender, id] of [
        [b, 2],
        [c, 3],
      ] as const) {
        for (const mode of [TransferMode.UNRELIABLE, TransferMode.RELIABLE]) {
          sender.peer.transferMode = mode;
          sender.send(1, id, mode, 1);
          sender.send(1, id, mode, 2);
        }
      }
      await place.pollUntil([a], () => a.peer.getAvailablePacketCount() === 8);
      const read = readAll(a.peer);
      // The turn is with whoever was heard first.
      const turn = read[0]?.startsWith("2") === true ? [2, 3] : [3, 2];
      const inTurn = (mode: TransferMode, nth: number): string[] =>
        turn.map((id) => `${id}/0/${mode} ${id},${mode},${nth}`);
      const { RELIABLE, UNRELIABLE } = TransferMode;
      expect(read).toEqual([
        ...inTurn(RELIABLE, 1),
        ...inTurn(RELIABLE, 2),
        ...inTurn(UNRELIABLE, 1),
        ...inTurn(UNRELIABLE, 2),
      ]);
    });

    test("M10 extra channels carry their own mode", async () => {
      const [a, b] = play(await place.connectedMesh([1, 2], [TransferMode.UNRELIABLE])) as [Player, Player];
      a.peer.transferChannel = 1;
      expect([a.send(2, 1), a.send(0, 2)]).toEqual([OK, OK]);
      a.peer.transferChannel = 2;
      expect([a.send(2, 3), a.send(0, 4)]).toEqual([ERR_INVALID_PARAMETER, OK]);
      await place.pollUntil([b], () => b.peer.getAvailablePacketCount() === 2);
      expect(b.read().sort()).toEqual(["1/1/0 1", "1/1/0 2"]);
    });

    test("M11 nobody is added while new connections are refused", () => {
      const player = lonely((peer) => peer.createMesh(1));
      player.peer.refuseNewConnections = true;
      expect(player.peer.addPeer(place.connection(), 2)).toBe(ERR_UNAUTHORIZED);
    });

    test("M12 after close nothing is left, and it can be made anew", async () => {
      const [a, b] = play(await place.connectedMesh([1, 2])) as [Player, Player];
      a.peer.close();
      expect([a.peer.getUniqueId(), a.send(2, 1), a.peer.addPeer(place.connection(), 2)]).toEqual([0, 3, 3]);
      await place.pollUntil([a, b], () => b.events.length === 2);
      expect([a.events, b.events]).toEqual([["+2"], ["+1", "-1 closed-by-peer"]]);
      expect(a.peer.createMesh(3)).toBe(OK);
      place.introduce(a, b);
      await place.pollUntil([a, b], () => a.events.length === 2 && b.events.length === 3);
      expect(b.events[2]).toBe("+3");
    });

    test("M13 a connection that nobody answers is given up", async () => {
      const client = place.player({ connectTimeoutMs: 100 });
      play([client]);
      client.peer.createClient(2);
      const connection = place.connection();
      client.peer.addPeer(connection, 1);
      connection.createOffer();
      await place.pollUntil([client], () => client.events.length > 0);
      expect(client.events).toEqual(["!1 connect-timeout"]);
      expect([client.peer.getConnectionStatus(), connection.getConnectionState()]).toEqual([
        ConnectionStatus.DISCONNECTED,
        5,
      ]);
    });

    test("M13 a description that cannot be used is reported with its reason", async () => {
      const player = lonely((peer) => peer.createMesh(1));
      const connection = place.connection();
      player.peer.addPeer(connection, 2);
      connection.setRemoteDescription("offer", "nonsense");
      await place.pollUntil([player], () => player.events.length > 0);
      expect(player.events).toEqual(["!2 bad-description"]);
    });

    test("M14 one channel that closes takes the peer along, on both sides", async () => {
      const [a, b] = play(await place.connectedMesh([1, 2])) as [Player, Player];
      a.peer.getPeer(2)?.channels[2]?.close();
      await place.pollUntil([a, b], () => a.events.length === 2 && b.events.length === 2);
      expect([a.events[1], b.events[1]]).toEqual(["-2 closed-locally", "-1 closed-by-peer"]);
    });

    test.each([
      ["close", (peer: WebRTCMultiplayerPeer) => peer.close()],
      ["removePeer", (peer: WebRTCMultiplayerPeer) => peer.removePeer(2)],
      ["disconnectPeer", (peer: WebRTCMultiplayerPeer) => peer.disconnectPeer(2)],
      ["disconnectPeer by force", (peer: WebRTCMultiplayerPeer) => peer.disconnectPeer(2, true)],
    ])("M17 what was sent before %s arrives, all of it, and then the other side is told", async (_name, end) => {
      const [a, b] = play(await place.connectedMesh([1, 2], [TransferMode.RELIABLE])) as [Player, Player];
      const bytes = new Uint8Array(4_096);
      for (let i = 0; i < 64; i++) {
        bytes.fill(i);
        a.peer.transferChannel = i % 2;
        expect(a.peer.putPacket(bytes)).toBe(OK);
      }
      end(a.peer);
      let received = 0;
      await place.pollUntil([a, b], () => {
        // One packet a poll: whatever is unread meanwhile must not be lost with the connection.
        if (b.peer.getAvailablePacketCount() > 0 && b.peer.getPacket().length === 4_096) received += 1;
        return b.events.length === 2;
      });
      expect([received, b.events[1]]).toEqual([64, "-1 closed-by-peer"]);
    });

    test("M15 packets outlive their sender, and sends to it are refused meanwhile", async () => {
      const [a, b] = play(await place.connectedMesh([1, 2])) as [Player, Player];
      for (let i = 0; i < 10; i++) a.send(2, i);
      a.peer.close();
      const channels = b.peer.getPeer(1)?.channels ?? [];
      await place.pollUntil([b], () => channels.every((channel) => channel.getReadyState() === 3));
      b.peer.poll();
      expect([b.events, b.peer.getAvailablePacketCount(), b.send(1, 1), b.send(0, 1)]).toEqual([
        ["+1"],
        10,
        ERR_UNCONFIGURED,
        OK,
      ]);
      expect(b.read()).toEqual(Array.from({ length: 10 }, (_, i) => `1/0/2 ${i}`));
      b.peer.poll();
      expect(b.events).toEqual(["+1", "-1 closed-by-peer"]);
    });

    test("M19 a kicked client is told, and the server says why", async () => {
      const [server, one, two] = play(await place.connectedStar([10, 11])) as [Player, Player, Player];
      server.peer.disconnectPeer(10, false, "kicked");
      await place.pollUntil([server, one, two], () => one.events.length === 2 && server.events.length === 3);
      expect([server.events[2], one.events[1], two.events]).toEqual(["-10 kicked", "-1 closed-by-peer", ["+1"]]);
      expect(one.peer.getConnectionStatus()).toBe(ConnectionStatus.DISCONNECTED);
    });

    test("M20 a client that lost its server connects again", async () => {
      const [server, client] = play(await place.connectedStar([10])) as [Player, Player];
      server.peer.disconnectPeer(10);
      await place.pollUntil([server, client], () => client.events.length === 2 && server.events.length === 2);
      place.introduce(client, server);
      await place.pollUntil([server, client], () => client.events.length === 3 && server.events.length === 3);
      expect([client.peer.getConnectionStatus(), client.events[2], server.events[2]]).toEqual([2, "+1", "+10"]);
      client.send(1, 5);
      await place.pollUntil([server], () => server.peer.getAvailablePacketCount() === 1);
      expect(server.read()).toEqual(["10/0/2 5"]);
    });

    test("M25 a loop that polls on wake alone connects and plays", async () => {
      const [a, b] = [lonely((peer) => peer.createMesh(1)), lonely((peer) => peer.createMesh(2))];
      for (const player of [a, b]) player.peer.wake = () => player.peer.poll();
      place.introduce(a, b);
      await place.pollUntil([], () => a.events.length === 1 && b.events.length === 1);
      a.send(2, 1);
      await place.pollUntil([], () => b.peer.getAvailablePacketCount() === 1);
      expect(b.read()).toEqual(["1/0/2 1"]);
    });
  });
}
