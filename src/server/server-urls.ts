import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";

/** What programs on this machine reach a server by. */
export function localUrl({ address, family, port }: AddressInfo): string {
  if (isAny(address)) return `http://127.0.0.1:${port}`;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/** What other machines in the same network reach it by: none unless it listens on all addresses. */
export function networkUrls({ address, port }: AddressInfo): string[] {
  if (!isAny(address)) return [];
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map((entry) => `http://${entry.address}:${port}`);
}

/** What other processes reach it by, as far as this one can tell; `given` is `host` or `host:port` and knows better. */
export function internalAddress({ address, port }: AddressInfo, given?: string): { host: string; port: number } {
  if (given !== undefined) {
    const [, host = "", named] = /^(.*?)(?::(\d+))?$/.exec(given) ?? [];
    return { host: host.replace(/^\[|\]$/g, ""), port: named === undefined ? port : Number(named) };
  }
  if (!isAny(address)) return { host: address, port };
  const own = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return { host: own.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1", port };
}

function isAny(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}
