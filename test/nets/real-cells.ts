import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { launchChromium, windowOptions } from "../support/chromium.ts";
import { type Cell, MESSAGE_BYTES, type Outcome, RATES_HZ, WARM_UP_MS } from "./cell.ts";
import { DelayedWire } from "./delayed-wire.ts";
import type { PortLoss } from "./namespace.ts";

/** Given to the page: what one cell is there. */
interface PageCell {
  readonly init: RTCDataChannelInit;
}

declare global {
  interface Window {
    /** Where the far end of a cell is to send, to reach this end's port. */
    standIn(cell: number, end: number, port: number): Promise<number>;
    start(): void;
  }
}

/** The tab is never taken for hidden or idle. */
const FLAGS = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** Precise clocks are for pages that are isolated from others. */
const HEADERS = {
  "Content-Type": "text/html",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Runs cells side by side in one Chromium, for some time each: the real thing. */
export async function runForReal(
  cells: readonly Cell[],
  seconds: number,
  loss: PortLoss,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly version: string }> {
  const server = createServer((_request, response) => response.writeHead(200, HEADERS).end("<!doctype html>"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const browser = await launchChromium(FLAGS);
  const wires = await Promise.all(cells.map(({ roundTripMs }) => DelayedWire.open(roundTripMs / 2)));
  const ports: number[][] = cells.map(() => []);
  try {
    const page = await (await browser.newContext(windowOptions)).newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.exposeFunction("standIn", (cell: number, end: 0 | 1, port: number): number => {
      ports[cell]?.push(port);
      const wire = wires[cell] as DelayedWire;
      wire.aim(end, port);
      // Without latency there is nothing between the two.
      return cells[cell]?.roundTripMs === 0 ? port : wire.ports[end];
    });
    const inits = cells.map(({ kind: { options } }): PageCell => ({ init: initOf(options) }));
    const running = page.evaluate(play, {
      cells: inits,
      seconds: seconds + WARM_UP_MS / 1_000,
      bytes: MESSAGE_BYTES,
      rates: RATES_HZ,
    });
    await page.waitForFunction(() => "start" in window, undefined, { timeout: 60_000 });
    await page.evaluate(() => window.start());
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    for (const [index, { lossPercent }] of cells.entries()) loss.start(lossPercent, ports[index] ?? []);
    return { outcomes: await running, version: browser.version() };
  } finally {
    loss.stop();
    for (const wire of wires) wire.close();
    await browser.close();
    server.close();
  }
}

function initOf({ ordered, maxPacketLifeTime, maxRetransmits }: Cell["kind"]["options"]): RTCDataChannelInit {
  return {
    negotiated: true,
    id: 1,
    ordered,
    ...(maxPacketLifeTime === null ? {} : { maxPacketLifeTime }),
    ...(maxRetransmits === null ? {} : { maxRetransmits }),
  };
}

/** Runs in the page; so it names nothing outside itself. */
async function play({
  cells,
  seconds,
  bytes,
  rates,
}: {
  readonly cells: readonly PageCell[];
  readonly seconds: number;
  readonly bytes: number;
  readonly rates: readonly [number, number];
}): Promise<Outcome[]> {
  const connect = async ({ init }: PageCell, cell: number): Promise<readonly [RTCDataChannel, RTCDataChannel]> => {
    const ends = [new RTCPeerConnection(), new RTCPeerConnection()] as const;
    const channels = [ends[0].createDataChannel("cell", init), ends[1].createDataChannel("cell", init)] as const;
    const candidates: [number, RTCIceCandidate][] = [];
    for (const [end, connection] of ends.entries()) {
      connection.onicecandidate = ({ candidate }) => {
        if (candidate !== null && candidate.candidate !== "") candidates.push([end, candidate]);
      };
    }
    await ends[0].setLocalDescription(await ends[0].createOffer());
    await ends[1].setRemoteDescription(ends[0].localDescription as RTCSessionDescription);
    await ends[1].setLocalDescription(await ends[1].createAnswer());
    await ends[0].setRemoteDescription(ends[1].localDescription as RTCSessionDescription);
    const isOpen = () => channels.every(({ readyState }) => readyState === "open");
    const known = new Set<number>();
    // One end's candidates are enough for the two to connect, but both ends' ports must be known.
    while (!isOpen() || known.size < 2) {
      for (const [end, candidate] of candidates.splice(0)) {
        const [, before, port, after] =
          /^(candidate:\S+ 1 udp \d+ 127\.0\.0\.1) (\d+) (typ host.*)$/i.exec(candidate.candidate) ?? [];
        if (port === undefined) continue;
        known.add(end);
        const standIn = await window.standIn(cell, end, Number(port));
        await ends[1 - end]?.addIceCandidate({ candidate: `${before} ${standIn} ${after}`, sdpMid: candidate.sdpMid });
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return channels;
  };
  const pairs: (readonly [RTCDataChannel, RTCDataChannel])[] = [];
  for (const [index, cell] of cells.entries()) pairs.push(await connect(cell, index));
  const streams = pairs.flatMap((pair) =>
    pair.map((channel, end) => {
      const stream = {
        channel,
        periodMs: 1_000 / (rates[end] as number),
        offsetMs: 0,
        sentAt: [] as number[],
        latencies: [] as number[],
      };
      stream.offsetMs = Math.random() * stream.periodMs;
      const far = pair[1 - end] as RTCDataChannel;
      far.binaryType = "arraybuffer";
      far.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        const sentAt = stream.sentAt[new DataView(data).getUint32(0)] as number;
        stream.latencies.push(performance.now() - sentAt);
      };
      return stream;
    }),
  );
  await new Promise<void>((resolve) => Object.assign(window, { start: resolve }));
  const message = new DataView(new ArrayBuffer(bytes));
  const startMs = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - startMs;
      for (const stream of streams) {
        // One at most: after a hiccup of the page, messages that are late are not sent in a bunch.
        const due = Math.floor((elapsedMs - stream.offsetMs) / stream.periodMs);
        if (elapsedMs < stream.offsetMs || due < stream.sentAt.length) continue;
        stream.offsetMs += (due - stream.sentAt.length) * stream.periodMs;
        message.setUint32(0, stream.sentAt.length);
        stream.sentAt.push(performance.now());
        stream.channel.send(message);
      }
      if (elapsedMs < seconds * 1_000) return;
      clearInterval(timer);
      resolve();
    }, 4);
  });
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  return pairs.map((_, index) => {
    const ends = streams.slice(2 * index, 2 * index + 2);
    return {
      sent: ends.reduce((sum, { sentAt }) => sum + sentAt.length, 0),
      latenciesMs: ends.flatMap(({ latencies }) => latencies),
    };
  });
}
