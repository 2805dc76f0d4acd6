import { browserBackend } from "../../../src/backends/browser/browser-backend.ts";
import { runSessionContract } from "../../contract/session-contract.ts";

runSessionContract({ name: "the browser's own connections, in Firefox", create: browserBackend, isBrowser: true });
