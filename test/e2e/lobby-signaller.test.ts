import { runSignallerContract } from "../contract/signaller-contract.ts";
import { lobbyGroup } from "../support/lobby-group.ts";

runSignallerContract({
  name: "through a lobby server",
  create: lobbyGroup,
  skip: [
    { duty: "I7 ", reason: "no member may send that much in that time; test/unit/lobby-signaller.test.ts shows it" },
  ],
});
