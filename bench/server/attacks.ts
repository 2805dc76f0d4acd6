import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { CODE_ALPHABET, CODE_LENGTH, LOBBY_LIST_ROOM, LOBBY_ROOM } from "../../src/lobby/protocol.ts";
import { ask, BareMember, BareSocket, clientFrame, messageFrame, Opcode } from "../../test/support/bare-socket.ts";
import { createOptions, joinOptions } from "../../test/support/raw-lobby-client.ts";

interface Scene {
  readonly port: number;
  /** Of the honest lobby. */
  readonly code: string;
  isOn(): boolean;
  /** What was prepared is ready: from now on it is measured. */
  begin(): void;
}

/** From one address, unless its name says more. Resolves to what it did, in words, once it is told to stop. */
type Attack = (scene: Scene) => Promise<string>;

const MINE = "127.0.0.2";
/** As many sockets as one address may have. */
const SOCKETS = 256;
const description = {
  kind: "description",
  attempt: 1,
  type: "offer",
  sdp: "x".repeat(14_000),
  candidates: [],
} as const;

async function lobbyOf(port: number, size: number, options: object = {}, address = MINE): Promise<BareMember[]> {
  const path = `/matchmake/create/${LOBBY_ROOM}`;
  const host = await BareMember.enter(port, path, { ...createOptions, maxPeers: 32, ...options }, address);
  const members = [host];
  while (members.length < size) members.push(await joinPatiently(port, host.seat.code, {}, address));
  return members;
}

/** One address may join five times a second, after the first hundred. */
async function joinPatiently(port: number, code: string, more: object, address = MINE): Promise<BareMember> {
  for (;;) {
    try {
      return await BareMember.join(port, code, more, address);
    } catch (error) {
      if (!String(error).includes("misbehaved: too many")) throw error;
      await pause(210);
    }
  }
}

/** Several addresses, so that preparing takes seconds: what they do then, one could. */
async function lobbies(port: number, count: number, size: number, options: object = {}): Promise<BareMember[][]> {
  return Promise.all(
    Array.from({ length: count }, (_, at) =>
      lobbyOf(port, size, options, `127.0.2.${Math.floor(Math.max(at / 28, (at * size) / 96)) + 1}`),
    ),
  );
}

/** Each does it so many times a second, as evenly as can be. Resolves to how many times it was done. */
async function steadily(
  scene: Scene,
  perSecond: number,
  members: readonly BareMember[],
  act: (at: number) => void,
): Promise<number> {
  let done = 0;
  let round = 0;
  const startMs = performance.now();
  while (scene.isOn()) {
    const due = Math.floor(((performance.now() - startMs) * perSecond) / 1_000);
    for (; round < due; round++) {
      for (const [at, member] of members.entries()) {
        if (member.socket.isClosed) continue;
        act(at);
        done += 1;
      }
      if (!scene.isOn()) break;
      await pause(0);
    }
    await pause(1);
  }
  return done;
}

const goneOf = (members: readonly BareMember[]): string =>
  `${members.filter(({ socket }) => socket.isClosed).length} of ${members.length} sockets closed by the server`;

const guess = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[Math.floor(Math.random() * CODE_ALPHABET.length)]).join("");

