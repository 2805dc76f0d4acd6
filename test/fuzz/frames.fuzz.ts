import { readFileSync } from "node:fs";
import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import { encodeVar } from "../../src/codec/var.ts";
import { FaultRecord } from "../../src/session/incoming/fault-record.ts";
import { createSession } from "../../src/session/session.ts";
import { frame, Kind } from "../support/raw-speaker.ts";
import { FRAME_TABLE } from "./frame-table.ts";
import { bytesOf } from "./fuzz.ts";
import { FuzzPeer } from "./fuzz-peer.ts";
import type { FuzzTarget } from "./target.ts";

const corpus = JSON.parse(readFileSync(new URL("corpus/frames.json", import.meta.url), "utf8")) as string[];

/** Every session's, so that the frames of the handshake are always the same. */
const EPOCH = 7;
const hello = { p: 1, g: "fuzz", v: "1", t: FRAME_TABLE.hash, e: EPOCH, c: 65_536, r: null, d: null };
const HELLO = frame(Kind.HELLO, 0, 0, encodeVar(hello));
const ACCEPT = frame(Kind.ACCEPT, 0, 0, encodeVar({ e: EPOCH }));
const RESUME = frame(Kind.HELLO, 0, 0, encodeVar({ ...hello, r: [EPOCH, 0] }));
const RESUMED = frame(Kind.ACCEPT, 0, 0, encodeVar({ e: EPOCH, n: 0 }));

/** What a session may say in return, whatever it is told: the handshake, pongs, answers, a goodbye. */
const MOST_PACKETS = 40;
const MOST_BYTES = 20_000;

/** What `Packet.flags` has. */
const UNRELIABLE = 1;
/** Its header is made right, so that what follows is looked at. */
const MENDED = 2;
/** A poll comes before it. */
const LATER = 4;
/** Another connection comes before it; and the words on it that go on where the last one ended. */
const ANOTHER = 8;
const GOES_ON = 16;

interface Packet {
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/**
 * Packets of every kind, one after the other, to a session that has shaken hands or not. The first byte of an input says which; then come
 * packets: flags, length (two bytes, the lower one first), bytes.
 */
export const framesTarget: FuzzTarget = {
  name: "frames",
  corpus: [
    ...corpus.map(bytesOf),
    Uint8Array.of(0, ...packet(HELLO), ...packet(ACCEPT)),
    Uint8Array.of(1, ...packet(RESUME, ANOTHER), ...packet(RESUMED), ...packet(RESUME, ANOTHER)),
    Uint8Array.of(1, ...packet(HELLO, ANOTHER), ...packet(ACCEPT), ...packet(ACCEPT, ANOTHER | GOES_ON)),
  ],
  run(input: Uint8Array): string {
    setDiagnosticsHandler(() => {});
    const { note } = FaultRecord.prototype;
    const faults = new Set<string>();
    // Statistics would tell as well, and leave a promise for each session.
    FaultRecord.prototype.note = function (this: FaultRecord, ...args) {
      faults.add(args[0]);
      return note.apply(this, args);
    };
    try {
      return `${speak((input[0] ?? 0) % 4 !== 0, packetsOf(input))} ${[...faults].join()}`;
    } finally {
      FaultRecord.prototype.note = note;
      setDiagnosticsHandler(null);
    }
  },
};

function packet(bytes: Uint8Array, flags = 0): number[] {
  return [flags, bytes.length & 255, bytes.length >> 8, ...bytes];
}

function packetsOf(input: Uint8Array): Packet[] {
  const packets: Packet[] = [];
  for (let at = 1; at + 3 <= input.length; ) {
    const length = ((input[at + 1] as number) | ((input[at + 2] as number) << 8)) % 8_192;
    packets.push({ flags: input[at] as number, bytes: input.subarray(at + 3, at + 3 + length) });
    at += 3 + length;
  }
  return packets;
}

function speak(isReady: boolean, packets: readonly Packet[]): string {
  let nowMs = 1_000;
  const peer = new FuzzPeer();
  const session = createSession({
    peer,
    game: "fuzz",
    version: "1",
    messages: FRAME_TABLE,
    hostOf: () => 1,
    clock: { nowMs: () => nowMs },
    random: { nextUint32: () => EPOCH },
    goodbyeOnPageHide: false,
  });
  const events: string[] = [];
  const heard = new Set<string>();
  session.on("peerJoined", () => events.push("joined"));
  session.on("peerLeft", (_id, reason) => events.push(`left ${reason}`));
  session.on("peerRefused", (_id, { code, by }) => events.push(`refused ${code} ${by}`));
  session.on("progress", (_id, name, received, total) => {
    if (received > total) throw new Error(`${received} bytes of ${name}, which has ${total}`);
  });
  for (const name of ["chat", "file", "move", "note", "rule", "rare"] as const) {
    session.onMessage(name, () => {
      if (!session.hasPeer(2)) throw new Error(`${name} is heard of one who is not there`);
      heard.add(name);
    });
  }
  session.onCall("ask", (n) => {
    heard.add("ask");
    if (n % 3 === 0) throw new Error("not three");
    return n % 3 === 1 ? n : new Promise(() => {});
  });
  if (isReady) peer.reliable.waiting.push(HELLO, ACCEPT);
  const poll = (): void => {
    session.poll();
    session.flush();
    nowMs += 16;
  };
  poll();
  session.callWith(2, "ask", 1, () => {});
  let reliableFrames = 0;
  let unreliableFrames = 0;
  let connections = 1;
  for (const { flags, bytes } of packets) {
    if ((flags & LATER) !== 0) poll();
    if ((flags & ANOTHER) !== 0) {
      poll();
      peer.reconnect();
      connections += 1;
      const goesOn = frame(Kind.ACCEPT, 0, 0, encodeVar({ e: EPOCH, n: reliableFrames }));
      if ((flags & GOES_ON) !== 0) peer.reliable.waiting.push(RESUME, goesOn);
    }
    const isUnreliable = (flags & UNRELIABLE) !== 0;
    const packet = bytes.slice();
    if ((flags & MENDED) !== 0 && packet.length >= 4) {
      const kind = isUnreliable ? Kind.UNRELIABLE : Kind.RELIABLE;
      packet.set(frame(kind, isUnreliable ? unreliableFrames++ : reliableFrames++, 0));
    }
    (isUnreliable ? peer.unreliable : peer.reliable).waiting.push(packet);
  }
  for (let left = 3; left > 0; left--) poll();
  checkSaid(peer, packets, connections);
  session.close();
  return `${events.join(" ")} ${[...heard].sort().join()}`;
}

function checkSaid({ reliable, unreliable }: FuzzPeer, packets: readonly Packet[], connections: number): void {
  const heardBytes = packets.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const sentBytes = reliable.sentBytes + unreliable.sentBytes;
  // A call of three bytes is answered by words.
  if (sentBytes > (MOST_BYTES + heardBytes * 20) * connections)
    throw new Error(`${sentBytes} bytes are said in return`);
  const sentPackets = reliable.sentPackets + unreliable.sentPackets;
  if (sentPackets > (MOST_PACKETS + packets.length) * connections)
    throw new Error(`${sentPackets} packets are said in return`);
}
