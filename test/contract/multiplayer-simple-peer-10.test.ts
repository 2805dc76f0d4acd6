import SimplePeer from "@thaunknown/simple-peer";
import { simplePeerBackend } from "../../src/backends/simple-peer/index.ts";
import { runMultiplayerContract } from "./multiplayer-contract.ts";

runMultiplayerContract({ name: "simple-peer 10", create: simplePeerBackend(SimplePeer) });
