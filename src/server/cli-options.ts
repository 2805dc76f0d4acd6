import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Flag, flags } from "./flags.ts";
import { helpText, variableOf } from "./help-text.ts";
import { MissingKey } from "./key-file.ts";
import { wordsOf } from "./request-schema.ts";
import { DEFAULT_PORT } from "./settings.ts";
import type { LobbyServerOptions } from "./start-lobby-server.ts";

export type LogLevel = "info" | "warn" | "error";

export type CliRequest =
  | { readonly kind: "print"; readonly text: string }
  | { readonly kind: "mistake"; readonly text: string }
  | {
      readonly kind: "start";
      readonly options: LobbyServerOptions;
      /** A key is to be made there. */
      readonly missingKey: MissingKey | null;
      readonly logLevel: LogLevel;
    };

/** One setting: where it was said, and what. */
interface Said {
  readonly where: string;
  readonly text: string;
}

/** A wrong setting. The message is for the person who made it. */
class Mistake extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/**
 * Reads the settings: what the command line does not say, the variables `TICKMESH_PORT`, `TICKMESH_ICE_SERVERS`, … do; what those do not
 * say, the file that `--config` names.
 */
export function readCli(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CliRequest {
  try {
    const { help, print, given } = parseLine(args);
    if (help) return { kind: "print", text: helpText() };
    const said = { ...fromEnvironment(environment), ...given };
    const all = { ...(said["config"] !== undefined && fromFile(said["config"].text)), ...said };
    const values = Object.fromEntries(Object.entries(all).map(([name, setting]) => [name, readValue(name, setting)]));
    const options = toOptions(values);
    if (print) return { kind: "print", text: printed(all) };
    const missingKey = values["key"] instanceof MissingKey ? values["key"] : null;
    return { kind: "start", options, missingKey, logLevel: (values["log-level"] ?? "info") as LogLevel };
  } catch (error) {
    if (error instanceof Mistake) return { kind: "mistake", text: `${error.message}\nSee --help.` };
    throw error;
  }
}

function parseLine(args: readonly string[]): { help: boolean; print: boolean; given: Record<string, Said> } {
  try {
    const {
      help,
      "print-config": print,
      ...values
    } = parseArgs({
      args: args.map((arg) => (flags[arg.replace(/^--/, "")]?.isSwitch ? `${arg}=true` : arg)),
      options: {
        help: { type: "boolean", short: "h" },
        "print-config": { type: "boolean" },
        ...Object.fromEntries(Object.keys(flags).map((name) => [name, { type: "string" as const, multiple: true }])),
      },
    }).values as { help?: boolean; "print-config"?: boolean } & Record<string, string[]>;
    const given = Object.entries(values).map(([name, texts]) => {
      // Only origins are a list on the command line; of anything else the last one counts.
      const text = name === "origin" ? texts.join(",") : (texts.at(-1) ?? "");
      return [name, { where: `--${name}`, text }];
    });
    return { help: help === true, print: print === true, given: Object.fromEntries(given) };
  } catch (error) {
    throw unreadable("", error);
  }
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, Said> {
  const said: Record<string, Said> = {};
  for (const name of Object.keys(flags)) {
    const variable = variableOf(name);
    const text = environment[variable];
    if (text) said[name] = { where: `${variable} (--${name})`, text };
  }
  return said;
}

/** An object whose keys are the flags' names; lists and objects may stand there as such. */
function fromFile(path: string): Record<string, Said> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw unreadable(`--config ${path}: `, error);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new Mistake(`--config ${path}: is no JSON object`);
  }
  const said: Record<string, Said> = {};
  for (const [name, value] of Object.entries(content)) {
    if (!Object.hasOwn(flags, name) || name === "config")
      throw new Mistake(`--config ${path}: "${name}" is no setting`);
    said[name] = { where: `${path}: "${name}"`, text: asText(value) };
  }
  return said;
}

function unreadable(words: string, cause: unknown): Mistake {
  return new Mistake(`${words}${cause instanceof Error ? cause.message : String(cause)}`, cause);
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isList ? value.join(",") : JSON.stringify(value);
}

