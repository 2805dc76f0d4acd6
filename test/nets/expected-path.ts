import type { Network } from "./lab/site.ts";
import type { Pair } from "./paths.ts";

/** How a player on such a network can be reached by others: whose packets its router lets in, or whether it sends none at all. */
const OPENNESS: Readonly<Record<Network, "any" | "address" | "port" | "moving" | "none">> = {
  open: "any",
  "address-restricted": "address",
  "port-restricted": "port",
  "lossy-2": "port",
  "lossy-10": "port",
  symmetric: "moving",
  "udp-blocked": "none",
};

/** The paths that such players may end on. */
export function expectedPaths({ seats, turn }: Pair): readonly string[] {
  const kinds = seats.map(({ network }) => OPENNESS[network]);
  // Without UDP there is TURN over TCP, which libdatachannel has not; nor does it answer to a Chromium that uses it.
  const isNodeCutOff = kinds.includes("none") && seats.some(({ runtime }) => runtime === "Node");
  const detour = turn && !isNodeCutOff ? ["turn"] : ["relay"];
  if (kinds.includes("none")) return detour;
  // Who takes another port for each destination is only let in by those who do not look at it.
  const meets = !kinds.includes("moving") || kinds.includes("any") || kinds.includes("address");
  if (!meets) return detour;
  // Where packets get lost, the direct pair's may be those: ICE takes what has answered.
  const isLossy = seats.some(({ network }) => network.startsWith("lossy"));
  return turn && isLossy ? ["direct", "turn"] : ["direct"];
}
