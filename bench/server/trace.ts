import { unpack } from "msgpackr";
import type { CDPSession, Page } from "playwright-core";
import { openBenchPage } from "../bench-page.ts";
import { Served } from "./served.ts";

/** One thing that one of a pair says to the other while they connect. `by`: 0 offers, 1 answers. */
export interface Step {
  readonly by: 0 | 1;
  readonly message: unknown;
}

/** What a pair of ours and one of PeerJS' say by their servers until they are connected. */
export interface Traces {
  readonly tickmesh: readonly Step[];
  readonly PeerJS: readonly Step[];
  readonly chromiumVersion: string;
}

const ROOM_DATA = 13;

/** Lets a pair of each connect in Chromium, and listens to the sockets of both. */
export async function trace(): Promise<Traces> {
  const bench = await openBenchPage();
  const servers = [await Served.start("tickmesh"), await Served.start("PeerJS")] as const;
  try {
    const url = `http://127.0.0.1:${servers[0].port}`;
    const ours = await listen(bench.page, bench.tools, signalOf, () =>
      bench.page.evaluate((where) => window.bench.lobbyPair(where), url),
    );
    // Loading PeerJS changes its page.
    const page = await bench.openPage();
    const tools = await page.context().newCDPSession(page);
    const peerJs = await listen(page, tools, peerJsMessageOf, () =>
      page.evaluate((port) => window.bench.peerJsPair(port), servers[1].port),
    );
    return { tickmesh: ours, PeerJS: peerJs, chromiumVersion: bench.chromiumVersion };
  } finally {
    await Promise.all(servers.map((server) => server.end()));
    await bench.close();
  }
}

/** The messages to the other one that leave the page's two sockets, while something is done. */
async function listen(
  page: Page,
  tools: CDPSession,
  messageOf: (payload: string) => unknown,
  work: () => Promise<void>,
): Promise<Step[]> {
  const sent: { readonly socket: string; readonly message: unknown }[] = [];
  tools.on("Network.webSocketFrameSent", ({ requestId, response }) => {
    const message = messageOf(response.payloadData);
    if (message !== undefined) sent.push({ socket: requestId, message });
  });
  await tools.send("Network.enable");
  await work();
  await tools.send("Network.disable");
  const offering = sent[0]?.socket;
  if (offering === undefined) throw new Error(`nothing was said in ${page.url()}`);
  return sent.map(({ socket, message }): Step => ({ by: socket === offering ? 0 : 1, message }));
}

function signalOf(payload: string): unknown {
  const frame = Buffer.from(payload, "base64");
  if (frame[0] !== ROOM_DATA) return undefined;
  const end = 2 + ((frame[1] as number) & 0x1f);
  if (frame.toString("latin1", 2, end) !== "signal") return undefined;
  return (unpack(frame.subarray(end)) as { readonly signal: unknown }).signal;
}

/** Without whom it is for. */
function peerJsMessageOf(payload: string): unknown {
  const { type, payload: content } = JSON.parse(payload) as { readonly type: string; readonly payload: unknown };
  return ["OFFER", "ANSWER", "CANDIDATE"].includes(type) ? { type, payload: content } : undefined;
}