function readValue(name: string, { where, text }: Said): unknown {
  const { schema, isSecret = false } = flags[name] as Flag;
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  // A secret is shown to nobody; of a file's name there is no need to be shy.
  throw new Mistake(`${where} ${isSecret && name !== "key" ? "…" : text}: ${wordsOf(parsed.error)}`);
}

function toOptions(read: Readonly<Record<string, unknown>>): LobbyServerOptions {
  const ms = (name: string, unit = 1_000): number | undefined =>
    read[name] === undefined ? undefined : Number(read[name]) * unit;
  const port = read["port"] as number | undefined;
  const adminPort =
    read["admin-port"] === undefined ? (port === 0 ? 0 : (port ?? DEFAULT_PORT) + 1) : read["admin-port"];
  const options: Record<string, unknown> = {
    port,
    host: read["host"],
    origins: read["origin"],
    trustProxy: read["trust-proxy"],
    signIn: signInOf(read),
    key: read["key"] instanceof MissingKey ? undefined : read["key"],
    iceServers: read["ice-servers"],
    turn: turnOf(read),
    relay: read["relay"],
    relayBytesPerSecond: read["relay-bytes-per-second"],
    relayBytesPerSecondTotal: read["relay-bytes-per-second-total"],
    maxLobbies: read["max-lobbies"],
    maxPlayers: read["max-players"],
    maxConnections: read["max-connections"],
    maxConnectionsPerAddress: read["max-connections-per-address"],
    joinBurst: read["join-burst"],
    joinsPerSecond: read["joins-per-second"],
    createBurst: read["create-burst"],
    createsPerSecond: read["creates-per-second"],
    messageBytes: read["message-bytes"],
    messagesPerSecond: read["messages-per-second"],
    bytesPerSecond: read["bytes-per-second"],
    seatHoldMs: ms("seat-hold-seconds"),
    maxSeatHoldMs: ms("max-seat-hold-seconds"),
    idleMs: read["idle-minutes"] === null ? null : ms("idle-minutes", 60_000),
    redis: read["redis"],
    publicAddress: read["public-address"],
    internalAddress: read["internal-address"],
    drainMs: ms("drain-seconds") ?? (read["redis"] === undefined ? 0 : 5_000),
    adminPort: adminPort ?? undefined,
    adminHost: read["admin-host"],
    monitorPassword: read["monitor-password"],
    logAddresses: read["log-addresses"],
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function signInOf(read: Readonly<Record<string, unknown>>): unknown {
  const { "jwt-secret": secret, "jwt-jwks": jwksUrl, "jwt-issuer": issuer, "jwt-audience": audience } = read;
  if (secret !== undefined && jwksUrl !== undefined) throw new Mistake("--jwt-secret and --jwt-jwks: only one of them");
  if (secret === undefined && jwksUrl === undefined) {
    if (issuer !== undefined || audience !== undefined) {
      throw new Mistake("--jwt-issuer and --jwt-audience need --jwt-secret or --jwt-jwks");
    }
    return undefined;
  }
  return Object.fromEntries(
    Object.entries({ secret, jwksUrl, issuer, audience }).filter(([, value]) => value !== undefined),
  );
}

function turnOf(read: Readonly<Record<string, unknown>>): unknown {
  const { "turn-urls": urls, "turn-secret": secret, "turn-ttl-seconds": ttlSeconds = 3_600 } = read;
  if (urls === undefined && secret === undefined) return undefined;
  if (urls === undefined || secret === undefined) throw new Mistake("--turn-urls and --turn-secret: only together");
  return { urls, secret, ttlSeconds };
}

/** What holds, and where it was said. */
function printed(said: Readonly<Record<string, Said>>): string {
  const lines = Object.entries(flags).map(([name, { without, isSecret = false }]) => {
    const setting = said[name];
    if (setting === undefined) return `# ${name}: ${without}`;
    return `${name} = ${isSecret && name !== "key" ? "(secret)" : setting.text}  # ${setting.where}`;
  });
  return lines.join("\n");
}
