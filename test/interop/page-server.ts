import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";
import { godotPack } from "../support/godot-pack.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const projectFolder = join(here, "../support/godot-project");
const types: Readonly<Record<string, string>> = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves the agents' pages: `/browser` for tickmesh, `/godot` for an engine in this folder, on the loopback interface alone. */
export async function servePages(
  engineFolder: string | null,
): Promise<{ readonly url: string; readonly server: Server }> {
  const files = new Map<string, string | Uint8Array>(await agentScripts());
  files.set("/browser", page('<script type="module" src="/browser-page.js"></script>'));
  if (engineFolder !== null) {
    files.set(
      "/godot",
      page(
        '<canvas></canvas><script src="/engine/index.js"></script><script type="module" src="/godot-page.js"></script>',
      ),
    );
    files.set("/main.pck", godotProject());
    for (const name of ["index.js", "index.wasm"]) files.set(`/engine/${name}`, readFileSync(join(engineFolder, name)));
  }
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const file = files.get(path);
    const type = path.endsWith(".pck") ? "application/octet-stream" : (types[extname(path)] ?? "text/html");
    response.writeHead(file === undefined ? 404 : 200, { "content-type": type }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function page(body: string): string {
  return `<!doctype html><meta charset="utf-8"><title>interop</title><link rel="icon" href="data:,">${body}`;
}

function godotProject(): Buffer {
  const files = readdirSync(projectFolder).map((name) => [name, readFileSync(join(projectFolder, name))] as const);
  // What the editor would have written about the project's classes: there are none.
  const classes = [".godot/global_script_class_cache.cfg", "list=Array[Dictionary]([])\n"] as const;
  return godotPack(Object.fromEntries([classes, ...files]));
}

async function agentScripts(): Promise<(readonly [string, string])[]> {
  const outputs = await Promise.all(["browser-page", "godot-page"].map(bundled));
  return outputs.flatMap(({ output }) =>
    output.flatMap((part) => (part.type === "chunk" ? [[`/${basename(part.fileName)}`, part.code] as const] : [])),
  );
}

async function bundled(name: string): Promise<Rolldown.RolldownOutput> {
  const result = await build({
    root: here,
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["tickmesh-source", "browser", "module", "import", "default"] },
    build: {
      write: false,
      minify: false,
      target: "es2023",
      lib: { entry: join(here, "agent", `${name}.ts`), formats: ["es"], fileName: () => `${name}.js` },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (first === undefined || !("output" in first)) throw new Error(`vite built no ${name}`);
  return first;
}
