import type { Seat } from "./lab/lab-player.ts";
import { NETWORKS, type Network } from "./lab/site.ts";
import type { Pair } from "./paths.ts";

/** A pair as it stands in a command: `open+node:symmetric`, a Chromium and a Node; ` -turn` after it if there is no TURN server. */
export function writePair({ seats, turn }: Pair): string {
  return `${seats.map(({ runtime, network }) => (runtime === "Node" ? `node:${network}` : network)).join("+")}${turn ? "" : " -turn"}`;
}

/** Throws for what is none. */
export function readPair(text: string): Pair {
  const [seats = "", ...options] = text.split(" ");
  const [one, other] = seats.split("+").map(readSeat);
  if (one === undefined || other === undefined) throw new Error(`${text} is no pair`);
  return { seats: [one, other], turn: !options.includes("-turn") };
}

function readSeat(text: string): Seat {
  const network = text.replace(/^node:/, "") as Network;
  if (!NETWORKS.includes(network)) throw new Error(`${network} is no network`);
  return { runtime: text.startsWith("node:") ? "Node" : "Chromium", network };
}
