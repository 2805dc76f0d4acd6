import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { expect, inject, test } from "vitest";

const run = promisify(execFile);

interface Manifest {
  readonly exports: Record<string, unknown>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(inject("consumer"), "node_modules/tickmesh/package.json"), "utf8")) as Manifest;
}

/** As a program would name them: `tickmesh`, `tickmesh/driver`, … */
function entries(): string[] {
  const paths = Object.keys(manifest().exports).filter((path) => path !== "./package.json");
  return paths.map((path) => `tickmesh${path.slice(1)}`);
}

/** Runs a module in a fresh Node, in the folder of a project; resolves once the process has ended by itself. */
async function inNode(project: string, script: string): Promise<string> {
  const args = ["--input-type=module", "--eval", script];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: project, timeout: 20_000 });
  return stdout + stderr;
}

test("C22 importing touches no browser global, and without RTCPeerConnection calls are refused", async () => {
  const forbidden = ["window", "document", "self", "location", "localStorage", "RTCPeerConnection", "Worker"];
  const traps = forbidden.map(
    (name) =>
      `Object.defineProperty(globalThis, "${name}", { configurable: true, get() { throw new Error("${name}"); } });`,
  );
  const said = await inNode(
    inject("consumer"),
    `${traps.join("\n")}
    const { ErrorCode, setDiagnosticsHandler, WebRTCPeerConnection } = await import("tickmesh");
    await import("tickmesh/driver");
    for (const name of ${JSON.stringify(forbidden)}) delete globalThis[name];
    setDiagnosticsHandler(() => {});
    const connection = new WebRTCPeerConnection();
    console.log(connection.createDataChannel("game"), connection.createOffer() === ErrorCode.ERR_UNCONFIGURED);`,
  );
  expect(said).toBe("null true\n");
});

test("E3 every entry can be imported in Node: it says nothing and leaves nothing running", async () => {
  for (const entry of entries()) {
    const said = await inNode(
      inject("serverConsumer"),
      `const before = Object.getOwnPropertyNames(globalThis).length;
      const exported = Object.keys(await import("${entry}"));
      const added = Object.getOwnPropertyNames(globalThis).slice(before).filter((name) => !name.startsWith("__zod_"));
      if (added.length > 0) console.log("added", added);
      if (exported.length === 0 && "${entry}" !== "tickmesh/driver-worker") console.log("exports nothing");`,
    );
    expect({ entry, said }).toEqual({ entry, said: "" });
  }
});

test("E3 no browser entry needs the packages of the server, or of Node's backend", async () => {
  const forNode = ["tickmesh/server", "tickmesh/backends/node"];
  const browserEntries = entries().filter((entry) => !forNode.includes(entry));
  const script = browserEntries.map((entry) => `await import("${entry}");`).join("\n");
  expect(await inNode(inject("consumer"), script)).toBe("");
});

test("E4 the types compile in a strict project, for bundlers and for Node", { timeout: 60_000 }, async () => {
  const consumer = inject("consumer");
  const browserEntries = entries().filter((entry) => entry !== "tickmesh/server");
  const lines = browserEntries.map((entry, index) => `import * as entry${index} from "${entry}";\nvoid entry${index};`);
  expect(await compiled(consumer, `${lines.join("\n")}\n`)).toBe("");
});

test("E4 simple-peer's class is taken without types and with them, and its options are checked", async () => {
  const program = `
    import { WebRTCPeerConnection } from "tickmesh";
    import { simplePeerBackend } from "tickmesh/backends/simple-peer";
    // @ts-expect-error It brings no types along.
    import SimplePeer9 from "simple-peer/simplepeer.min.js";
    // @ts-expect-error Nor does it.
    import SimplePeer10 from "@thaunknown/simple-peer";

    WebRTCPeerConnection.setDefaultExtension(simplePeerBackend(SimplePeer9));
    simplePeerBackend(SimplePeer10, { trickle: false });

    // As @types/simple-peer has it.
    interface Options {
      initiator?: boolean | undefined;
      config?: RTCConfiguration | undefined;
      trickle?: boolean | undefined;
      sdpTransform?: ((this: Instance, sdp: string) => string) | undefined;
    }
    interface Instance {
      signal(data: string | RTCSessionDescriptionInit): void;
      destroy(error?: Error): void;
      on(event: "connect" | "close", listener: () => void): this;
    }
    declare const Typed: { prototype: Instance; new (opts?: Options): Instance; config: RTCConfiguration };
    simplePeerBackend(Typed);
    simplePeerBackend(Typed, { config: Typed.config, sdpTransform: (sdp) => sdp.trim() });
    // @ts-expect-error Not one of its options.
    simplePeerBackend(Typed, { trickle: "no" });
    // @ts-expect-error A module is no class.
    simplePeerBackend({ default: Typed });
  `;
  expect(await compiled(inject("serverConsumer"), program)).toBe("");
});

/** What the compiler says of a program in the folder of a project, resolved as Node does and as bundlers do. */
async function compiled(project: string, program: string): Promise<string> {
  writeFileSync(join(project, "types.ts"), program);
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "lib/tsc.js");
  let said = "";
  for (const module of ["nodenext", "preserve"]) {
    const options = ["--strict", "--noEmit", "--skipLibCheck", "--pretty", "false", "--target", "es2022"];
    const args = [compiler, ...options, "--module", module, "--lib", "es2023,dom", "--types", "", "types.ts"];
    const result = await run(process.execPath, args, { cwd: project, timeout: 25_000 }).catch(
      (error: Error & { readonly stdout: string; readonly killed: boolean }) => {
        if (error.killed) throw error;
        return error;
      },
    );
    if (result.stdout !== "") said += `${module}: ${result.stdout}`;
  }
  return said;
}

test("E4 the package is in order", async () => {
  const pkgDir = join(inject("consumer"), "node_modules/tickmesh");
  const { messages, pkg } = await publint({ pkgDir, strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});
