import { type Flag, flagGroups } from "./flags.ts";

const INDENT = 12;

export function helpText(): string {
  const groups = Object.entries<Record<string, Flag>>(flagGroups).flatMap(([title, group]) => [
    "",
    `${title}:`,
    ...Object.entries(group).flatMap(([name, { value, says, without }]) => [
      `  --${name} ${value}`,
      ...`${says}\nDefault: ${without}`.split("\n").map((line) => `${" ".repeat(INDENT)}${line}`),
    ]),
  ]);
  return [
    "Lobbies for games on tickmesh: players find each other here, then connect to each other directly.",
    "",
    "  tickmesh-lobby --host 0.0.0.0 --port 2567",
    ...groups,
    "",
    "Also:",
    "  --print-config",
    `${" ".repeat(INDENT)}prints what holds, and where it was said, and ends`,
    "  --help, -h",
    `${" ".repeat(INDENT)}this`,
    "",
    "Each can be set by an environment variable too: --max-lobbies by TICKMESH_MAX_LOBBIES, --port by TICKMESH_PORT.",
    "And by a file of JSON whose keys are these names without the dashes before them:",
    '  { "host": "0.0.0.0", "origin": ["https://example.com"], "max-lobbies": 500 }',
    "The command line goes before the environment, and that before the file. A SECRET may be @FILE: what that file has.",
    "",
    "The server speaks plain http and ws. For players on the internet put a proxy with TLS in front of it.",
    "A TURN server makes connections possible where the players' networks allow no direct path:",
    "  --turn-urls turn:turn.example.com:3478 --turn-secret @/etc/turn-secret",
  ].join("\n");
}

export function variableOf(flag: string): string {
  return `TICKMESH_${flag.toUpperCase().replaceAll("-", "_")}`;
}
