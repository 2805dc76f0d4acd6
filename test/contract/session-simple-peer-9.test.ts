import SimplePeer from "simple-peer/simplepeer.min.js";
import { simplePeerBackend } from "../../src/backends/simple-peer/index.ts";
import { runSessionContract } from "./session-contract.ts";

runSessionContract({ name: "simple-peer 9", create: simplePeerBackend(SimplePeer), isBrowser: true });
