import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { build } from "vite";

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

/** A page, built as for players and served: one that many windows load is there faster than by vite's own server. */
export class BuiltSite {
  readonly #server: Server;
  readonly #folder: string;
  readonly #host: string;

  /** Builds `page` of the folder `root`. Port 0: any that is free. */
  static async start(options: {
    readonly root: string;
    readonly page: string;
    readonly host: string;
    readonly port: number;
  }): Promise<BuiltSite> {
    const { root, page, host, port } = options;
    const outDir = mkdtempSync(join(tmpdir(), "tickmesh-page-"));
    await build({
      root,
      configFile: false,
      logLevel: "error",
      resolve: { conditions: ["tickmesh-source", "browser", "module", "import", "default"] },
      build: { outDir, emptyOutDir: true, rolldownOptions: { input: join(root, page) } },
    });
    const server = createServer(({ url = "/" }, response) => {
      try {
        const file = readFileSync(join(outDir, new URL(url, "http://site").pathname));
        response.writeHead(200, { "Content-Type": TYPES[extname(url)] ?? "application/octet-stream" }).end(file);
      } catch {
        response.writeHead(404).end();
      }
    });
    server.listen(port, host);
    await once(server, "listening");
    return new BuiltSite(server, outDir, host);
  }

  private constructor(server: Server, folder: string, host: string) {
    this.#server = server;
    this.#folder = folder;
    this.#host = host;
  }

  get url(): string {
    return `http://${this.#host}:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
