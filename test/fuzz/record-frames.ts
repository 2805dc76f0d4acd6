/** Prints what corpus/frames.json is: frames of an honest run, one an input, some together, and the handshake's. */
import { RandomStream } from "../../src/simulator/network/random-stream.ts";
import { meeting } from "../support/virtual-session.ts";
import { FRAME_TABLE } from "./frame-table.ts";
import { hexOf } from "./fuzz.ts";

const LONGEST = 1_200;

/** Flags as the target has them, length, bytes. */
function packet(flags: number, bytes: Uint8Array): number[] {
  return [flags, bytes.length & 255, bytes.length >> 8, ...bytes];
}

const { sessions, all } = meeting(2, { messages: FRAME_TABLE, hostOf: () => 2 });
const [a, b] = all;
if (a === undefined || b === undefined) throw new Error("nobody has come");
const random = RandomStream.named(1, "corpus");
const inputs: number[][] = [];
const [reliable, , unreliable] = a.peer.getPeer(2)?.channels ?? [];
let together: number[] = [];
for (const [channel, flags] of [
  [reliable, 2],
  [unreliable, 3],
] as const) {
  if (channel === undefined) throw new Error("there is no channel");
  const { getPacket } = channel;
  channel.getPacket = () => {
    const bytes = getPacket.call(channel);
    if (bytes.length <= LONGEST) {
      inputs.push([1, ...packet(flags, bytes)]);
      together = together.length > LONGEST ? [] : [...together, ...packet(flags | (random.chance(0.3) ? 4 : 0), bytes)];
      if (random.chance(0.2)) inputs.push([1, ...together]);
    }
    return bytes;
  };
}
a.session.onCall("ask", (n) => {
  if (n % 2 === 0) throw new Error("odd ones only");
  return n;
});
b.session.onCall("ask", (n) => n);
const values = [null, true, 5, -1, 1.5, "text", "ünï", [1, [2]], { a: 1, b: { c: [] } }, new Uint8Array([1, 2])];
for (let tick = 0; tick < 120; tick++) {
  const { session } = b;
  if (tick % 3 === 0) session.send("chat", random.pick(values));
  if (tick % 7 === 0) session.send("move", { x: tick, up: tick % 2 === 0 });
  if (tick % 11 === 0) session.send("note", new Uint8Array(random.below(2_000)));
  if (tick % 13 === 0) session.send("rule", { n: tick });
  if (tick % 29 === 0) session.send("file", new Uint8Array(random.below(6_000)));
  if (tick === 50) session.send("rare", 1);
  if (tick % 17 === 0) session.callWith(1, "ask", tick, () => {}, { timeoutMs: tick % 2 === 0 ? 10 : 1_000 });
  if (tick % 19 === 0) a.session.callWith(2, "ask", tick, () => {});
  sessions.tick();
}
b.session.close("goodbye");
sessions.pass(100);
for (const code of ["game", "check"])
  inputs.push([
    0,
    ...packet(
      0,
      Uint8Array.of(
        0x50,
        0,
        0,
        0,
        0x82,
        0xa1,
        0x63,
        0xa0 + code.length,
        ...new TextEncoder().encode(code),
        0xa1,
        0x77,
        0xa2,
        0x6e,
        0x6f,
      ),
    ),
  ]);
console.log(JSON.stringify([...new Set(inputs.map((input) => hexOf(Uint8Array.from(input))))], null, 2));
