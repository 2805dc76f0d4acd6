import type { IncomingMessage } from "node:http";

/**
 * Who is at the other end, for counting: an IPv4 address, or the first 64 bits of an IPv6 address, which is what one household
 * or company gets. Behind so many proxies that are trusted, the address which the outermost of them added to `X-Forwarded-For`.
 */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const header = trustedProxies > 0 ? String(request.headers["x-forwarded-for"] ?? "") : "";
  const forwarded = header
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const named = forwarded[Math.max(0, forwarded.length - trustedProxies)];
  return networkOf(named ?? request.socket.remoteAddress ?? "unknown");
}

/** Some proxies write the port, too, which is another one each time. */
const WITH_PORT = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d+)?$/;

export function networkOf(address: string): string {
  const [, six, four] = WITH_PORT.exec(address) ?? [];
  const plain = (six ?? four ?? address).replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  if (tail !== undefined) {
    const after = tail.split(":").filter((group) => group !== "");
    while (groups.length + after.length < 8) groups.push("0");
    groups.push(...after);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase())
    .join(":")}::/64`;
}
