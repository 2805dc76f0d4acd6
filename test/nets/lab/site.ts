import { execFileSync } from "node:child_process";
import { NamespaceProcess } from "./namespace-process.ts";

/**
 * What stands between a player and the internet:
 *
 * - `open`: nothing; the player has a public address.
 * - `address-restricted`: a NAT that keeps ports, and lets in whatever comes from an address that was spoken to, whichever port.
 * - `port-restricted`: a NAT that keeps ports where it can, and lets in answers alone: Linux' masquerading, most homes.
 * - `symmetric`: a NAT that takes another port for each destination: many offices and mobile networks.
 * - `udp-blocked`: as `port-restricted`, and no UDP at all.
 * - `lossy-2`, `lossy-10`: as `port-restricted`, and so many percent of all UDP packets are lost, each way.
 */
export const NETWORKS = [
  "open",
  "address-restricted",
  "port-restricted",
  "symmetric",
  "udp-blocked",
  "lossy-2",
  "lossy-10",
] as const;
export type Network = (typeof NETWORKS)[number];

/** Where the internet's servers are: the lab's own side of each site's line. Reserved for tests of networks (RFC 2544). */
const INTERNET = "198.18";

/**
 * One player's network: a namespace for the player, and, but for `open`, one for the router before it. The lab's own namespace is the
 * internet, with an end of each site's line in it.
 */
export class Site {
  readonly network: Network;
  readonly #player: NamespaceProcess;
  readonly #router: NamespaceProcess | null;
  readonly #number: number;
  readonly #line: string;

  /** `number`: 1 to 200, no other site's. */
  static async open(network: Network, number: number): Promise<Site> {
    const player = await NamespaceProcess.open();
    const router = network === "open" ? null : await NamespaceProcess.open();
    return new Site(network, number, player, router);
  }

