import { browserBackend } from "../backends/browser/browser-backend.ts";
import { refuse, shown } from "../base/diagnostics.ts";
import type { BackendFactory } from "../seam/connection-backend.ts";

let chosen: BackendFactory = browserBackend;

/** What connections are made of that were not given a backend of their own. */
export function defaultBackend(): BackendFactory {
  return chosen;
}

/** Sets it; `null` restores the browser's. What is no function is refused in words. */
export function setDefaultBackend(factory: BackendFactory | null): void {
  if (factory !== null && typeof factory !== "function") {
    return refuse(undefined, `setDefaultExtension: ${shown(factory)} is no function`);
  }
  chosen = factory ?? browserBackend;
}
