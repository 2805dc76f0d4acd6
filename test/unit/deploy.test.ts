import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { BlockList, isIPv6 } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readCli } from "../../src/server/cli-options.ts";
import { flags } from "../../src/server/flags.ts";
import { variableOf } from "../../src/server/help-text.ts";
import type { LobbyServerOptions } from "../../src/server/start-lobby-server.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const composeText = read("lobby-server/deploy/compose.yaml");
const compose = parse(composeText, { merge: true }) as Compose;
const caddyfile = read("lobby-server/deploy/Caddyfile");
const dockerfile = read("lobby-server/deploy/Dockerfile");
const turnConfiguration = read("lobby-server/deploy/turnserver.conf");
const unit = read("lobby-server/deploy/tickmesh-lobby.service");
const documents = ["docs/hosting.md", "docs/lobby-server.md", "lobby-server/README.md"].map(read).join("\n");

interface Service {
  readonly command?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly secrets?: readonly string[];
  readonly stop_grace_period?: string;
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<"lobby-1" | "lobby-2" | "redis" | "caddy" | "coturn", Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly environment: string }>>;
}

/** With values in place of `${NAME:?words}`. */
const filledIn = (value: string): string => value.replace(/\$\{(\w+)[^}]*\}/g, (_, name) => SAMPLES[name] ?? name);

/** What a server started with these settings would be told. */
function optionsOf(args: string[], environment: Record<string, string> = {}): LobbyServerOptions {
  const request = readCli(args, environment);
  if (request.kind !== "start") throw new Error(request.text);
  return request.options;
}