export const ATTACKS: Readonly<Record<string, Attack>> = {
  nothing: async (scene) => {
    scene.begin();
    while (scene.isOn()) await pause(10);
    return "";
  },

  "signals, all that 256 sockets may send": async (scene) => {
    const members = (await lobbies(scene.port, 8, 32)).flat();
    scene.begin();
    const frames = members.map((_, at) => {
      const to = members[at % 32 === 31 ? at - 31 : at + 1] as BareMember;
      return messageFrame("signal", { to: to.seat.peerId, signal: { kind: "retry", attempt: 1 } });
    });
    const sent = await steadily(scene, 58, members, (at) => void members[at]?.socket.write(frames[at] as Buffer));
    return `${sent} signals, ${goneOf(members)}`;
  },

  "profiles, all that 256 sockets may send": async (scene) => {
    const members = (await lobbies(scene.port, 8, 32)).flat();
    scene.begin();
    const frame = messageFrame("profile", { profile: { a: "x".repeat(900) } });
    const sent = await steadily(scene, 58, members, (at) => void members[at]?.socket.write(frame));
    return `${sent} profiles, ${goneOf(members)}`;
  },

  "signals, far more than allowed": async (scene) => {
    const frame = messageFrame("signal", { to: 1, signal: description });
    scene.begin();
    let sent = 0;
    let members = 0;
    while (scene.isOn()) {
      const member = await joinPatiently(scene.port, scene.code, {}).catch(() => null);
      if (member === null) {
        await pause(50);
        continue;
      }
      members += 1;
      while (!member.socket.isClosed && scene.isOn()) {
        member.socket.write(frame);
        sent += 1;
        if (sent % 16 === 0) await pause(0);
      }
      member.socket.socket.destroy();
    }
    return `${members} members came into the honest lobby, ${sent} signals of 14 kB to its host`;
  },

  "watchers of the list, while it changes": async (scene) => {
    const hosts = (await lobbies(scene.port, 100, 1, { metadata: { a: "x".repeat(900) } })).flat();
    const watchers = await Promise.all(
      Array.from({ length: SOCKETS }, (_, at) => watcher(scene.port, `127.0.3.${Math.floor(at / 96)}`)),
    );
    scene.begin();
    let turn = 0;
    const changed = await steadily(scene, 4, hosts, (at) => {
      turn += 1;
      hosts[at]?.send("metadata", { metadata: { a: "x".repeat(900), turn } });
    });
    const heard = watchers.reduce((sum, { socket }) => sum + socket.bytesRead, 0);
    return `${changed} changes by 100 lobbies, ${Math.round(heard / 1e6)} MB to ${SOCKETS} watchers`;
  },

  "the relay, small packets from 128 members": async (scene) => {
    const members = (await lobbies(scene.port, 4, 32)).flat();
    const lines = await relays(scene.port, members);
    scene.begin();
    const sent = await flood(scene, members, lines, 10, true);
    return `${sent} packets, ${goneOf(lines)}`;
  },

  "the relay, packets to nobody": async (scene) => {
    const members = (await lobbies(scene.port, 4, 32)).flat();
    const lines = await relays(scene.port, members);
    scene.begin();
    const sent = await flood(scene, [], lines, 10, true);
    return `${sent} packets, ${goneOf(lines)}`;
  },

  "the relay, to 64 who do not read": async (scene) => {
    const members = (await lobbies(scene.port, 4, 32)).flat();
    const lines = await relays(scene.port, members);
    for (const [at, line] of lines.entries()) if (at % 2 === 1) line.socket.socket.pause();
    scene.begin();
    const pongs = setInterval(() => {
      for (const line of lines) line.socket.write(clientFrame(Opcode.PONG, Buffer.alloc(0)));
    }, 2_000);
    const senders = lines.filter((_, at) => at % 2 === 0);
    const receivers = members.filter((_, at) => at % 2 === 1);
    const sent = await flood(scene, receivers, senders, 8_000, false);
    clearInterval(pongs);
    return `${sent} packets of 8 kB, ${goneOf(lines)}`;
  },

  "signals to 64 who do not read": async (scene) => {
    const members = (await lobbies(scene.port, 4, 32)).flat();
    for (const [at, member] of members.entries()) if (at % 2 === 1) member.socket.socket.pause();
    scene.begin();
    const pongs = setInterval(() => {
      for (const { socket } of members) socket.write(clientFrame(Opcode.PONG, Buffer.alloc(0)));
    }, 2_000);
    const senders = members.filter((_, at) => at % 2 === 0);
    const sent = await steadily(scene, 4, senders, (at) => {
      const to = members[at * 2 + 1] as BareMember;
      senders[at]?.send("signal", { to: to.seat.peerId, signal: description });
    });
    clearInterval(pongs);
    return `${sent} signals of 14 kB, ${goneOf(members)}`;
  },

  "pings without end, their answers not read": async (scene) => {
    const members = (await lobbies(scene.port, 1, 8)).flat();
    for (const { socket } of members) socket.socket.pause();
    const ping = clientFrame(Opcode.PING, Buffer.alloc(125));
    const pong = clientFrame(Opcode.PONG, Buffer.alloc(0));
    const many = Buffer.concat([pong, ...Array.from({ length: 500 }, () => ping)]);
    scene.begin();
    let sent = 0;
    while (scene.isOn() && members.some(({ socket }) => !socket.isClosed)) {
      for (const { socket } of members) if (!socket.socket.writableNeedDrain && socket.write(many)) sent += 500;
      await pause(0);
    }
    while (scene.isOn()) await pause(10);
    return `${sent} pings, ${goneOf(members)}`;
  },

  "messages in 65,000 pieces, never ended": async (scene) => {
    const members = (await lobbies(scene.port, 8, 32)).flat();
    const piece = clientFrame(Opcode.CONTINUATION, Buffer.alloc(1), false);
    const pieces = Buffer.concat([
      clientFrame(Opcode.BINARY, Buffer.alloc(1), false),
      ...Array.from({ length: 16_000 }, () => piece),
    ]);
    scene.begin();
    for (const { socket } of members) {
      if (!scene.isOn()) break;
      socket.write(pieces);
      await pause(1);
    }
    while (scene.isOn()) await pause(10);
    return goneOf(members);
  },

  "sockets for seats that nobody has": async (scene) => {
    scene.begin();
    let opened = 0;
    const worker = async (): Promise<void> => {
      while (scene.isOn()) {
        const path = `/process/${scene.code}?sessionId=${Math.random().toString(36).slice(2, 11)}`;
        const socket = await BareSocket.open(scene.port, path, MINE).catch(() => null);
        opened += 1;
        socket?.socket.destroy();
        if (socket === null) await pause(1);
      }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    return `${opened} sockets`;
  },

  "guessing codes": async (scene) => {
    scene.begin();
    const outcomes = new Map<string, number>();
    const worker = async (): Promise<void> => {
      while (scene.isOn()) {
        const answer = await ask(scene.port, `/matchmake/joinById/${guess()}`, joinOptions, { address: MINE }).catch(
          () => null,
        );
        const outcome = answer === null ? "no answer" : answer.status === 429 ? "too many" : `${answer.status}`;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    return Array.from(outcomes, ([outcome, count]) => `${outcome}: ${count}`).join(", ");
  },

  "a thousand half-open joins, from ten addresses": async (scene) => {
    scene.begin();
    const seats = await Promise.all(
      Array.from({ length: 1_000 }, (_, at) =>
        ask(scene.port, `/matchmake/joinById/${scene.code}`, joinOptions, { address: `127.0.4.${at % 10}` }).catch(
          () => null,
        ),
      ),
    );
    const half = seats.filter((seat) => seat?.status === 200);
    // Half of those open a socket and say nothing.
    let silent = 0;
    for (const seat of half.slice(0, 500)) {
      const { processId, roomId, sessionId } = seat?.body ?? {};
      const path = `/${processId}/${roomId}?sessionId=${sessionId}`;
      if ((await BareSocket.open(scene.port, path, `127.0.4.${silent % 10}`).catch(() => null)) !== null) silent += 1;
    }
    while (scene.isOn()) await pause(10);
    return `${half.length} seats reserved, ${silent} sockets that said nothing`;
  },

  "connections that say nothing, 1,000 at a time": async (scene) => {
    scene.begin();
    let opened = 0;
    const worker = async (): Promise<void> => {
      while (scene.isOn()) {
        opened += 1;
        const socket = connect({ port: scene.port, host: "127.0.0.1", localAddress: MINE }).on("error", () => {});
        await Promise.race([new Promise((resolve) => socket.resume().once("close", resolve)), pause(1_000)]);
        if (socket.destroyed) await pause(5);
      }
    };
    await Promise.all(Array.from({ length: 1_000 }, worker));
    return `${opened} connections`;
  },
};

async function watcher(port: number, address: string): Promise<BareSocket> {
  const { protocolVersion, gameId } = createOptions;
  for (;;) {
    const { status, body } = await ask(
      port,
      `/matchmake/joinOrCreate/${LOBBY_LIST_ROOM}`,
      { protocolVersion, gameId },
      { address },
    );
    if (status !== 200) {
      await pause(210);
      continue;
    }
    const socket = await BareSocket.open(
      port,
      `/${body["processId"]}/${body["roomId"]}?sessionId=${body["sessionId"]}`,
      address,
    );
    socket.write(clientFrame(Opcode.BINARY, Uint8Array.of(10)));
    socket.onFrame = (opcode, payload) => {
      if (opcode === Opcode.PING) socket.write(clientFrame(Opcode.PONG, payload));
    };
    return socket;
  }
}

async function relays(port: number, members: readonly BareMember[]): Promise<BareMember[]> {
  return Promise.all(
    members.map(({ seat }, at) =>
      joinPatiently(port, seat.code, { token: seat.token, relay: true }, `127.0.5.${Math.floor(at / 96) + 1}`),
    ),
  );
}

/** As much as the sockets take. `receivers`: each sender's own; to nobody if there are none. */
async function flood(
  scene: Scene,
  receivers: readonly BareMember[],
  lines: readonly BareMember[],
  bytes: number,
  isNeighbour: boolean,
): Promise<number> {
  const bursts = lines.map((_, at) => {
    const packet = Buffer.alloc(6 + bytes);
    packet[0] = 17;
    const to = receivers[isNeighbour ? at ^ 1 : at];
    packet.writeUInt32BE(to?.seat.peerId ?? 77, 2);
    const frame = clientFrame(Opcode.BINARY, packet);
    return Buffer.concat(Array.from({ length: Math.ceil(16_000 / frame.length) }, () => frame));
  });
  const each = Math.ceil(16_000 / (12 + bytes));
  let sent = 0;
  while (scene.isOn()) {
    for (const [at, { socket }] of lines.entries()) {
      if (socket.socket.writableNeedDrain || socket.isClosed) continue;
      socket.write(bursts[at] as Buffer);
      sent += each;
    }
    await pause(1);
  }
  return sent;
}
