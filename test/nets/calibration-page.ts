import type { Cell, Figures } from "./cell.ts";

/** One cell, measured and simulated. */
export interface Row {
  readonly cell: Cell;
  readonly real: Figures;
  readonly simulated: Figures;
  /** What was added to the simulated link. Unit: ms. */
  readonly processorMs: number;
}

/** How far the two may be apart: points of the share that arrives; a factor for the times, and how much is noise of the machine. */
const POINTS = 3;
const FACTOR = 1.5;
const NOISE_MS = 1;
const STEP = "on a step";

/** The document, as Markdown. */
export function calibrationPage(rows: readonly Row[], seconds: number, chromium: string): string {
  const tables = [...new Set(rows.map(({ cell }) => cell.roundTripMs))].map((roundTripMs) => {
    const own = rows.filter(({ cell }) => cell.roundTripMs === roundTripMs);
    return [
      `## Round trip of ${roundTripMs} ms`,
      "",
      `Added to the simulated link each way: ${shown(own[0]?.processorMs ?? 0)} ms.`,
      "",
      "| Channel | Loss | Arrived, Chromium | simulator | p50 | | p95 | | p99 | | Apart |",
      "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
      ...own.map(line),
    ].join("\n");
  });
  const steps = rows.filter((row) => verdict(row).includes(STEP));
  const apart = rows.filter((row) => verdict(row) !== "" && !steps.includes(row));
  return `# Calibration of the simulator

Data channels of Chromium ${chromium} and of the simulator, under the same script: both ends of a connection send 32 bytes 60 times
a second (one of them 59 times, so that the two meet in every phase), for ${seconds} s. Times are in ms, from \`send\` to
\`onmessage\`, both ways together; the first of two columns is Chromium's, the second the simulator's.

The real packets go over the loopback interface of a network namespace of their own, and Chromium has real-time priority, so that
what else the machine does is not measured. Packets are lost at the receiver's door (nftables, \`input\` hook), each way, DTLS and
ICE included, after a first second without loss. A relay in user space holds them for half the round trip; at 0 ms there is none.
The simulator runs five times, with five seeds; its latency is half the round trip and what the real thing takes beside it without
loss, for its processor and its event loop: the mean of the medians of the cells without loss.

A cell is "apart" if the shares differ by more than ${POINTS} points, or p50 or p95 by more than a factor of ${FACTOR} and more than ${NOISE_MS} ms.
Where a share of p is lost, the latency jumps at just that share from a flight to a retransmission, and a quantile that falls on such
a step is decided by the last draw of luck. "On a step" means that the simulator's is within these bounds of what lies between
one point of per cent below Chromium's quantile and one above (p94 to p96, say), though not of that quantile itself.

Of ${rows.length} cells, apart: ${apart.length}; on a step: ${steps.length}.

Made by \`npm run calibrate\`.

${tables.join("\n\n")}

## A cell at an edge

**Unordered, \`maxRetransmits: 0\`, 20 % loss, 60 ms** stands at an edge, in both. Chromium tells the far end at most once in a round
trip (200 ms at most) which packets it has given up, and each notice takes it past one gap: some 14 a second. It loses 12 packets a
second. While the notices keep up, nothing waits. When by chance they fall behind, gaps pile up; an acknowledgement names 20 at
most, the packets beyond them count as in flight, the window fills, and messages wait for seconds. Whether a run meets that is luck:
of 20 runs of the simulator with other seeds, two did (p99 of 0.6 and 1.2 s); of six of Chromium, two did (0.8 and 1.7 s). Until then the
two are alike in the notices (every 66 to 70 ms), the gaps (up to 20) and the round trips measured (median 61 to 67 ms, p90 75 ms).
Where the first packets of a connection are lost, so that no round trip has been measured and each notice waits the full 200 ms, both
fall into it at once and stay there: without the first quiet second, on a busy machine, p95 was 1.9 s with Chromium, 3.9 s with the
simulator. An ordered channel with a lifetime pays for the same notices with waiting: see its times at 60 ms.

## What the model is

dcSCTP, the SCTP of libwebrtc, as its source and Chromium's packets (its log has them) show it: congestion window of ten packets at
first, slow start and avoidance, fast retransmission after three reports, a retransmission timer of 400 ms or more that doubles up
to 3 s, acknowledgements for every second packet, at once after a gap, and at once always while the window is below its first
size, forward notices, stream resets, all of them bundled with data where Chromium does. Constants, each with its source:
\`src/simulator/network/sctp/limits.ts\`.

Not in it: heartbeats on idle connections (one every 30 s, which also measure the round trip), the two retransmission limits that
Chromium switches off, priorities of channels, message interleaving (which Chromium does not use), numbers that wrap. Round trips are
measured in microseconds, Chromium's in milliseconds. A request to close a stream is sent again after 60 s at most; Chromium's goes
on doubling.
`;
}

function line(row: Row): string {
  const { cell, real, simulated } = row;
  const times = (["p50", "p95", "p99"] as const).flatMap((name) => [shown(real[name].at), shown(simulated[name].at)]);
  const shares = [real, simulated].map(({ arrivedPercent }) => `${arrivedPercent.toFixed(1)} %`);
  return `| ${[cell.kind.name, `${cell.lossPercent} %`, ...shares, ...times, verdict(row)].join(" | ")} |`;
}

/** What is apart by more than it may. */
function verdict({ real, simulated }: Row): string {
  const parts: string[] = [];
  if (Math.abs(real.arrivedPercent - simulated.arrivedPercent) > POINTS) parts.push("share");
  for (const name of ["p50", "p95"] as const) {
    const { below, at, above } = real[name];
    const ms = simulated[name].at;
    if (isNear(ms, at, at)) continue;
    parts.push(isNear(ms, below, above) ? `${name} ${STEP}` : name);
  }
  return parts.join(", ");
}

function isNear(ms: number, least: number, most: number): boolean {
  return ms >= Math.min(least / FACTOR, least - NOISE_MS) && ms <= Math.max(most * FACTOR, most + NOISE_MS);
}

function shown(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}
