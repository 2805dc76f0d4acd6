import { runSignallerContract } from "../contract/signaller-contract.ts";
import { inMemoryContract } from "../support/signaller-contracts.ts";

runSignallerContract(inMemoryContract);
