/** A lobby of four that plays on while its server is attacked, and two of its members who have a relay; tells what they noticed. */
import { LOBBY_ROOM } from "../../src/lobby/protocol.ts";
import { BareMember, clientFrame, messageFrame, Opcode } from "../../test/support/bare-socket.ts";
import { createOptions } from "../../test/support/raw-lobby-client.ts";
import { quantile } from "../statistics.ts";

const PLAYERS = 4;
/** Each sends one signal, and the first of the two one packet. Unit: ms. */
const EVERY_MS = 50;
const COMER_EVERY_MS = 1_000;
/** What has not come by then is lost. */
const PATIENCE_MS = 10_000;

/** Unit: ms. What nobody could measure is `null`. */
export interface Noticed {
  readonly signals: Times;
  readonly relay: Times;
  readonly joins: Times;
  /** Sockets that the server closed. */
  readonly closed: number;
}

export interface Times {
  readonly sent: number;
  readonly lost: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

class Watch {
  #sent = 0;
  #times: number[] = [];

  begin(): number {
    this.#sent += 1;
    return performance.now();
  }

  end(sinceMs: number): void {
    this.#times.push(performance.now() - sinceMs);
  }

  get isComplete(): boolean {
    return this.#times.length >= this.#sent;
  }

  take(): Times {
    const times = this.#times.sort((a, b) => a - b);
    const at = (share: number): number | null => (times.length === 0 ? null : quantile(times, share));
    const taken = { sent: this.#sent, lost: this.#sent - times.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
    this.#sent = 0;
    this.#times = [];
    return taken;
  }
}

const port = Number(process.argv[2]);
let isOn = true;
const host = await BareMember.enter(port, `/matchmake/create/${LOBBY_ROOM}`, {
  ...createOptions,
  maxPeers: PLAYERS + 1,
});
const { code } = host.seat;
const members = [host];
while (members.length < PLAYERS) members.push(await BareMember.join(port, code));
const signals = new Watch();
const relay = new Watch();
const joins = new Watch();

// Order is kept, so the oldest comes first.
for (const [at, member] of members.entries()) {
  const to = members[(at + 1) % PLAYERS] as BareMember;
  const frame = messageFrame("signal", { to: to.seat.peerId, signal: { kind: "retry", attempt: 1 } });
  const begun: number[] = [];
  let received = 0;
  to.onMessage = (type, _message) => {
    if (type !== "signal") return;
    signals.end(begun.shift() as number);
    received += 1;
    if (received % 16 === 0) to.send("ack", { received });
  };
  setInterval(() => {
    if (!isOn) return;
    begun.push(signals.begin());
    member.socket.write(frame);
  }, EVERY_MS);
}

const lines: BareMember[] = [];
for (const { seat } of members.slice(0, 2)) {
  lines.push(await BareMember.join(port, code, { token: seat.token, relay: true }));
}
const [sender, receiver] = lines as [BareMember, BareMember];
const packet = Buffer.alloc(206);
packet[0] = 17;
packet.writeUInt32BE((members[1] as BareMember).seat.peerId, 2);
const begunPackets: number[] = [];
const hear = receiver.socket.onFrame;
receiver.socket.onFrame = (opcode, payload) => {
  if (payload[0] === 17) relay.end(begunPackets.shift() as number);
  else hear(opcode, payload);
};
setInterval(() => {
  if (!isOn) return;
  begunPackets.push(relay.begin());
  sender.socket.write(clientFrame(Opcode.BINARY, packet));
}, EVERY_MS);

// A fifth comes and goes, from another address.
setInterval(() => {
  if (!isOn || !joins.isComplete) return;
  const since = joins.begin();
  BareMember.join(port, code, {}, "127.0.0.3").then(
    (comer) => {
      joins.end(since);
      comer.socket.write(clientFrame(Opcode.BINARY, Uint8Array.of(12)));
    },
    (error: Error) => console.error(`a newcomer: ${error.message}`),
  );
}, COMER_EVERY_MS);

process.on("message", () => {
  isOn = false;
  const untilMs = performance.now() + PATIENCE_MS;
  const look = setInterval(() => {
    if (![signals, relay, joins].every(({ isComplete }) => isComplete) && performance.now() < untilMs) return;
    clearInterval(look);
    const closed = [...members, ...lines].filter(({ socket }) => socket.isClosed).length;
    process.send?.({ signals: signals.take(), relay: relay.take(), joins: joins.take(), closed } satisfies Noticed);
    isOn = true;
  }, 10);
});
process.on("disconnect", () => process.exit());
process.send?.(code);
