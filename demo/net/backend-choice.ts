import { WebRTCPeerConnection } from "tickmesh";

/** What connections can be made by: the browser alone, or simple-peer. */
const BACKENDS = ["browser", "simple-peer"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What the link asks for by `?backend=`: `null` if nothing, or nothing that there is. */
export function backendInLink(here: string = location.href): BackendName | null {
  const asked = new URL(here).searchParams.get("backend");
  return BACKENDS.find((name) => name === asked) ?? null;
}

/** Whether the link asks by `?path=relay` for connections that show nobody this page's address. */
export function hidesAddress(here: string = location.href): boolean {
  return new URL(here).searchParams.get("path") === "relay";
}

/** Makes all connections from now on by this one. simple-peer is loaded only here: few pages want it. */
export async function useBackend(name: BackendName | null): Promise<void> {
  if (name !== "simple-peer") return;
  const [{ default: SimplePeer }, { simplePeerBackend }] = await Promise.all([
    import("simple-peer/simplepeer.min.js"),
    import("tickmesh/backends/simple-peer"),
  ]);
  WebRTCPeerConnection.setDefaultExtension(simplePeerBackend(SimplePeer));
}