/** Runs with two files, as the secrets that the containers and the service find. */
function withSecrets<Result>(use: (key: string, turn: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "tickmesh-deploy-"));
  try {
    const [key, turn] = [join(folder, "key"), join(folder, "turn")];
    writeFileSync(key, randomBytes(32));
    writeFileSync(turn, randomBytes(32).toString("hex"));
    return use(key, turn);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The values of one setting of coturn. */
function turnSettings(name: string): string[] {
  return [...turnConfiguration.matchAll(new RegExp(`^${name}(?:=(.*))?$`, "gm"))].map(([, value = ""]) => value);
}

test("O18 every flag and variable that the files and documents use is there", () => {
  const files = readdirSync(new URL("lobby-server/deploy", root)).map((name) => read(`lobby-server/deploy/${name}`));
  const variables = new Set(Object.keys(flags).map(variableOf));
  const used = [...files, documents].flatMap((text) => [...text.matchAll(/\bTICKMESH_[A-Z_]+[A-Z]\b/g)]);
  expect(used.length).toBeGreaterThan(5);
  expect(used.map(([name]) => name).filter((name) => !variables.has(name))).toEqual([]);
  const commands = [unit, documents].flatMap((text) => [...text.matchAll(/(?<!--unit )tickmesh-lobby( --.*)$/gm)]);
  const own = commands.flatMap(([, rest = ""]) =>
    [...rest.matchAll(/(?<=\s)--([a-z-]+)/g)].map(([, name = ""]) => name),
  );
  expect(own.length).toBeGreaterThan(3);
  expect(own.filter((name) => !Object.hasOwn(flags, name))).toEqual([]);
});

test("O18 the settings in compose.yaml are taken, and fit the other containers", () => {
  const { services } = compose;
  expect(services["lobby-2"]).toEqual({ ...services["lobby-1"], hostname: "lobby-2" });
  const said = Object.entries(services["lobby-1"].environment ?? {}).map(([name, value]) => [name, filledIn(value)]);
  const options = withSecrets((key, turn) => {
    const secrets: Record<string, string> = { "/run/secrets/key": key, "@/run/secrets/turn": `@${turn}` };
    return optionsOf([], Object.fromEntries(said.map(([name, value = ""]) => [name, secrets[value] ?? value])));
  });
  expect(options).toMatchObject({ host: "0.0.0.0", trustProxy: 1, origins: ["https://game.example"], drainMs: 5_000 });
  expect(options.key).toHaveLength(32);
  expect(options.turn?.urls).toEqual([`turn:turn.example:${turnSettings("listening-port")[0]}`]);
  expect(options.turn?.secret).toMatch(/^[0-9a-f]{64}$/);
  expect(options.redis).toBe("redis://redis:6379");
  expect(caddyfile).toContain(`lobby-1:${options.port} lobby-2:${options.port}`);
  expect(caddyfile).toContain("health_uri /ready");
  expect(dockerfile).toContain(`EXPOSE ${options.port} ${options.adminPort}`);
  expect(dockerfile).toContain(`127.0.0.1:${options.port}/health`);
  // What it takes to end is less than it is given.
  const graceSeconds = Number(/^(\d+)s$/.exec(services["lobby-1"].stop_grace_period ?? "")?.[1]);
  expect((options.drainMs ?? 0) / 1_000 + 10).toBeLessThan(graceSeconds);
  expect(services.coturn.command).toContain(`--static-auth-secret=\${${compose.secrets["turn"]?.environment}:?}`);
});

test("O18 in compose.yaml all that is referred to is there, and what is for the service alone is reached by nobody else", () => {
  const { networks, secrets, services, volumes } = compose;
  for (const service of Object.values(services)) {
    for (const name of service.depends_on ?? []) expect(Object.keys(services)).toContain(name);
    for (const name of service.networks ?? []) expect(Object.keys(networks)).toContain(name);
    for (const name of service.secrets ?? []) expect(Object.keys(secrets)).toContain(name);
    for (const [source = ""] of (service.volumes ?? []).map((volume) => volume.split(":"))) {
      if (source.startsWith("./")) expect(read(`lobby-server/deploy/${source.slice(2)}`)).not.toBe("");
      else expect(Object.keys(volumes)).toContain(source);
    }
  }
  // Redis, and what is for the operator, are reached from inside alone.
  expect(networks["inside"]).toEqual({ internal: true });
  for (const name of ["lobby-1", "lobby-2", "redis"] as const) {
    expect(services[name]).toMatchObject({ networks: ["inside"], cap_drop: ["ALL"] });
    expect(services[name]).not.toHaveProperty("ports");
  }
  expect(services.caddy).toMatchObject({ networks: ["inside", "outside"], ports: ["80:80", "443:443"] });
  expect(services.coturn).toMatchObject({ network_mode: "host" });
});

test("O18 what env.example names is what compose.yaml wants; no file has a secret in it", () => {
  const wanted = new Set([...composeText.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name));
  for (const { environment } of Object.values(compose.secrets)) wanted.add(environment);
  const given = [...read("lobby-server/deploy/env.example").matchAll(/^(\w+)=(.*)$/gm)];
  expect(given.map(([, name]) => name).sort()).toEqual([...wanted].sort());
  for (const name of ["TURN_SECRET", "LOBBY_KEY"]) expect(given.find((each) => each[1] === name)?.[2]).toBe("");
  expect(turnSettings("static-auth-secret")).toEqual([]);
});

test("O18 the image is of this version, and its user is not root", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(dockerfile).toContain(`ARG VERSION=${version}\n`);
  expect(dockerfile).toMatch(/^USER (?!root|0)\w+$/m);
});

