import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import type { FakeBackend } from "../support/fake-backend.ts";
import { FakeMesh, fakeMesh } from "../support/fake-mesh.ts";

const words = collectDiagnostics();
const { OK, ERR_INVALID_PARAMETER, ERR_UNCONFIGURED, ERR_UNAVAILABLE } = ErrorCode;

function sentTo(far: FakeBackend | undefined): string[] {
  return (far?.channels ?? []).map((channel) => channel.sent.map((bytes) => [...bytes].join(",")).join(" "));
}

test("M4 what arrives before peerConnected is kept for it", () => {
  const game = fakeMesh();
  const { far } = game.add(2);
  far.state("connected");
  far.channels[0]?.open();
  far.channels[0]?.receive(1);
  far.channels[1]?.open();
  game.mesh.poll();
  expect([game.events, game.mesh.getAvailablePacketCount(), game.mesh.getPeer(2)?.connected]).toEqual([[], 0, false]);
  far.channels[2]?.open();
  far.channels[2]?.receive(3);
  game.mesh.poll();
  expect(game.events).toEqual(["+2"]);
  expect(game.read()).toEqual(["2/0/2 1", "2/0/0 3"]);
});

test("M4 open channels are not enough without a connected connection", () => {
  const game = fakeMesh();
  const { far } = game.add(2);
  for (const channel of far.channels) channel.open();
  game.mesh.poll();
  expect(game.events).toEqual([]);
  far.state("connected");
  game.mesh.poll();
  expect(game.events).toEqual(["+2"]);
});

test("M8 targets reach one, everybody, and everybody but one", () => {
  const game = fakeMesh();
  const far = game.join(2, 3);
  const send = (target: number, byte: number): ErrorCode => {
    game.mesh.setTargetPeer(target);
    return game.mesh.putPacket(Uint8Array.of(byte));
  };
  expect([send(0, 1), send(3, 2), send(-3, 3), send(-9, 4), send(77, 5), send(1, 6)]).toEqual([OK, OK, OK, OK, 31, 31]);
  expect(sentTo(far[0])[0]).toBe("1 3 4");
  expect(sentTo(far[1])[0]).toBe("1 2 4");
  expect(words).toEqual(["putPacket(77): there is no such peer", "putPacket(1): there is no such peer"]);

  game.mesh.setTargetPeer(3);
  for (const wrong of [1.5, Number.NaN, "2" as never]) game.mesh.setTargetPeer(wrong);
  game.mesh.putPacket(Uint8Array.of(7));
  expect(sentTo(far[1])[0]).toBe("1 2 4 7");
});

test("M8 broadcasts leave out who is not connected; a single target answers for itself", () => {
  const game = fakeMesh();
  expect(game.mesh.putPacket(Uint8Array.of(1))).toBe(OK);
  const { far } = game.add(2);
  for (const channel of far.channels) channel.open();
  expect([game.mesh.putPacket(Uint8Array.of(1)), words]).toEqual([OK, []]);
  game.mesh.setTargetPeer(2);
  expect(game.mesh.putPacket(Uint8Array.of(2))).toBe(ERR_UNCONFIGURED);
  expect(words.length).toBe(1);
  far.state("connected");
  game.mesh.poll();
  expect(game.mesh.putPacket(Uint8Array.of(3))).toBe(OK);
  expect(sentTo(far)[0]).toBe("3");
});

test("M9 one packet a peer in turn, reliable before ordered before unreliable before extras", () => {
  const game = new FakeMesh();
  game.mesh.createMesh(1, [TransferMode.RELIABLE]);
  const [a, b, c] = game.join(5, 3, 4);
  for (const round of [1, 2]) {
    for (const channel of [3, 2, 1, 0]) {
      a?.channels[channel]?.receive(channel, round);
      if (channel < 2) b?.channels[channel]?.receive(channel, round);
    }
  }
  c?.channels[1]?.receive(9);
  game.mesh.poll();
  expect(game.mesh.getAvailablePacketCount()).toBe(13);
  expect(game.read()).toEqual([
    "5/0/2 0,1",
    "3/0/2 0,1",
    "4/0/1 9",
    "5/0/2 0,2",
    "3/0/2 0,2",
    "5/0/1 1,1",
    "3/0/1 1,1",
    "5/0/1 1,2",
    "3/0/1 1,2",
    "5/0/0 2,1",
    "5/0/0 2,2",
    "5/1/2 3,1",
    "5/1/2 3,2",
  ]);
  expect([game.mesh.getPacketPeer(), game.mesh.getPacketChannel(), game.mesh.getPacketMode()]).toEqual([0, 0, 2]);
});

test("M9 removing a peer leaves the turn where it was", () => {
  for (const [removed, rest] of [
    [2, ["3", "4", "3", "4"]],
    [3, ["4", "2", "4"]],
    [4, ["3", "2", "3"]],
  ] as const) {
    const game = fakeMesh();
    for (const far of game.join(2, 3, 4)) for (const byte of [1, 2]) far.channels[0]?.receive(byte);
    game.mesh.poll();
    expect(game.mesh.getPacketPeer()).toBe(2);
    game.mesh.getPacket();
    game.mesh.removePeer(removed);
    expect(game.read().map((line) => line.slice(0, 1))).toEqual(rest);
    expect(game.mesh.getPacketError()).toBe(OK);
  }
});

