import type { IncomingMessage, ServerResponse } from "node:http";
import { sayText } from "../http-answers.ts";
import { sameSecret } from "../secret.ts";

export type Monitor = (request: IncomingMessage, response: ServerResponse) => void;

/** Colyseus' monitor under `/monitor`, for the user `admin`. It shows lobbies and their members; it cannot meddle with them. */
export async function openMonitor(password: string): Promise<Monitor> {
  const { monitor } = await import("@colyseus/monitor");
  const panel = monitor();
  return (request, response) => {
    if (!isAdmin(request.headers.authorization, password)) {
      response.setHeader("WWW-Authenticate", 'Basic realm="tickmesh lobby server", charset="UTF-8"');
      sayText(response, 401, "the user is admin, the password is the monitor's\n");
    } else if (!isOwnPage(request) || isCall(request.url ?? "")) {
      sayText(response, 403, "not from here\n");
    } else {
      panel(request, response, () => sayText(response, 404, "not found\n"));
    }
  };
}

function isAdmin(header: string | undefined, password: string): boolean {
  const given = Buffer.from(/^Basic ([\w+/=]+)$/i.exec(header ?? "")?.[1] ?? "", "base64").toString("utf8");
  return sameSecret(given, `admin:${password}`);
}

/** A page of somebody else's, open in the operator's browser, may not use its password. */
function isOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}

/** This part of the panel calls any method of any room, by a mere GET: that is more than looking on. */
function isCall(url: string): boolean {
  try {
    return /\/call(\/|$)/.test(decodeURIComponent(url.split("?", 1)[0] ?? ""));
  } catch {
    return true;
  }
}
