/**
 * Measures streams under loss in a network namespace of its own, where packets to certain ports are really lost: the order in its
 * argument, as JSON, the answer in its last line. Needs root or unprivileged user namespaces, iproute2 and nftables.
 */
import { enterNamespace, PortLoss } from "../test/nets/namespace.ts";
import { openBenchPage } from "./bench-page.ts";
import type { StreamKind, StreamRound } from "./page/streams.ts";
import { withPeerServer } from "./peer-server.ts";

export interface LossOrder {
  readonly rounds: number;
  readonly roundMs: number;
}

/** One kind of channel under one loss. */
export interface LossCell {
  readonly name: string;
  readonly lossPercent: number;
  readonly rounds: readonly StreamRound[];
}

const LOSS_PERCENTS = [0, 5, 20];
/** Without loss: a connection that has measured its round trip. */
const WARM_UP_MS = 1_000;

const KINDS: Readonly<Record<string, StreamKind>> = {
  "tickmesh, unreliable ordered": { rival: "tickmesh", reliable: false, ordered: true },
  "raw, unordered, sent once": { rival: "raw", reliable: false },
  "raw, unordered, sent once, again": { rival: "raw", reliable: false },
  "raw, ordered, sent once": { rival: "raw", reliable: false, ordered: true },
  "raw, unordered, reliable (Godot's unreliable)": { rival: "raw", reliable: true, ordered: false },
  "simple-peer": { rival: "simple-peer", reliable: true },
  "PeerJS, reliable: false": { rival: "PeerJS", reliable: true, ordered: false },
  "PeerJS, reliable: true": { rival: "PeerJS", reliable: true },
};

enterNamespace();
const order = JSON.parse(process.argv[2] ?? "") as LossOrder;
const loss = new PortLoss(LOSS_PERCENTS.filter((percent) => percent > 0));
const { page, close } = await openBenchPage();
try {
  const cells = await withPeerServer(async (peerServerPort) => {
    const asked = LOSS_PERCENTS.flatMap((lossPercent) =>
      Object.entries(KINDS).map(([name, kind]) => ({ name, lossPercent, kind: { ...kind, peerServerPort } })),
    );
    const kinds = asked.map(({ kind }) => kind);
    const streams = await page.evaluateHandle((all) => window.bench.Streams.open(all), kinds);
    const ports = await streams.evaluate((opened) => opened.ports);
    const options = { ...order, messageBytes: 32, warmUpMs: WARM_UP_MS };
    const running = streams.evaluate((opened, how) => opened.run(how), options);
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    for (const [index, { lossPercent }] of asked.entries()) loss.start(lossPercent, ports[index] ?? []);
    const rounds = await running;
    return asked.map(({ name, lossPercent }, index): LossCell => ({ name, lossPercent, rounds: rounds[index] ?? [] }));
  });
  console.log(`\n${JSON.stringify(cells)}`);
} finally {
  loss.stop();
  await close();
}
