import { browserBackend } from "../../src/backends/browser/browser-backend.ts";
import { runMultiplayerContract } from "./multiplayer-contract.ts";

runMultiplayerContract({ name: "the browser's own connections", create: browserBackend });
