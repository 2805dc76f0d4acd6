import type { Network } from "./lab/site.ts";

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

/** The paths that two players on such networks may end on, the best there is first. */
export function expectedPaths(networks: readonly [Network, Network], turn: boolean): readonly string[] {
  const kinds = networks.map((network) => OPENNESS[network]);
  const detour = turn ? ["turn", "relay"] : ["relay"];
  if (kinds.includes("none")) return detour;
  // Who takes another port for each destination is only let in by those who do not look at it.
  const meets = !kinds.includes("moving") || kinds.includes("any") || kinds.includes("address");
  if (!meets) return detour;
  // Where packets get lost, the direct pair's may be those: ICE takes what has answered.
  return turn && networks.some((network) => network.startsWith("lossy")) ? ["direct", "turn"] : ["direct"];
}
