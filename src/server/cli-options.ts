import { parseArgs } from "node:util";
import * as z from "zod";
import { wordsOf } from "./request-schema.ts";
import { DEFAULT_ADDRESS_LIMITS, DEFAULT_ICE_SERVERS, DEFAULT_LOBBY_SETTINGS } from "./settings.ts";
import type { LobbyServerOptions } from "./start-lobby-server.ts";

const iceUrlSchema = z.string().regex(/^(stun|stuns|turn|turns):\S+$/, "is no stun:, turn: or turns: address");
const iceServersSchema = z.array(
  z.strictObject({
    urls: z.union(
      [iceUrlSchema, z.array(iceUrlSchema).min(1)],
      "is no stun:, turn: or turns: address, nor a list of them",
    ),
    username: z.string().optional(),
    credential: z.string().optional(),
  }),
  "is no array of servers as RTCPeerConnection takes it",
);

const count = whole(1, 1_000_000);
const rate = number(0.001, 1_000_000);

interface Flag {
  readonly schema: z.ZodType;
  readonly value: string;
  readonly says: string;
}

const flags = {
  port: {
    schema: whole(0, 65_535),
    value: "PORT",
    says: "port to listen on, 0 for a free one (2567)",
  },
  host: { schema: z.string().min(1), value: "HOST", says: "address to listen on; 0.0.0.0 for all of them (127.0.0.1)" },
  "ice-servers": {
    schema: z.string().transform(parseIceServers).pipe(iceServersSchema),
    value: "JSON",
    says: `STUN and TURN servers for the players, an array as RTCPeerConnection takes it, or "none"\n(${JSON.stringify(DEFAULT_ICE_SERVERS)})`,
  },
  "max-lobbies": { schema: count, value: "N", says: `lobbies at a time (${DEFAULT_LOBBY_SETTINGS.maxLobbies})` },
  "max-connections": { schema: count, value: "N", says: "WebSockets at a time (10000)" },
  "max-connections-per-address": {
    schema: count,
    value: "N",
    says: `WebSockets at a time from one address; a player needs two (${DEFAULT_ADDRESS_LIMITS.maxConnectionsPerAddress})`,
  },
  "joins-per-second": {
    schema: rate,
    value: "N",
    says: `joins and list requests a second from one address, after the first ${DEFAULT_ADDRESS_LIMITS.joinBurst} (${DEFAULT_ADDRESS_LIMITS.joinsPerSecond})`,
  },
  "creates-per-second": {
    schema: rate,
    value: "N",
    says: `lobbies created a second from one address, after the first ${DEFAULT_ADDRESS_LIMITS.createBurst} (${DEFAULT_ADDRESS_LIMITS.createsPerSecond})`,
  },
  "seat-hold-seconds": {
    schema: number(0, 3_600),
    value: "N",
    says: `how long a lost player's seat is kept (${DEFAULT_LOBBY_SETTINGS.seatHoldMs / 1_000})`,
  },
} satisfies Record<string, Flag>;

export type CliRequest =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "mistake"; readonly text: string }
  | { readonly kind: "start"; readonly options: LobbyServerOptions };

/** Reads the command line, and for what it does not say the variables `TICKMESH_PORT`, `TICKMESH_ICE_SERVERS`, … */
export function readCli(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CliRequest {
  let given: Record<string, string | boolean | undefined>;
  try {
    given = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h" },
        "trust-proxy": { type: "boolean" },
        ...Object.fromEntries(Object.keys(flags).map((name) => [name, { type: "string" as const }])),
      },
    }).values;
  } catch (error) {
    return mistake(error instanceof Error ? error.message : String(error));
  }
  if (given["help"] === true) return { kind: "help", text: helpText() };
  const read: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries<Flag>(flags)) {
    const variable = variableOf(name);
    const text = given[name] ?? (environment[variable] || undefined);
    if (text === undefined) continue;
    const parsed = flag.schema.safeParse(text);
    if (!parsed.success) {
      const source = given[name] === undefined ? `${variable} (--${name})` : `--${name}`;
      return mistake(`${source} ${text}: ${wordsOf(parsed.error)}`);
    }
    read[name] = parsed.data;
  }
  return {
    kind: "start",
    options: toOptions(read, given["trust-proxy"] === true || environment["TICKMESH_TRUST_PROXY"] === "1"),
  };
}

function toOptions(read: Record<string, unknown>, trustProxy: boolean): LobbyServerOptions {
  const options: Record<string, unknown> = {
    port: read["port"],
    host: read["host"],
    iceServers: read["ice-servers"],
    maxLobbies: read["max-lobbies"],
    maxConnections: read["max-connections"],
    maxConnectionsPerAddress: read["max-connections-per-address"],
    joinsPerSecond: read["joins-per-second"],
    createsPerSecond: read["creates-per-second"],
    seatHoldMs: read["seat-hold-seconds"] === undefined ? undefined : Number(read["seat-hold-seconds"]) * 1_000,
    trustProxy,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** A number of the command line; a wrong one is told with the range. */
function number(least: number, most: number): z.ZodType {
  return numberOr(`is no number from ${least} to ${most}`, least, most);
}

function whole(least: number, most: number): z.ZodType {
  const words = `is no whole number from ${least} to ${most}`;
  return numberOr(words, least, most).pipe(z.int(words));
}

function numberOr(words: string, least: number, most: number) {
  // Without the pattern, nothing at all would be read as 0.
  return z.string().regex(/\d/, words).transform(Number).pipe(z.number(words).min(least, words).max(most, words));
}

function parseIceServers(text: string, context: z.RefinementCtx): unknown {
  if (text === "none") return [];
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: 'is neither JSON nor "none"' });
    return z.NEVER;
  }
}

function variableOf(flag: string): string {
  return `TICKMESH_${flag.toUpperCase().replaceAll("-", "_")}`;
}

function mistake(text: string): CliRequest {
  return { kind: "mistake", text: `${text}\nSee --help.` };
}

function helpText(): string {
  const line = (usage: string, says: string): string => {
    const [first = "", ...more] = says.split("\n");
    const rest = more.map((text) => `\n${" ".repeat(40)}${text}`).join("");
    return `  ${usage.padEnd(37)} ${first}${rest}`;
  };
  return [
    "Lobbies for games on tickmesh: players find each other here, then connect to each other directly.",
    "",
    "Options (defaults in brackets):",
    ...Object.entries<Flag>(flags).map(([name, { value, says }]) => line(`--${name} ${value}`, says)),
    line("--trust-proxy", "believe the X-Forwarded-For of a proxy in front of this server"),
    line("--help, -h", "this"),
    "",
    "Each can be set by an environment variable too: TICKMESH_PORT, TICKMESH_ICE_SERVERS, TICKMESH_TRUST_PROXY=1.",
    "The server speaks plain http and ws. For players on the internet put a proxy with TLS in front of it.",
    "A TURN server makes connections possible where the players' networks allow no direct path:",
    `  --ice-servers '[{"urls":"turn:turn.example.com:3478","username":"u","credential":"secret"}]'`,
  ].join("\n");
}
