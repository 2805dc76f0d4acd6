import { browserBackend } from "../../../src/backends/browser/browser-backend.ts";
import { runMultiplayerContract } from "../../contract/multiplayer-contract.ts";

runMultiplayerContract({ name: "the browser's own connections, in Firefox", create: browserBackend });
