import { browserBackend } from "../../src/backends/browser/browser-backend.ts";
import { runSessionContract } from "./session-contract.ts";

runSessionContract({ name: "the browser's own connections", create: browserBackend, isBrowser: true });
