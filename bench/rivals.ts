import type { Page } from "playwright-core";
import type { BenchContext } from "./benchmark.ts";
import type { Rival } from "./page/link.ts";
import { withPeerServer } from "./peer-server.ts";

/** Everybody that can be driven on one machine, and needs no server of others. */
export const RIVALS: readonly Rival[] = [
  "tickmesh",
  "raw",
  "packed",
  "simple-peer",
  "PeerJS",
  "PeerJS, serialization raw",
  "netlib",
  "trystero",
];

/** Where a rival is measured, and with which server. */
export interface RivalPlace {
  readonly page: Page;
  readonly server: { readonly peerServerPort?: number };
}

/** The libraries have a page each where they change what all share: loading PeerJS wraps `send` of every channel in the page. */
export async function withRivals<Answer>(
  { page, openPage }: BenchContext,
  work: (placeOf: (rival: Rival) => RivalPlace) => Promise<Answer>,
): Promise<Answer> {
  return withPeerServer(async (peerServerPort) => {
    const peerJsPage = await openPage();
    try {
      return await work((rival) =>
        rival.startsWith("PeerJS") ? { page: peerJsPage, server: { peerServerPort } } : { page, server: {} },
      );
    } finally {
      await peerJsPage.close();
    }
  });
}
