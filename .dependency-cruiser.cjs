// Which room may import which: a room may also import whatever the rooms it names may.
const arrows = {
  base: [],
  codec: ["base"],
  seam: ["base"],
  "backends/browser": ["seam"],
  "backends/simple-peer": ["backends/browser"],
  "backends/node": ["seam"],
  "backends/relay": ["seam"],
  "backends/paths": ["backends/relay"],
  connection: ["codec", "seam", "backends/browser"],
  multiplayer: ["connection"],
  signalling: ["multiplayer"],
  lobby: ["signalling", "backends/paths"],
  "simulator/network": ["seam", "signalling"],
  "simulator/world": ["session", "signalling", "simulator/network"],
  simulator: ["simulator/world"],
  "session/clock": ["base"],
  session: ["multiplayer"],
  host: ["session"],
  driver: ["base"],
  // Of the browser's side, only what the two say to each other, and the type of an ICE server.
  server: ["base", "seam", "lobby/protocol.ts"],
};

// Packages that one room alone imports, so that no other entry point ever pulls them in.
const owners = {
  msgpackr: "codec",
  "colyseus\\.js": "lobby",
  "@colyseus/[^/]+": "server",
  zod: "server",
  jose: "server",
  pino: "server",
  "prom-client": "server",
  "node-datachannel": "backends/node",
};

function reachable(room, seen = new Set()) {
  if (seen.has(room)) return seen;
  seen.add(room);
  for (const next of arrows[room] ?? []) reachable(next, seen);
  return seen;
}

function pathOf(room) {
  return room.endsWith(".ts") ? `^src/${room.replace(".", "\\.")}$` : `^src/${room}/`;
}

const rooms = Object.keys(arrows);

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^tickmesh(/|$)" },
      comment: "The package's own name leads to dist, which need not be built.",
    },
    {
      name: "every-file-has-a-room",
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: ["^src/index\\.ts$", ...rooms.map(pathOf)] },
    },
    ...rooms.map((room) => ({
      name: `arrows-of-${room}`,
      severity: "error",
      from: { path: pathOf(room) },
      to: { path: "^src/", pathNot: [...reachable(room)].map(pathOf) },
    })),
    {
      name: "front-door",
      comment: "The main entry holds the seed and the mesh; everything else has an entry of its own.",
      severity: "error",
      from: { path: "^src/index\\.ts$" },
      to: { path: "^src/", pathNot: [...reachable("multiplayer"), "multiplayer"].map(pathOf) },
    },
    ...Object.entries(owners).map(([name, room]) => ({
      name: `only-${room}-imports-${name.replace(/\W+/g, "-")}`,
      severity: "error",
      from: { path: "^src/", pathNot: pathOf(room) },
      to: { path: `(^|/)node_modules/${name}/` },
    })),
    {
      name: "no-game-engine",
      comment: "Only the demo has one.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "(^|/)node_modules/phaser/" },
    },
    {
      name: "no-node-in-browser-code",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/server/", "^src/backends/node/"] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "demo-uses-the-public-entries",
      comment: "serve.ts is a program of the checkout, not part of the page: it runs where nothing is built.",
      severity: "error",
      from: { path: "^demo/", pathNot: "^demo/serve\\.ts$" },
      to: { path: "^src/" },
    },
    {
      name: "demo-game-is-rules-alone",
      comment: "The rules of the game know no engine and no network.",
      severity: "error",
      from: { path: "^demo/game/" },
      to: { pathNot: "^demo/game/" },
    },
    {
      name: "demo-view-knows-no-network",
      severity: "error",
      from: { path: "^demo/view/" },
      to: { path: ["^demo/(net|lobby)/", "^(tickmesh|dist)(/|$)"] },
    },
    {
      name: "demo-net-knows-no-engine",
      severity: "error",
      from: { path: "^demo/(net|lobby|hud|page)/" },
      to: { path: ["^demo/view/", "(^|/)node_modules/phaser/"] },
    },
    {
      name: "nothing-shipped-imports-tests",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|demo|bench)/" },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: ["node_modules", "^dist/"] },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "browser", "default", "types"] },
  },
};
