import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, inject, test } from "vitest";

let files = 0;

/** What a program brings along, as a bundler makes it for production. Unit: bytes, minified and gzipped. */
async function bundledProgram(
  program: string,
  external: (string | RegExp)[] = [],
): Promise<{ bytes: number; packages: string[] }> {
  const consumer = inject("consumer");
  files += 1;
  const file = join(consumer, `size-${files}.js`);
  writeFileSync(file, program);
  const result = await build({
    root: consumer,
    logLevel: "warn",
    build: {
      write: false,
      minify: true,
      modulePreload: { polyfill: false },
      // Not vite's library mode, which leaves spaces and line breaks in.
      rolldownOptions: { input: file, external, preserveEntrySignatures: "strict" },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((output) =>
    "output" in output ? output.output : [],
  );
  const chunks = outputs.flatMap((output) => (output.type === "chunk" ? [output] : []));
  const modules = chunks.flatMap((chunk) => Object.keys(chunk.modules));
  const packages = modules.flatMap((path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []);
  const bytes = chunks.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0);
  return { bytes, packages: [...new Set(packages)].sort() };
}

/** The same of one entry, whole. */
function bundled(entry: string, external: (string | RegExp)[] = []): ReturnType<typeof bundledProgram> {
  return bundledProgram(`export * from "${entry}";\n`, external);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

test("E5 the main entry, minified, gzipped and without msgpackr, is at most 10.6 kB, and with the connector 17.2 kB", async () => {
  const alone = await bundled("tickmesh", [/^msgpackr/]);
  const whole = await bundled("tickmesh");
  const program = 'export * from "tickmesh"; export { connectMesh } from "tickmesh/signalling";';
  const connecting = await bundledProgram(program, [/^msgpackr/]);
  console.log(
    `tickmesh: ${kilobytes(alone.bytes)}, with msgpackr ${kilobytes(whole.bytes)}, with the connector ${kilobytes(connecting.bytes)}`,
  );
  expect(alone.bytes).toBeLessThanOrEqual(10_600);
  expect(connecting.bytes).toBeLessThanOrEqual(17_200);
});

test("E5 the main entry with the session, minified, gzipped and without msgpackr, is at most 37.4 kB", async () => {
  const all = await bundledProgram('export * from "tickmesh"; export * from "tickmesh/session";', [/^msgpackr/]);
  const names = "call, createSession, defineMessages, message";
  const usual = await bundledProgram(
    `export { WebRTCMultiplayerPeer } from "tickmesh"; export { ${names} } from "tickmesh/session";`,
    [/^msgpackr/],
  );
  console.log(
    `tickmesh and tickmesh/session: ${kilobytes(all.bytes)}, what a game with plain messages takes: ${kilobytes(usual.bytes)}`,
  );
  expect(all.bytes).toBeLessThanOrEqual(37_400);
});

test("E5 hosts, minified and gzipped, are at most 7.4 kB beside a session", async () => {
  const names = "createHost, followHost, hostMessages";
  const session = 'export * from "tickmesh/session";';
  const without = await bundledProgram(session, [/^msgpackr/]);
  const both = await bundledProgram(`${session} export { ${names} } from "tickmesh/host";`, [/^msgpackr/]);
  console.log(`tickmesh/host: ${kilobytes(both.bytes - without.bytes)} beside tickmesh/session`);
  expect(both.bytes - without.bytes).toBeLessThanOrEqual(7_400);
});

test("E6 an entry brings along its own dependencies only", async () => {
  expect((await bundled("tickmesh")).packages).toEqual(["msgpackr", "tickmesh"]);
  expect((await bundled("tickmesh/driver")).packages).toEqual(["tickmesh"]);
  expect((await bundled("tickmesh/signalling")).packages).toEqual(["msgpackr", "tickmesh"]);
  expect((await bundled("tickmesh/host")).packages).toEqual(["msgpackr", "tickmesh"]);
  expect((await bundled("tickmesh/backends/simple-peer")).packages).toEqual(["tickmesh"]);
  expect((await bundled("tickmesh/simulator")).packages).toEqual(["msgpackr", "tickmesh"]);
  expect((await bundled("tickmesh/driver-worker")).packages).toEqual(["tickmesh"]);
  const lobby = await bundled("tickmesh/lobby");
  console.log(`tickmesh/lobby, with all that it needs: ${kilobytes(lobby.bytes)} (${lobby.packages.join(", ")})`);
  expect(lobby.packages).toContain("colyseus.js");
  expect(lobby.packages).not.toContain("@colyseus/core");
});
