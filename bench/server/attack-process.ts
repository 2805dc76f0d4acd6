/** Attacks, as it is told by the process that forked it, until it is told to stop. Then it says what it did, and ends. */
import { setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { ATTACKS } from "./attacks.ts";

const [port = "", code = "", name = ""] = process.argv.slice(2);
// The server is attacked, and not its machine: what the attacker does itself costs nobody else any time.
setPriority(19);
let isOn = true;
process.on("message", () => {
  isOn = false;
});
process.on("disconnect", () => process.exit());
const done = await ATTACKS[name]?.({
  port: Number(port),
  code,
  isOn: () => isOn,
  begin: () => void process.send?.("begun"),
});
process.send?.(done ?? "");
await pause(50);
process.exit();
