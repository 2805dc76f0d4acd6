import SimplePeer from "simple-peer/simplepeer.min.js";
import { simplePeerBackend } from "../../src/backends/simple-peer/index.ts";
import { runMultiplayerContract } from "./multiplayer-contract.ts";

runMultiplayerContract({ name: "simple-peer 9", create: simplePeerBackend(SimplePeer) });