  private constructor(network: Network, number: number, player: NamespaceProcess, router: NamespaceProcess | null) {
    this.network = network;
    this.#number = number;
    this.#player = player;
    this.#router = router;
    this.#line = `line${number}`;
    const edge = router ?? player;
    ip("link", "add", this.#line, "type", "veth", "peer", "name", "wan", "netns", String(edge.pid));
    ip("address", "add", `${this.serverAddress}/24`, "dev", this.#line);
    ip("link", "set", this.#line, "up");
    edge.run("ip", "address", "add", `${this.publicAddress}/24`, "dev", "wan");
    edge.run("ip", "link", "set", "wan", "up");
    edge.run("ip", "route", "add", "default", "via", this.serverAddress);
    if (router !== null) this.#connectHome(router);
  }

  /** The internet's end of this site's line: where servers can be reached from here, and from everywhere else. */
  get serverAddress(): string {
    return `${INTERNET}.${this.#number}.1`;
  }

  get publicAddress(): string {
    return `${INTERNET}.${this.#number}.2`;
  }

  /** What to put before a command, for it to run on the player's machine. */
  get prefix(): readonly string[] {
    return this.#player.prefix;
  }

  /** Cuts the line, as a pulled plug somewhere on the way does: neither end is told. */
  cut(): void {
    nft(`add element inet internet cut { ${this.#line} }`);
  }

  mend(): void {
    nft(`delete element inet internet cut { ${this.#line} }`);
  }

  /** The player is in another network all of a sudden, with another address: from Wi-Fi to mobile. The line of before is dead. */
  move(): void {
    if (this.#router === null) throw new Error("a site without a router has one address alone");
    const home = `10.${this.#number}.0`;
    this.#player.run("ip", "address", "flush", "dev", "lan");
    this.#player.run("ip", "address", "add", `${home}.77/24`, "dev", "lan");
    this.#player.run("ip", "route", "add", "default", "via", `${home}.1`);
    this.#router.run("ip", "address", "del", `${this.publicAddress}/24`, "dev", "wan");
    this.#router.run("ip", "address", "add", `${INTERNET}.${this.#number}.99/24`, "dev", "wan");
    this.#router.run("ip", "route", "replace", "default", "via", this.serverAddress);
    this.#router.runWith(rulesOf(this.network, `${home}.77`), "nft", "-f", "-");
  }

  /** From now on the router lets no UDP through, that of standing connections neither. */
  blockUdp(): void {
    this.#router?.run("nft", "insert", "rule", "ip", "home", "passing", "meta", "l4proto", "udp", "drop");
  }

  close(): void {
    this.#player.close();
    this.#router?.close();
  }

  #connectHome(router: NamespaceProcess): void {
    const home = `10.${this.#number}.0`;
    router.run("ip", "link", "add", "lan", "type", "veth", "peer", "name", "lan", "netns", String(this.#player.pid));
    router.run("ip", "address", "add", `${home}.1/24`, "dev", "lan");
    router.run("ip", "link", "set", "lan", "up");
    router.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
    router.runWith(rulesOf(this.network, `${home}.2`), "nft", "-f", "-");
    this.#player.run("ip", "address", "add", `${home}.2/24`, "dev", "lan");
    this.#player.run("ip", "link", "set", "lan", "up");
    this.#player.run("ip", "route", "add", "default", "via", `${home}.1`);
  }
}

/**
 * Makes the lab's own namespace the internet: it passes packets from line to line, but for those of a line that is cut. What is for an
 * address that is nowhere, such as one inside of a home, is lost on the way, and nobody is told.
 */
export function beInternet(): void {
  execFileSync("sysctl", ["-q", "-w", "net.ipv4.ip_forward=1"]);
  // Without a route coturn would be told, and give up all that a player sends who has tried such an address once.
  ip("link", "add", "nowhere", "type", "veth", "peer", "name", "void");
  for (const end of ["nowhere", "void"]) ip("link", "set", end, "arp", "off", "up");
  ip("route", "add", "default", "dev", "nowhere");
  nft(`table inet internet
  delete table inet internet
  table inet internet {
    set cut { type ifname; }
    chain passing { type filter hook forward priority 0; iifname @cut drop; oifname @cut drop; }
    chain arriving { type filter hook input priority 0; iifname @cut drop; }
    chain leaving { type filter hook postrouting priority 0; oifname @cut drop; }
  }`);
}

/** A router's rules, in nft's words. */
function rulesOf(network: Network, player: string): string {
  const filter: Partial<Record<Network, string>> = {
    "udp-blocked": "meta l4proto udp drop",
    "lossy-2": "meta l4proto udp numgen random mod 100 < 2 drop",
    "lossy-10": "meta l4proto udp numgen random mod 100 < 10 drop",
  };
  const isByAddress = network === "address-restricted";
  return `flush ruleset
  table ip home {
    set spoken { type ipv4_addr . inet_service; flags timeout; timeout 60s; }
    chain passing {
      type filter hook forward priority 0; policy drop;
      ${filter[network] ?? ""}
      iifname "lan" accept
      ct state established,related accept
      ${isByAddress ? "ct status dnat accept" : ""}
    }
    chain unasked {
      type filter hook input priority 0;
      iifname "wan" ct state new drop
    }
    chain arriving {
      type nat hook prerouting priority -100;
      ${isByAddress ? `iifname "wan" ip saddr . udp dport @spoken dnat to ${player}` : ""}
    }
    chain noting {
      type filter hook postrouting priority 0;
      ${isByAddress ? 'oifname "wan" meta l4proto udp update @spoken { ip daddr . udp sport }' : ""}
    }
    chain leaving {
      type nat hook postrouting priority 100;
      oifname "wan" masquerade ${network === "symmetric" ? "fully-random" : ""}
    }
  }`;
}

function ip(...args: readonly string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });
}

function nft(commands: string): void {
  execFileSync("nft", ["-f", "-"], { input: commands });
}
