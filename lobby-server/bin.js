#!/usr/bin/env node
import { runCli } from "tickmesh/server";

await runCli(process.argv.slice(2), process.env);