test("O18 the service's settings are taken, its secrets are for it alone, and it may do little else", () => {
  const options = withSecrets((key, turn) =>
    optionsOf(["--config", new URL("lobby-server/deploy/lobby.json", root).pathname, "--key", key], {
      TICKMESH_TURN_SECRET: `@${turn}`,
    }),
  );
  expect(options).toMatchObject({ host: "127.0.0.1", port: 2567, trustProxy: 1 });
  expect(options.turn?.urls).toEqual([`turn:turn.example.com:${turnSettings("listening-port")[0]}`]);
  expect(read("lobby-server/deploy/nginx.conf")).toContain(`server 127.0.0.1:${options.port}`);
  const credentials = [...unit.matchAll(/^LoadCredential=([\w-]+):/gm)].map(([, name]) => name);
  const used = [...unit.matchAll(/%d\/([\w-]+)/g)].map(([, name]) => name);
  expect([...used].sort()).toEqual([...credentials].sort());
  for (const line of ["DynamicUser=yes", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="]) {
    expect(unit).toContain(`\n${line}\n`);
  }
});

test("O19 coturn takes the lobby server's credentials alone, bounds what they cost, and opens nothing else", () => {
  for (const name of ["use-auth-secret", "no-cli", "no-tcp-relay", "no-multicast-peers"]) {
    expect([name, turnSettings(name)]).toEqual([name, [""]]);
  }
  for (const name of ["user-quota", "total-quota", "max-bps", "bps-capacity"]) {
    expect(Number(turnSettings(name)[0])).toBeGreaterThan(0);
  }
  for (const name of ["allow-loopback-peers", "no-auth", "user", "allowed-peer-ip", "cli-password"]) {
    expect([name, turnSettings(name)]).toEqual([name, []]);
  }
  const ports = Number(turnSettings("max-port")[0]) - Number(turnSettings("min-port")[0]) + 1;
  expect(Number(turnSettings("total-quota")[0])).toBeLessThanOrEqual(ports);
});

test("O19 every network that is not the internet is denied, from its first address to its last, and nothing of the internet", () => {
  // One for each kind: Node would take an IPv4 address for the IPv6 one that means it.
  const denied = { ipv4: new BlockList(), ipv6: new BlockList() };
  const kindOf = (address: string): "ipv4" | "ipv6" => (isIPv6(address) ? "ipv6" : "ipv4");
  for (const range of turnSettings("denied-peer-ip")) {
    const [first = "", last = first] = range.split("-");
    denied[kindOf(first)].addRange(first, last, kindOf(first));
  }
  const isDenied = (address: string): boolean => denied[kindOf(address)].check(address, kindOf(address));
  for (const [first, last] of Object.entries(NOT_THE_INTERNET)) {
    expect([first, isDenied(first), last, isDenied(last)]).toEqual([first, true, last, true]);
  }
  for (const address of INTERNET) expect([address, isDenied(address)]).toEqual([address, false]);
});

const SAMPLES: Readonly<Record<string, string>> = {
  ORIGINS: "https://game.example",
  TURN_DOMAIN: "turn.example",
  LOBBY_DOMAIN: "lobby.example",
};

/** First and last addresses: IANA's registries of special-purpose addresses. */
const NOT_THE_INTERNET: Readonly<Record<string, string>> = {
  "0.0.0.0": "0.255.255.255",
  "10.0.0.0": "10.255.255.255",
  "100.64.0.0": "100.127.255.255",
  "127.0.0.0": "127.255.255.255",
  "169.254.0.0": "169.254.255.255",
  "172.16.0.0": "172.31.255.255",
  "192.0.0.0": "192.0.0.255",
  "192.0.2.0": "192.0.2.255",
  "192.88.99.0": "192.88.99.255",
  "192.168.0.0": "192.168.255.255",
  "198.18.0.0": "198.19.255.255",
  "198.51.100.0": "198.51.100.255",
  "203.0.113.0": "203.0.113.255",
  "224.0.0.0": "239.255.255.255",
  "240.0.0.0": "255.255.255.255",
  "::1": "::1",
  "::ffff:0.0.0.0": "::ffff:255.255.255.255",
  "64:ff9b::": "64:ff9b::ffff:ffff",
  "64:ff9b:1::": "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
  "100::": "100::ffff:ffff:ffff:ffff",
  "2001::": "2001:0:ffff:ffff:ffff:ffff:ffff:ffff",
  "2001:db8::": "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
  "2002::": "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "fc00::": "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "fe80::": "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "ff00::": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

const INTERNET = [
  ...["1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"],
  ...["172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255"],
  ...["2001:200::1", "2600::1", "2a00::1", "2003::1", "fbff::1"],
];
