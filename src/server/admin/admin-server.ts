import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServerHealth } from "../health.ts";
import { answerLook, sayText } from "../http-answers.ts";
import { localUrl } from "../server-urls.ts";
import { type Metrics, makeMetrics } from "./metrics.ts";
import { type Monitor, openMonitor } from "./monitor.ts";

export interface AdminOptions {
  readonly port: number;
  readonly host: string;
  /** `null`: no monitor. */
  readonly monitorPassword: string | null;
  readonly health: ServerHealth;
}

export interface AdminServer {
  readonly url: string;
  close(): Promise<void>;
}

/** What the operator looks at, on a port that players do not reach. */
export async function startAdminServer({ port, host, monitorPassword, health }: AdminOptions): Promise<AdminServer> {
  const metrics: Metrics = await makeMetrics(health);
  const monitor: Monitor | null = monitorPassword === null ? null : await openMonitor(monitorPassword);
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    if (request.method !== "GET" && request.method !== "HEAD") {
      sayText(response, 405, "only GET\n");
    } else if (path === "/metrics") {
      metrics.text().then(
        (text) => {
          response.writeHead(200, { "Content-Type": metrics.contentType });
          response.end(text);
        },
        (error: unknown) => sayText(response, 500, `${String(error)}\n`),
      );
    } else if (monitor !== null && /^\/monitor(\/|$)/.test(path)) {
      monitor(request, response);
    } else {
      answerLook(request, response, health);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    url: localUrl(server.address() as AddressInfo),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
