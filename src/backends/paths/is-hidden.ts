import type { ConnectionConfiguration } from "../../seam/connection-backend.ts";

/** Whether this side shows no address of its own, and has no TURN server that would lend it one. */
export function isHidden({ iceTransportPolicy, iceServers = [] }: ConnectionConfiguration): boolean {
  const urls = iceServers.flatMap(({ urls: given }) => given);
  return iceTransportPolicy === "relay" && !urls.some((url) => /^turns?:/i.test(url));
}
