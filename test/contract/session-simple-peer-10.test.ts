import SimplePeer from "@thaunknown/simple-peer";
import { simplePeerBackend } from "../../src/backends/simple-peer/index.ts";
import { runSessionContract } from "./session-contract.ts";

runSessionContract({ name: "simple-peer 10", create: simplePeerBackend(SimplePeer), isBrowser: true });