test("M9 packets read from a channel itself are not promised again", () => {
  const game = fakeMesh();
  const [far] = game.join(2, 3);
  far?.channels[0]?.receive(1);
  far?.channels[2]?.receive(2);
  game.mesh.poll();
  const channels = game.mesh.getPeer(2)?.channels;
  expect([...(channels?.[0]?.getPacket() ?? [])]).toEqual([1]);
  expect(game.read().map((line) => line.slice(-1))).toEqual(["2"]);
  far?.channels[0]?.receive(3);
  game.mesh.poll();
  channels?.[0]?.getPacket();
  expect([game.mesh.getPacket().length, game.mesh.getPacketError()]).toEqual([0, ERR_UNAVAILABLE]);
  expect([game.mesh.getPacket().length, game.mesh.getPacketError()]).toEqual([0, ERR_UNAVAILABLE]);
});

test("M9 a peer whose connection was closed under it is not promised again", () => {
  for (const close of [
    (game: FakeMesh) => game.mesh.disconnectPeer(2),
    (game: FakeMesh) => game.mesh.getPeer(2)?.connection.close(),
  ]) {
    const game = fakeMesh();
    for (const far of game.join(2, 3)) far.channels[0]?.receive(1);
    game.mesh.poll();
    expect(game.mesh.getPacketPeer()).toBe(2);
    close(game);
    expect(game.read()).toEqual(["3/0/2 1"]);
    expect(game.mesh.getPacketError()).toBe(OK);
  }
});

test("M10 the transfer channel picks the extra, whatever the mode", () => {
  const game = new FakeMesh();
  game.mesh.createMesh(1, [TransferMode.UNRELIABLE]);
  const [far] = game.join(2);
  for (const target of [0, 2]) {
    game.mesh.setTargetPeer(target);
    for (const mode of [TransferMode.UNRELIABLE, TransferMode.UNRELIABLE_ORDERED, TransferMode.RELIABLE]) {
      game.mesh.transferMode = mode;
      game.mesh.transferChannel = 1;
      expect(game.mesh.putPacket(Uint8Array.of(10 + mode))).toBe(OK);
      game.mesh.transferChannel = 0;
      expect(game.mesh.putPacket(Uint8Array.of(mode))).toBe(OK);
    }
  }
  expect(sentTo(far)).toEqual(["2 2", "1 1", "0 0", "10 11 12 10 11 12"]);
});

test("M10 a channel or mode that does not exist is refused", () => {
  const game = fakeMesh();
  const [far] = game.join(2);
  const put = (target: number, channel: number, mode: number): ErrorCode => {
    game.mesh.setTargetPeer(target);
    Object.assign(game.mesh, { transferChannel: channel, transferMode: mode });
    return game.mesh.putPacket(Uint8Array.of(1));
  };
  expect([put(2, 1, 2), put(0, 1, 2), put(77, 1, 2)]).toEqual([ERR_INVALID_PARAMETER, OK, ERR_INVALID_PARAMETER]);
  expect(words.length).toBe(3);
  for (const channel of [-1, -2, -3, 0.5, Number.NaN]) {
    expect([put(2, channel, 2), put(0, channel, 2)]).toEqual([ERR_INVALID_PARAMETER, ERR_INVALID_PARAMETER]);
  }
  for (const mode of [3, -1, 0.5, Number.NaN]) expect(put(0, 0, mode)).toBe(ERR_INVALID_PARAMETER);
  expect(sentTo(far)).toEqual(["", "", ""]);
});

test("M23 nothing to read, nothing to send", () => {
  const game = fakeMesh();
  const [far] = game.join(2);
  expect([game.mesh.getPacket().length, game.mesh.getPacketError()]).toEqual([0, ERR_UNAVAILABLE]);
  expect([game.mesh.putPacket(new Uint8Array(0)), sentTo(far)[0]]).toEqual([OK, ""]);
  game.mesh.close();
  expect(game.mesh.putPacket(new Uint8Array(0))).toBe(OK);
});

test("M9 whose packet is next is told rightly, also when its sender has just been disconnected", () => {
  const game = fakeMesh();
  const [second, third] = game.join(2, 3);
  for (const far of [second, third]) {
    far?.channels[0]?.receive(1);
    far?.channels[0]?.receive(2);
  }
  game.mesh.poll();
  expect([game.mesh.getPacketPeer(), game.mesh.getPacket()[0]]).toEqual([2, 1]);
  game.mesh.disconnectPeer(3);
  expect([game.mesh.getPacketPeer(), game.mesh.getPacketMode(), game.mesh.getPacket()[0]]).toEqual([2, 2, 2]);
  expect(game.mesh.getPacketPeer()).toBe(0);
});

test("M8 what is no Uint8Array is refused", () => {
  const game = fakeMesh();
  const [far] = game.join(2);
  for (const wrong of [null, "text", [1, 2]]) {
    expect(game.mesh.putPacket(wrong as unknown as Uint8Array)).toBe(ERR_INVALID_PARAMETER);
  }
  expect(sentTo(far)[0]).toBe("");
});
